// Which probes move the numbers: influences over the study's runs of a dataset.
import type { QueueRequest } from '../../preload/contract/audits.ts'
import type { Run } from '../../preload/contract/runs.ts'
import type { AuditBook } from '../audits/book.ts'
import { influences } from '../audits/influence.ts'
import type { ProbeList } from '../audits/probe-list.ts'
import { metrics } from '../metrics/index.ts'
import type { Study } from '../workspace/open-workspace.ts'
import { readScoreColumns } from '../workspace/score-columns.ts'
import type { ScoreColumns } from '../workspace/score-columns.ts'

/** By item, NaN where it is not known; `notes`: why that may be. */
export interface AuditInfluence { readonly values: Float64Array, readonly notes: readonly string[] }

/** Of each dataset's probes the last answer: the page reads items with it after it has asked for the queue. */
const lastOf = new WeakMap<ProbeList, { readonly columns: readonly ScoreColumns[], readonly variant: string, readonly influence: AuditInfluence }>()

/** Throws a sentence for a run that cannot tell. */
export async function auditInfluence(study: Study, runs: readonly Run[], { probes }: AuditBook, { dataset, runs: wanted, variant }: Pick<QueueRequest, 'dataset' | 'runs' | 'variant'>): Promise<AuditInfluence> {
  const chosen = wanted.length === 0
    ? runs.filter(({ status, plan }) => status === 'finished' && plan.kind === 'score' && plan.dataset === dataset && plan.repairs === undefined)
    : wanted.map((id) => {
        const run = runs.find(known => known.id === id)
        if (!run || run.plan.dataset !== dataset || run.plan.kind !== 'score')
          throw new Error(run ? `Run '${id}' does not score dataset '${dataset}'. Choose runs of this dataset.` : `The study has no run '${id}'. Choose another for the influence.`)
        return run
      })
  const columns = await Promise.all(chosen.map(({ id }) => readScoreColumns(study, id)))
  const last = lastOf.get(probes)
  if (last?.variant === variant && last.columns.length === columns.length && last.columns.every((one, i) => one === columns[i]))
    return last.influence
  const judge = (kind: string): string | undefined => metrics.all.find(({ judges }) => judges === kind)?.id
  const values = influences(probes, columns, judge, variant)
  const notes = chosen.length === 0
    ? [`Dataset '${dataset}' has no finished run, so nothing is known of the probes' influence: they are in the order of the dataset.`]
    : values.every(Number.isNaN) ? [`None of the chosen runs has the reading '${variant}' of a metric that these probes are judged by. Choose another.`] : []
  const influence = { values, notes }
  lastOf.set(probes, { columns, variant, influence })
  return influence
}
