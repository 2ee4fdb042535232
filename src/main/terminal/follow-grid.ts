// Waiting for a grid of runs: one after the other, then the paper's table of all of them.
import type { Table } from '../../preload/contract/tables.ts'
import type { StartedGrid } from '../jobs/grid.ts'
import { tables } from '../tables/index.ts'
import { followRun } from './follow-run.ts'
import type { Client } from './follow-run.ts'
import { forPeople } from './print.ts'
import type { RunReport } from './run-report.ts'

export interface GridReport {
  readonly runs: readonly RunReport[]
  readonly refused: StartedGrid['refused']
  readonly table: Table
}

/** Follows the runs to their end. Ctrl-C pauses the one that is going; those that wait are left for `runs resume`. */
export async function followGrid(client: Client, { runs, refused }: StartedGrid, say: (sentence: string) => void): Promise<GridReport> {
  for (const { method, scope, reason } of refused)
    say(`${method} × ${scope} is left out: ${reason}`)
  const reports: RunReport[] = []
  for (const [i, { id, name }] of runs.entries()) {
    const report = await followRun(client, id, `${i + 1} of ${runs.length}: ${name}: `)
    reports.push(report)
    say(`${i + 1} of ${runs.length}: ${name}: ${report.status}${report.reason === undefined ? '' : `. ${report.reason}`}`)
    if (report.status === 'paused')
      break
  }
  if (reports.length === 0)
    throw new Error('None of these runs is possible; the reasons are above. Choose other methods or scopes, or train what is missing.')
  const finished = reports.filter(({ status }) => status === 'finished').map(({ run }) => run)
  const id = tables.has('paper') ? 'paper' : 'main-results'
  return { runs: reports, refused, table: await client.tables.get({ id, runs: finished.length > 0 ? finished : reports.map(({ run }) => run) }) }
}

export const gridForPeople = ({ table }: GridReport): string => forPeople(table)
