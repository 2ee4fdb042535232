// The ids of every record that a filter of results lets through.
import type { ResultFilter } from '@contract/runs.ts'
import type { Client } from '../../api/client.ts'

const pageSize = 500

export async function listRecords(client: Client, filter: ResultFilter): Promise<string[]> {
  if (filter.records && filter.metric === undefined && filter.slice === undefined && filter.verdict === undefined && filter.among === undefined)
    return filter.records
  const ids: string[] = []
  for (let offset = 0, total = 1; offset < total; offset += pageSize) {
    const page = await client.runs.listResults({ ...filter, offset, limit: pageSize })
    total = page.total
    ids.push(...page.results.map(result => result.record))
  }
  return ids
}
