// Waiting for several runs, of a grid, of a sweep or of what an audit fixed: one after the other, then a table of all of them.
import type { Table } from '../../preload/contract/tables.ts'
import type { Run } from '../../preload/contract/runs.ts'
import type { StartedGrid } from '../jobs/grid.ts'
import type { StartedRepairs } from '../jobs/repairs.ts'
import type { StartedSweep } from '../jobs/sweep.ts'
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
  const reports = await followAll(client, runs, say)
  if (reports.length === 0)
    throw new Error('None of these runs is possible; the reasons are above. Choose other methods or scopes, or train what is missing.')
  return { runs: reports, refused, table: await tableOf(client, tables.has('paper') ? 'paper' : 'main-results', reports) }
}

export interface SweepReport {
  readonly runs: readonly RunReport[]
  readonly refused: StartedSweep['refused']
  readonly table: Table
}

/** The same for a run per layer; a line of the table is a layer. */
export async function followSweep(client: Client, { runs, refused }: StartedSweep, say: (sentence: string) => void): Promise<SweepReport> {
  for (const { layer, reason } of refused)
    say(`Layer ${layer} is left out: ${reason}`)
  const reports = await followAll(client, runs, say)
  if (reports.length === 0)
    throw new Error('No layer could be edited; the reasons are above.')
  return { runs: reports, refused, table: await tableOf(client, 'main-results', reports) }
}

export interface RepairReport {
  readonly runs: readonly RunReport[]
  readonly refused: StartedRepairs['refused']
  /** Of the runs that are complete now, counted with their fixes. */
  readonly table?: Table
}

/** The same for re-runs of fixed probes. That none was waited for is no failure. */
export async function followRepairs(client: Client, { runs, refused }: StartedRepairs, say: (sentence: string) => void): Promise<RepairReport> {
  for (const { reason } of refused)
    say(reason)
  const reports = await followAll(client, runs, say)
  const complete = runs.filter(({ id }) => reports.some(({ run, status }) => run === id && status === 'finished')).flatMap(({ plan }) => plan.repairs ?? [])
  if (runs.length === 0 && refused.length === 0)
    say('No finished run waits for fixed probes.')
  return { runs: reports, refused, ...(complete.length > 0 ? { table: await client.tables.get({ id: 'main-results', runs: complete, counts: 'with-fixes' }) } : {}) }
}

async function followAll(client: Client, runs: readonly Run[], say: (sentence: string) => void): Promise<RunReport[]> {
  const reports: RunReport[] = []
  for (const [i, { id, name }] of runs.entries()) {
    const report = await followRun(client, id, `${i + 1} of ${runs.length}: ${name}: `)
    reports.push(report)
    say(`${i + 1} of ${runs.length}: ${name}: ${report.status}${report.reason === undefined ? '' : `. ${report.reason}`}`)
    if (report.status === 'paused')
      break
  }
  return reports
}

/** A table of what is finished, or of everything where nothing is. */
function tableOf(client: Client, id: string, reports: readonly RunReport[]): Promise<Table> {
  const finished = reports.filter(({ status }) => status === 'finished')
  return client.tables.get({ id, runs: (finished.length > 0 ? finished : reports).map(({ run }) => run) })
}

export const tableForPeople = ({ table }: { readonly table?: Table }): string => table ? forPeople(table) : ''
