// The numbers of a queue and which of them are still open: plain arrays, so that 100,000 of them cost nothing on a key press.
import type { AuditItem } from '@contract/audits.ts'
import type { ProbeRef } from '@contract/decisions.ts'

/** Open or not, by item. */
export type OpenItems = Uint8Array

export function openItems(items: readonly number[]): OpenItems {
  const bits = new Uint8Array(items.reduce((most, item) => Math.max(most, item), -1) + 1)
  for (const item of items)
    bits[item] = 1
  return bits
}

/** Nothing is decided about it as it is now. */
export function isOpen({ own, content }: Pick<AuditItem, 'own' | 'content'>): boolean {
  return own === undefined || own.decision === 'none' || own.content !== content
}

/** The first open place behind `at`, then from the start; −1: none is open. */
export function nextOpen(items: ArrayLike<number>, at: number, open: OpenItems): number {
  for (let step = 1; step <= items.length; step++) {
    const place = (at + step + items.length) % items.length
    if (open[items[place]!] === 1)
      return place
  }
  return -1
}

export function insertAt(items: Int32Array, place: number, item: number): Int32Array {
  const longer = new Int32Array(items.length + 1)
  longer.set(items.subarray(0, place))
  longer[place] = item
  longer.set(items.subarray(place), place + 1)
  return longer
}

export interface Locating {
  /** Items in any order. */
  readonly items: Int32Array
  /** Index of the record in its dataset. */
  readonly index: number
  readonly read: (items: number[]) => Promise<Pick<AuditItem, 'item' | 'whole' | 'record' | 'kind' | 'index'>[]>
  readonly record: string
  /** Left out: the record's first probe in the queue. */
  readonly kind?: ProbeRef['kind'] | undefined
  readonly probe?: number
}

/** Place of a record's probe among `items`, or −1. Items grow with the dataset's records, so a handful of questions finds it among 100,000. */
export async function locate({ items, index, read, record, kind, probe = 0 }: Locating): Promise<number> {
  const sorted = items.slice().sort()
  let low = 0, high = sorted.length
  while (low < high) {
    const middle = (low + high) >> 1
    const [found] = await read([sorted[middle]!])
    if (found && found.whole.index < index)
      low = middle + 1
    else
      high = middle
  }
  // A record's probes stand beside each other.
  const near = await read([...sorted.subarray(low, low + 40)])
  const own = near.filter(one => one.record === record)
  const wanted = kind === undefined ? own[0] : own.find(one => one.kind === kind && one.index === probe)
  return wanted ? items.indexOf(wanted.item) : -1
}

/** What somebody typed to jump: a number of this list, or a record. "12" is the twelfth; "00012" and what is no number are records. */
export function parseJump(text: string, length: number): { readonly place: number } | { readonly record: string } | undefined {
  const plain = text.trim().replace(/^#/, '')
  if (plain === '')
    return undefined
  const number = Number(plain)
  return /^[1-9]\d*$/.test(plain) && (number <= length || text.trim().startsWith('#')) ? { place: Math.min(number, length) - 1 } : { record: plain }
}
