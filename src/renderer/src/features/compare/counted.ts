// What counts, and what that does to the numbers, in words: policies of the audit, how many probes leave, which means move by how much.
import type { AuditStatus } from '@contract/agreement.ts'
import type { Counted, Counts } from '@contract/comparison.ts'
import type { Run } from '@contract/runs.ts'
import { formatCount, formatInteger } from '../../lib/format.ts'
import { signedText } from './table-shape.ts'

export const policies: readonly { readonly value: Counts, readonly label: string, readonly title: string }[] = [
  { value: 'all', label: 'All probes', title: 'Every probe, whatever the audit says about it' },
  { value: 'without-rejected', label: 'Without rejected', title: 'Probes that were rejected or need a fix leave' },
  { value: 'with-fixes', label: 'With fixes', title: 'Rejected probes leave; fixed ones are scored by a re-run, and leave until there is one' },
  { value: 'double-kept', label: 'Double-kept', title: 'Only what two annotators kept and nobody settled otherwise; kinds that are not audited stay' },
]

export const policyOf = (counts: Counts): (typeof policies)[number] => policies.find(one => one.value === counts) ?? policies[0]!

/** Why all probes count for these datasets: nobody decided anything about them. Undefined: somebody did, or of one of them it is not known. */
export function whyAllCount(audits: readonly AuditStatus[], datasets: readonly string[], nameOf: (dataset: string) => string): string | undefined {
  if (datasets.length === 0)
    return 'No run is chosen.'
  const known = datasets.map(id => audits.find(({ dataset }) => dataset === id))
  if (known.some(audit => audit === undefined || audit.decisions > 0))
    return undefined
  return `All probes count: nobody has judged a probe of ${datasets.map(nameOf).join(' or ')} yet. Do that in the Audit view.`
}

export type Moved = Counted['moved'][number]

/** How far a mean moved; what lost all its probes has moved farthest. */
const sizeOf = ({ change, after }: Moved): number => after === null ? Infinity : Math.abs(change?.mean ?? 0)

/** Farthest first; what only lost probes comes last, in its own order. */
export const farthestFirst = (moved: readonly Moved[]): Moved[] => [...moved].sort((a, b) => sizeOf(b) - sizeOf(a) || 0)

/** Did the mean change, as far as it is shown? */
export const hasMoved = (one: Moved, percent: boolean): boolean => one.after === null || /^[+−]/.test(signedText(one.change?.mean ?? 0, percent))

/** "−3.1 points [−5.0, −1.2]", "no probe is left" */
export function changeText({ change, after }: Pick<Moved, 'change' | 'after'>, percent: boolean): string {
  if (after === null || !change)
    return 'no probe is left'
  const { mean, low, high } = change
  return `${signedText(mean, percent)}${percent ? ' points' : ''} [${signedText(low, percent)}, ${signedText(high, percent)}]`
}

export interface Totals { readonly all: number, readonly left: number, readonly fixed: number, readonly waiting: number }

export const totalsOf = ({ probes }: Counted): Totals => probes.reduce<Totals>((sum, one) =>
  ({ all: sum.all + one.all, left: sum.left + one.left, fixed: sum.fixed + one.fixed, waiting: sum.waiting + one.waiting }), { all: 0, left: 0, fixed: 0, waiting: 0 })

/** "12 of 360 probes are left out, 3 are scored with their fix" */
export function totalsText({ all, left, fixed }: Totals): string {
  const out = left === 0 ? `None of ${formatCount(all, 'probe')} is left out` : `${formatInteger(left)} of ${formatCount(all, 'probe')} ${left === 1 ? 'is' : 'are'} left out`
  return fixed === 0 ? out : `${out}, ${formatInteger(fixed)} ${fixed === 1 ? 'is scored with its fix' : 'are scored with their fixes'}`
}

export interface Waiting {
  /** Runs that one click completes, and how many probes they are asked together. */
  readonly runs: readonly string[]
  readonly probes: number
  readonly refused: readonly { readonly run: string, readonly reason: string }[]
  /** Re-runs that are on their way or paused. */
  readonly going: readonly Run[]
  readonly paused: readonly Run[]
  /** The last re-run of a run that still waits, where it failed or some of its records did. */
  readonly failed: readonly Run[]
}

/** What waits for a re-run, apart from runs that a re-run is already under way for. */
export function waitingOf({ waiting }: Pick<Counted, 'waiting'>, runs: readonly Run[]): Waiting {
  const ids = new Set<string>(waiting.map(({ run }) => run))
  const repairs = runs.filter(({ plan }) => plan.repairs !== undefined && ids.has(plan.repairs))
  const going = repairs.filter(({ status }) => status === 'waiting' || status === 'running')
  const paused = repairs.filter(({ status }) => status === 'paused')
  const held = new Set<string>([...going, ...paused].flatMap(({ plan }) => plan.repairs ?? []))
  const last = new Map<string | undefined, Run>([...repairs].sort((a, b) => a.createdAt.localeCompare(b.createdAt)).map(run => [run.plan.repairs, run]))
  const open = waiting.filter(({ run, reason }) => reason === undefined && !held.has(run))
  return {
    runs: open.map(({ run }) => run),
    probes: open.reduce((sum, { probes }) => sum + probes, 0),
    refused: waiting.flatMap(({ run, reason }) => reason === undefined ? [] : [{ run, reason }]),
    going,
    paused,
    failed: [...last.values()].filter(({ status, failedCount }) => status === 'failed' || (status === 'finished' && failedCount > 0)),
  }
}

/** Why the last re-run left something to ask: "The last re-run failed: …", "In the last re-run 2 records failed." */
export function failedText(failed: readonly Run[]): string {
  const reason = failed.find(({ status }) => status === 'failed')?.reason
  return reason === undefined
    ? `In the last re-run ${formatCount(failed.reduce((sum, { failedCount }) => sum + failedCount, 0), 'record')} failed.`
    : `The last re-run failed: ${reason}`
}

/** "5 fixed probes wait for a re-run in 3 runs" */
export function waitingText({ probes, runs }: Waiting): string {
  return `${formatCount(probes, 'fixed probe')} ${probes === 1 ? 'waits' : 'wait'} for a re-run in ${formatCount(runs.length, 'run')}`
}

/** "Re-running fixes: 2 of 5 records" */
export function goingText(going: readonly Run[]): string {
  const done = going.reduce((sum, { doneCount }) => sum + doneCount, 0)
  const all = going.reduce((sum, { recordCount }) => sum + recordCount, 0)
  return `Re-running fixes: ${formatInteger(done)} of ${formatCount(all, 'record')}`
}

/** Key of a cell: run, slice, metric. */
export const cellKey = (run: string, slice: string | undefined, metric: string): string => `${run}/${slice ?? ''}/${metric}`

/** What moved, by cell. */
export const movedByCell = (counted: Counted | undefined): ReadonlyMap<string, Moved> =>
  new Map((counted?.moved ?? []).map(one => [cellKey(one.run, one.slice, one.metric), one]))
