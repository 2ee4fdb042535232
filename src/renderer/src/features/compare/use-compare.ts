// Asks for runs, table and figure, and keeps the address in step.
import { onScopeDispose, watch } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import type { Figure } from '@contract/figures.ts'
import type { Table } from '@contract/tables.ts'
import { useClient } from '../../api/client.ts'
import { useFollow } from '../../api/follow.ts'
import { useAsked } from '../../api/use-asked.ts'
import type { Asked } from '../../api/use-asked.ts'
import { isStaying } from '../../lib/route-target.ts'
import { throttle } from '../../lib/throttle.ts'
import { useCompareStore } from './compare-store.ts'

export interface Compare {
  readonly list: Asked<unknown>
  readonly table: Asked<Table | undefined>
  readonly tables: Asked<{ id: string, label: string }[]>
  readonly figure: Asked<Figure | undefined>
  readonly figures: Asked<{ id: string, label: string }[]>
}

const listIntervalMs = 3_000

export function useCompare(): Compare {
  const client = useClient()
  const store = useCompareStore()
  const route = useRoute()
  const router = useRouter()

  const list = useAsked(async () => {
    const [runs, metrics] = await Promise.all([client.runs.list(), client.metrics.list()])
    return { runs, metrics }
  })
  const figures = useAsked(() => client.figures.list())
  const tables = useAsked(() => client.tables.list())
  const chosen = (): string => JSON.stringify(store.shownIds)
  const sources = [chosen, () => store.variant]
  const table = useAsked(async signal => store.shownIds.length === 0 ? undefined : client.tables.get({ id: store.tableId, runs: [...store.shownIds], variant: store.variant }, { signal }), [...sources, () => store.tableId])
  const figure = useAsked(async signal => store.shownIds.length === 0 ? undefined : client.figures.get({ id: store.figureId, runs: [...store.shownIds], variant: store.variant }, { signal }), [...sources, () => store.figureId])

  const listSoon = throttle(() => void list.ask(), listIntervalMs)
  useFollow(signal => client.workspace.watch(undefined, { signal }), (event) => {
    if (event.kind === 'changed' && event.noun === 'runs')
      listSoon.call()
  })

  watch(list.data, (loaded) => {
    if (loaded) {
      store.runs = loaded.runs
      store.metrics = loaded.metrics
    }
  })
  watch(() => route.query, (query) => {
    if (!isStaying(router, 'compare'))
      return
    const ids = typeof query['runs'] === 'string' ? query['runs'].split(',').filter(id => id !== '') : undefined
    if (JSON.stringify(ids) !== JSON.stringify(store.chosenIds))
      store.chosenIds = ids
    if (typeof query['reading'] === 'string')
      store.variant = query['reading']
    if (typeof query['table'] === 'string')
      store.tableId = query['table']
    if (typeof query['figure'] === 'string')
      store.figureId = query['figure']
  }, { immediate: true })
  watch([() => store.chosenIds, () => store.variant, () => store.tableId, () => store.figureId, () => route.name], () => {
    if (!isStaying(router, 'compare'))
      return
    void router.replace({
      name: 'compare',
      query: {
        ...(store.chosenIds === undefined ? {} : { runs: store.chosenIds.join(',') }),
        ...(store.variant === 'strict' ? {} : { reading: store.variant }),
        ...(store.tableId === 'main-results' ? {} : { table: store.tableId }),
        ...(store.figureId === 'metric-bars' ? {} : { figure: store.figureId }),
      },
    })
  })
  onScopeDispose(listSoon.stop)
  return { list, table, tables, figure, figures }
}
