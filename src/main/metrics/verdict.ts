// One word for what an edit did: did it take, does it carry over, did it leave the rest alone? Written down once, shown where used.
import type { Verdict, VerdictInfo } from '../../preload/contract/methods.ts'
import type { Scores } from '../../preload/contract/runs.ts'

/** All from the strict reading (teacher forcing). A score is a mean over the record's probes of its kind. */
export const thresholds = {
  /** Reliability from here on: the edit took. */
  took: 1,
  /** Every measured generality from here on: it carries over. */
  generalises: 0.5,
  /** Every measured locality from here on: the rest was left alone. */
  local: 0.9,
} as const

const percent = (share: number): string => `${share * 100} %`
const took = `the target is the best token at every position of the edited question (reliability ${percent(thresholds.took)})`
const general = `at least ${percent(thresholds.generalises)} of the rephrased questions and at least ${percent(thresholds.generalises)} of the rephrased pictures give the target`
const local = `at least ${percent(thresholds.local)} of the answer positions of unrelated texts and of unrelated pictures keep their best token`

/** The definitions, in the order of bars and legends. */
export const verdictInfos: readonly VerdictInfo[] = [
  { id: 'proper', label: 'Proper', summary: `The edit took: ${took}. It generalises: ${general}. It is local: ${local}.` },
  { id: 'under', label: 'Under-generalising', summary: `The edit took and is local, but does not generalise: not ${general}.` },
  { id: 'over', label: 'Over-reaching', summary: `The edit took and generalises, but is not local: not ${local}.` },
  { id: 'entangled', label: 'Entangled', summary: 'The edit took, but it changes what is unrelated and does not carry over to what is related: neither local nor general.' },
  { id: 'failed', label: 'Failed', summary: `The edit did not take: not ${took}.` },
]

/** The verdict of one record's scores; undefined where reliability, every generality or every locality was not measured. */
export function verdictOf(scores: Scores): Verdict | undefined {
  const strict = (metric: string): number[] => scores[metric]?.strict === undefined ? [] : [scores[metric].strict]
  const [reliability] = strict('reliability')
  const generality = [...strict('text-generality'), ...strict('image-generality')]
  const locality = [...strict('text-locality'), ...strict('image-locality')]
  if (reliability === undefined || generality.length === 0 || locality.length === 0)
    return undefined
  if (reliability < thresholds.took)
    return 'failed'
  const isGeneral = generality.every(score => score >= thresholds.generalises)
  const isLocal = locality.every(score => score >= thresholds.local)
  if (isGeneral)
    return isLocal ? 'proper' : 'over'
  return isLocal ? 'under' : 'entangled'
}
