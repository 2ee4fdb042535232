// A causal trace as it comes in: what was measured so far, what share of the answer each cell recovers, and what that says.
import type { TraceEvent, TraceRequest } from '@contract/lab.ts'
import { formatShare } from '../../../lib/format.ts'

export type Begun = Extract<TraceEvent, { kind: 'begun' }>
export type Part = Begun['parts'][number]
export type Phase = 'opening' | 'running' | 'done' | 'failed' | 'cancelled'

/** What can be set beside record and model. */
export type TraceSetting = Pick<TraceRequest, 'corrupt' | 'target' | 'noise' | 'samples'>

export interface Trace {
  readonly setting: TraceSetting
  /** Which Lab edit was traced; undefined: the unedited model. */
  readonly edit: string | undefined
  readonly phase: Phase
  readonly begun?: Begun
  readonly cells: ReadonlyMap<string, number>
  readonly notes: readonly string[]
  readonly elapsedMs?: number
  readonly error?: string
}

export const emptyTrace = (setting: TraceSetting, edit: string | undefined): Trace => ({ setting, edit, phase: 'opening', cells: new Map(), notes: [] })

export const cellKey = (part: string, layer: number, group: string): string => `${part} ${layer} ${group}`

export function foldTrace(trace: Trace, events: readonly TraceEvent[]): Trace {
  const cells = new Map(trace.cells)
  let next: Trace = { ...trace, cells }
  for (const event of events) {
    if (event.kind === 'begun')
      next = { ...next, phase: 'running', begun: event }
    else if (event.kind === 'cell')
      cells.set(cellKey(event.part, event.layer, event.group), event.probability)
    else
      next = { ...next, phase: 'done', elapsedMs: event.elapsedMs, notes: event.notes }
  }
  return next
}

export const cellCount = (begun: Begun): number => begun.parts.reduce((sum, { layers, groups }) => sum + layers * groups.length, 0)

/** Below this difference there is nothing that could be recovered. */
const smallest = 1e-6

/** (p − corrupted) / (clean − corrupted): 1 = all that the noise took is back; below 0: even less likely. Undefined: not measured, or the noise took nothing. */
export function shareOf({ clean, corrupted }: Pick<Begun, 'clean' | 'corrupted'>, probability: number | undefined): number | undefined {
  return probability === undefined || clean - corrupted < smallest ? undefined : (probability - corrupted) / (clean - corrupted)
}

const percent = (share: number): string => `${formatShare(share)} %`

/**
 * In words: until which layer the answer is still carried by the picture's slots, and from which on by the prompt's last token; where it
 * is carried otherwise, the strongest cell. Only of a finished trace in which the noise made the answer less likely.
 */
export function findingOf({ begun, cells, phase }: Trace): string | undefined {
  if (!begun || phase !== 'done' || begun.clean - begun.corrupted < smallest)
    return undefined
  const share = (part: string, layer: number, group: string): number => shareOf(begun, cells.get(cellKey(part, layer, group))) ?? 0
  const language = begun.parts.find(({ part }) => part === 'language')
  const layers = Array.from({ length: language?.layers ?? 0 }, (_, i) => i)
  const last = layers.findLast(layer => share('language', layer, 'slots') >= 0.5)
  const first = layers.find(layer => layers.slice(layer).every(later => share('language', later, 'prompt-end') >= 0.5))
  if (language && last !== undefined && first !== undefined) {
    return `In the language model the picture slots still carry the answer after layer ${last} (${percent(share('language', last, 'slots'))} of what the noise took comes back); from layer ${first} on the last prompt token does${first <= last ? ', too' : ''} (${percent(share('language', first, 'prompt-end'))}).`
  }
  const best = begun.parts.flatMap(({ part, label, layers: count, groups }) => Array.from({ length: count }, (_, layer) => groups.map(group => ({ label, layer, group: group.label, share: share(part, layer, group.id) }))).flat())
    // The end of the last layer is what the answer is read from: it brings back everything by construction.
    .filter(cell => !(cell.label === language?.label && cell.layer === language.layers - 1))
    .reduce<{ label: string, layer: number, group: string, share: number } | undefined>((found, cell) => (found && found.share >= cell.share ? found : cell), undefined)
  return best && best.share > 0.1 ? `Most of the answer (${percent(best.share)} of what the noise took) comes back with ${best.group.toLowerCase()} after layer ${best.layer} of the ${best.label.toLowerCase()}.` : 'No single layer and group of tokens brings much of the answer back: it takes several of them together.'
}
