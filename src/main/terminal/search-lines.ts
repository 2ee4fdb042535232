// Traces and layer sweeps for people: one line a layer, printed as soon as it is measured.
import { LabSweepEvent, TraceEvent } from '../../preload/contract/lab.ts'
import { metrics } from '../metrics/index.ts'

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

/** How a command's events are said to people; undefined: as they are. */
export function linesFor(noun: string, procedure: string): ((event: unknown) => string[]) | undefined {
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
