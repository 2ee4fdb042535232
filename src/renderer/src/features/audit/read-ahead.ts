// Items that are about to be looked at, asked for and their pictures decoded before they are; the oldest ones are forgotten.
import type { AuditItem } from '@contract/audits.ts'

export interface ReadAhead {
  readonly get: (item: number) => AuditItem | undefined
  readonly all: () => AuditItem[]
  /** Known at once, or asked for alone. */
  readonly ask: (item: number) => Promise<AuditItem>
  /** Asks for those that are neither known nor on their way; failures are left to `ask`. */
  readonly want: (items: readonly number[]) => Promise<void>
  readonly set: (item: AuditItem) => void
  readonly drop: (item: number) => void
  readonly clear: () => void
}

export interface ReadAheadOptions {
  readonly read: (items: number[]) => Promise<AuditItem[]>
  /** Hears of every item that arrives. */
  readonly decode: (item: AuditItem) => void
  readonly most?: number
}

export const ahead = 3
export const behind = 1

/** Items around a place that should be there: itself, the next ones, the one before. */
export function wantedAround(items: ArrayLike<number>, at: number): number[] {
  return [at, ...Array.from({ length: ahead }, (_, i) => at + 1 + i), ...Array.from({ length: behind }, (_, i) => at - 1 - i)]
    .flatMap(place => items[place] ?? [])
}

export function createReadAhead({ read, decode, most = 64 }: ReadAheadOptions): ReadAhead {
  const known = new Map<number, AuditItem>()
  const asked = new Map<number, Promise<AuditItem[]>>()
  let generation = 0

  function set(item: AuditItem): void {
    known.delete(item.item)
    known.set(item.item, item)
    for (const oldest of known.keys()) {
      if (known.size <= most)
        break
      known.delete(oldest)
    }
  }

  async function fetch(items: number[]): Promise<AuditItem[]> {
    const of = generation
    const answer = read(items)
    for (const item of items)
      asked.set(item, answer)
    try {
      const found = await answer
      if (of === generation) {
        for (const item of found) {
          // A decision that was made meanwhile knows better than a question from before it.
          if (asked.get(item.item) !== answer)
            continue
          set(item)
          decode(item)
        }
      }
      return found
    }
    finally {
      for (const item of items) {
        if (asked.get(item) === answer)
          asked.delete(item)
      }
    }
  }

  return {
    get: item => known.get(item),
    all: () => [...known.values()],
    async ask(item) {
      const there = known.get(item)
      if (there)
        return there
      const found = (await (asked.get(item) ?? fetch([item]))).find(one => one.item === item)
      if (!found)
        throw new Error(`Probe number ${item} is not in the dataset any more. Open the queue again.`)
      return known.get(item) ?? found
    },
    async want(items) {
      const missing = [...new Set(items)].filter(item => !known.has(item) && !asked.has(item))
      if (missing.length > 0)
        await fetch(missing).catch(() => undefined)
    },
    set(item) {
      asked.delete(item.item)
      set(item)
    },
    drop(item) {
      known.delete(item)
      asked.delete(item)
    },
    clear() {
      generation += 1
      known.clear()
      asked.clear()
    },
  }
}
