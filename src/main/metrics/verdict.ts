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
const took = `reliability is at least ${percent(thresholds.took)}: the target is the best token at every position of the edited question`
const general = `text and image generality are each at least ${percent(thresholds.generalises)}`
const local = `text and image locality are each at least ${percent(thresholds.local)}`

/** The definitions, in the order of bars and legends. A record is judged by those of its scores that were measured, in the strict reading. */
export const verdictInfos: readonly VerdictInfo[] = [
  { id: 'proper', label: 'Proper', summary: `It took (${took}), it generalises (${general}) and it is local (${local}).` },
  { id: 'under', label: 'Under-generalising', summary: `It took and is local, but a generality is below ${percent(thresholds.generalises)}.` },
  { id: 'over', label: 'Over-reaching', summary: `It took and generalises, but a locality is below ${percent(thresholds.local)}.` },
  { id: 'entangled', label: 'Entangled', summary: `It took, but a generality is below ${percent(thresholds.generalises)} and a locality below ${percent(thresholds.local)}: it changes what is unrelated and does not carry over to what is related.` },
  { id: 'failed', label: 'Failed', summary: `It did not take: reliability is below ${percent(thresholds.took)}.` },
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
