// Traces, layer sweeps and checks for people: one line a layer or a check, printed as soon as it is there.
import { CheckEvent } from '../../preload/contract/findings.ts'
import { LabSweepEvent, TraceEvent } from '../../preload/contract/lab.ts'
import { metrics } from '../metrics/index.ts'
import { createProgress } from './progress.ts'

const fiveScores = ['reliability', 'text-generality', 'image-generality', 'text-locality', 'image-locality']

const percent = (share: number): string => `${(100 * share).toFixed(1).replace(/^-0\.0$/, '0.0')} %`
const line = (cells: readonly string[], widths: readonly number[]): string => cells.map((cell, i) => i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)).join('  ').trimEnd()

/** What each event of a trace adds to the text: rows are layers, columns token groups, cells the recovered share of what the noise took. */
export function traceLines(): (event: TraceEvent) => string[] {
  let begun: Extract<TraceEvent, { kind: 'begun' }> | undefined
  let row: number[] = []
  let current: string | undefined
  return (event) => {
    if (event.kind === 'begun') {
      begun = event
      return [`Target '${event.target}': ${percent(event.clean)} clean, ${percent(event.corrupted)} corrupted. Recovered share of the difference when a layer's clean states of a token group are put back:`]
    }
    if (event.kind === 'done')
      return ['', ...event.notes, `${(event.elapsedMs / 1000).toFixed(1)} s.`]
    const part = begun?.parts.find(one => one.part === event.part)
    if (!begun || !part)
      return []
    const widths = [Math.max(8, part.label.length), ...part.groups.map(group => Math.max(8, group.label.length))]
    const head = current === part.part ? [] : ['', line([part.label, ...part.groups.map(group => group.label)], widths)]
    current = part.part
    row.push(begun.clean > begun.corrupted ? (event.probability - begun.corrupted) / (begun.clean - begun.corrupted) : Number.NaN)
    if (row.length < part.groups.length)
      return head
    const cells = row.map(share => Number.isFinite(share) ? percent(share) : '–')
    row = []
    return [...head, line([`layer ${event.layer}`, ...cells], widths)]
  }
}

/** The five scores in their strict reading (localities: kept answers), the verdict, steps and seconds. */
export function sweepLines(): (event: LabSweepEvent) => string[] {
  const columns = fiveScores.map(id => metrics.get(id))
  const widths = [8, ...columns.map(() => 8), 24, 6, 8]
  return (event) => {
    switch (event.kind) {
      case 'begun': return [`${event.part}, one layer at a time`, '', line(['', ...columns.map(({ symbol }) => symbol), 'verdict', 'steps', 'seconds'], widths)]
      case 'layer': return [line([`layer ${event.layer}`, ...columns.map(({ id }) => {
        const value = event.scores[id]?.['strict']
        return value === undefined ? '–' : percent(value)
      }), event.verdict ?? '–', String(event.steps), (event.elapsedMs / 1000).toFixed(1)], widths)]
      case 'refused': return [`layer ${event.layer}  ${event.reason}`]
      case 'done': return ['', `${(event.elapsedMs / 1000).toFixed(1)} s.`]
    }
  }
}

/** A line a check when it is through, and why it failed; how far it is goes to `show`. */
export function checkLines(progress: { readonly show: (line: string) => void, readonly end: () => void }): (event: CheckEvent) => string[] {
  return (event) => {
    if (event.kind === 'progress') {
      progress.show(`${event.check}: ${event.done.toLocaleString('en-GB')} of ${event.total.toLocaleString('en-GB')}`)
      return []
    }
    progress.end()
    if (event.kind === 'failed')
      return [`${event.check}: failed. ${event.reason}`]
    const { check, count, seconds, notes } = event.made
    return [`${check}: ${count === 0 ? 'nothing found' : `${count.toLocaleString('en-GB')} found`} in ${seconds.toFixed(1)} s`, ...notes.map(note => `  ${note}`)]
  }
}

/** How a command's events are said to people; undefined: as they are. */
export function linesFor(noun: string, procedure: string): ((event: unknown) => string[]) | undefined {
  if (noun === 'audits' && procedure === 'check') {
    const lines = checkLines(createProgress(process.stderr))
    return event => lines(CheckEvent.parse(event))
  }
  if (noun !== 'lab')
    return undefined
  if (procedure === 'trace') {
    const lines = traceLines()
    return event => lines(TraceEvent.parse(event))
  }
  if (procedure === 'sweep') {
    const lines = sweepLines()
    return event => lines(LabSweepEvent.parse(event))
  }
  return undefined
}
