// In what do runs differ that stand side by side? One sentence each, with the values and what was done about it.
import type { Comparability, Comparison, Mismatch } from '../../preload/contract/comparison.ts'
import type { DatasetId } from '../../preload/contract/identifiers.ts'
import type { Reported } from '../../preload/contract/reported.ts'
import type { Run } from '../../preload/contract/runs.ts'

export interface Compared {
  readonly runs: readonly Run[]
  readonly reported: readonly Reported[]
  readonly common: Comparability['common']
  readonly records: Comparison['records']
  readonly variant: string
  /** When each dataset of the study was imported, ISO 8601. */
  readonly importedAt: ReadonlyMap<DatasetId, string>
}

/** Every difference that a reader must know of, most serious first. */
export function mismatchesOf({ runs, common, records }: Compared): Mismatch[] {
  return [
    ...common.filter(({ count, most }) => count < most).map(({ dataset, count, most }): Mismatch => ({
      kind: 'records',
      sentence: records === 'common'
        ? `Runs on '${dataset}' do not have the same records: the ${count} that all have finished are compared, of ${most}.`
        : `Runs on '${dataset}' do not have the same records: each row is over its own; ${count} of ${most} are common to all.`,
    })),
    ...runs.filter(({ status, plan }) => status !== 'finished' && plan.kind !== 'train').map((run): Mismatch => ({
      kind: 'unfinished',
      sentence: `Run '${run.name}' is ${run.status}: ${run.doneCount} of ${run.recordCount} records are done.`,
    })),
  ]
}
