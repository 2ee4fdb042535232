// Records that results refer to, asked for when they come into sight and kept.
import { shallowReactive } from 'vue'
import type { EditRecord } from '@contract/records.ts'
import { useClient } from './client.ts'

export interface RecordsById {
  readonly need: (dataset: string, record: string) => void
  readonly get: (dataset: string, record: string) => EditRecord | undefined
}

export function useRecordsById(): RecordsById {
  const client = useClient()
  const known = shallowReactive(new Map<string, EditRecord>())
  const asked = new Set<string>()
  const keyOf = (dataset: string, record: string): string => `${dataset}/${record}`

  async function ask(dataset: string, record: string): Promise<void> {
    const key = keyOf(dataset, record)
    if (asked.has(key))
      return
    asked.add(key)
    try {
      known.set(key, await client.datasets.getRecord({ id: dataset, record }))
    }
    catch {
      // The result stands without its picture: the dataset may have been removed since. Ask again next time.
      asked.delete(key)
    }
  }

  return {
    need: (dataset, record) => void ask(dataset, record),
    get: (dataset, record) => known.get(keyOf(dataset, record)),
  }
}
