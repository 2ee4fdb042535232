// What grid and table have in common: where the keyboard and the pointer go, and what they select.
import { useClient } from '../../api/client.ts'
import { errorSentence } from '../../lib/error-sentence.ts'
import { useDatasetsStore } from './datasets-store.ts'
import { listAction } from '../../lib/move-in-list.ts'
import { keyOf, useSelection } from './selection.ts'
import type { RecordKey } from './selection.ts'

export interface ListControls {
  readonly isSelected: (at: number) => boolean
  /** Plain: look at it. With Ctrl: select it, too. With Shift: everything from the last one selected to here. */
  readonly onClick: (event: Pick<MouseEvent, 'ctrlKey' | 'metaKey' | 'shiftKey'>, at: number) => void
  readonly toggle: (at: number) => void
  readonly onKey: (event: KeyboardEvent, columns: number, page: number) => void
  readonly selectAll: () => Promise<void>
}

export function useList(emit: { (event: 'open'): void, (event: 'enlarge'): void }): ListControls {
  const client = useClient()
  const store = useDatasetsStore()
  const selection = useSelection()

  const keyAt = (at: number): RecordKey | undefined => {
    const row = store.rows.get(at)
    return row && { dataset: row.dataset, record: row.record.id }
  }

  async function everything(): Promise<readonly RecordKey[]> {
    return (await client.datasets.listIds(store.query)).records
  }

  async function add(keys: () => Promise<readonly RecordKey[]>): Promise<void> {
    const { query } = store
    try {
      const found = await keys()
      // The answer to an older question would select what nobody sees.
      if (query === store.query)
        selection.add(found)
    }
    catch (reason) {
      store.error = errorSentence(reason)
    }
  }

  function selectRange(to: number): void {
    const from = selection.anchor ?? store.position ?? to
    selection.anchor = from
    const [first, last] = [Math.min(from, to), Math.max(from, to)]
    const keys = Array.from({ length: last - first + 1 }, (_, i) => keyAt(first + i))
    if (keys.every(key => key !== undefined))
      selection.add(keys)
    else
      void add(async () => (await everything()).slice(first, last + 1))
  }

  function toggle(at: number): void {
    const key = keyAt(at)
    if (key)
      selection.toggle(key, at)
  }

  const selectAll = (): Promise<void> => add(everything)

  function onKey(event: KeyboardEvent, columns: number, page: number): void {
    const action = listAction(event, store.position, store.total ?? 0, columns, page)
    if (!action || (action.do === 'none' && selection.count === 0))
      return
    event.preventDefault()
    event.stopPropagation()
    if (action.do === 'look') {
      if (action.extend)
        selectRange(action.at)
      store.select(action.at)
    }
    else if (action.do === 'all') { void selectAll() }
    else if (action.do === 'none') { selection.clear() }
    else if (action.do === 'toggle') { toggle(store.position ?? 0) }
    else if (action.do === 'open') { emit('open') }
    else { emit('enlarge') }
  }

  return {
    isSelected(at) {
      const key = keyAt(at)
      return key !== undefined && selection.keys.has(keyOf(key))
    },
    onClick(event, at) {
      if (event.shiftKey)
        selectRange(at)
      else if (event.ctrlKey || event.metaKey)
        toggle(at)
      store.select(at)
    },
    toggle,
    onKey,
    selectAll,
  }
}
