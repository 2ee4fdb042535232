// What can be shown, sorted by and chosen beside the records themselves: runs with their scores, metrics, verdicts.
import { computed, onScopeDispose } from 'vue'
import type { ComputedRef, Ref } from 'vue'
import type { RecordColumn } from '@contract/datasets.ts'
import type { DatasetId, RunId } from '@contract/identifiers.ts'
import type { MetricInfo, VerdictInfo } from '@contract/methods.ts'
import type { Run } from '@contract/runs.ts'
import { useClient } from '../../api/client.ts'
import { useFollow } from '../../api/follow.ts'
import { useAsked } from '../../api/use-asked.ts'
import { throttle } from '../../lib/throttle.ts'
import { useDatasetsStore } from './datasets-store.ts'
import { possibleColumns, shownColumns } from './record-columns.ts'
import type { TableColumn } from './record-columns.ts'

export interface Scores {
  /** Scored runs of the dataset, newest first. */
  readonly runs: ComputedRef<readonly Run[]>
  readonly metrics: ComputedRef<readonly MetricInfo[]>
  readonly verdicts: ComputedRef<readonly VerdictInfo[]>
  readonly sortable: ComputedRef<readonly RecordColumn[]>
  readonly possible: ComputedRef<readonly TableColumn[]>
  readonly shown: ComputedRef<readonly TableColumn[]>
  readonly error: Ref<string | undefined>
}

export function useScores(): Scores {
  const client = useClient()
  const store = useDatasetsStore()
  const runs = useAsked(() => client.runs.list())
  const metrics = useAsked(() => client.metrics.list())
  const verdicts = useAsked(() => client.metrics.verdicts())
  const known = useAsked(
    signal => store.id === undefined
      ? Promise.resolve([])
      : client.datasets.listColumns({ ...(store.isAll ? {} : { id: store.id as DatasetId }), ...(store.run === undefined ? {} : { run: store.run as RunId }) }, { signal }),
    [() => store.id, () => store.run],
  )
  // A run that is going says so several times a second.
  const again = throttle(() => void runs.ask(), 2000)
  useFollow(signal => client.workspace.watch(undefined, { signal }), (event) => {
    if (event.kind === 'changed' && event.noun === 'runs')
      again.call()
  })
  onScopeDispose(again.stop)

  const choice = computed(() => ({ isAll: store.isAll, known: known.data.value ?? [], metrics: metrics.data.value ?? [] }))
  return {
    runs: computed(() => (runs.data.value ?? [])
      .filter(run => run.plan.kind === 'score' && run.plan.repairs === undefined && run.doneCount > 0 && (store.isAll || run.plan.dataset === store.id))
      .sort((a, b) => b.createdAt.localeCompare(a.createdAt))),
    metrics: computed(() => metrics.data.value ?? []),
    verdicts: computed(() => verdicts.data.value ?? []),
    sortable: computed(() => known.data.value ?? []),
    possible: computed(() => possibleColumns(choice.value)),
    shown: computed(() => shownColumns(store.columns, choice.value)),
    error: known.error,
  }
}
