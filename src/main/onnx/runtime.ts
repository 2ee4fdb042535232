/** A runtime for one checkpoint: opens sessions for graphs, and keeps them, so that equal graphs are opened once. */

import { sha256 } from '../base/hash.ts'
import type { Expr } from '../tensor/expr.ts'
import { encode } from './encode.ts'
import { openEncoded } from './session.ts'
import type { ProviderId, Session } from './session.ts'
import type { Feeds, TensorValue } from './tensor-value.ts'

export interface RuntimeOptions {
  readonly provider?: ProviderId
  readonly checkpointFolder?: string
  readonly threads?: number
  /** Sessions kept open; the one not used for longest is closed first. */
  readonly keep?: number
}

export interface RunOptions {
  readonly into?: Feeds
  readonly repeated?: boolean
}

/** Counts work in units that methods can be compared by; whoever runs a pass counts it. */
export interface Meter {
  /** Runs of the language model over a sequence. */
  forward: number
  /** Gradients of one. */
  backward: number
}

export interface Runtime {
  readonly provider: ProviderId
  readonly meter: Meter
  /** The session for these outputs; opened on first use (`repeated` as in SessionOptions), shared by graphs of equal structure. */
  session: (outputs: Readonly<Record<string, Expr>>, edited?: ReadonlySet<string>, repeated?: boolean) => Promise<Session>
  /** Opens (or reuses) the session and runs it once; `into` as in Session.run. */
  run: (outputs: Readonly<Record<string, Expr>>, feeds: Feeds, edited?: ReadonlySet<string>, options?: RunOptions) => Promise<Record<string, TensorValue>>
  dispose: () => Promise<void>
}

const none: ReadonlySet<string> = new Set()

export function createRuntime(options: RuntimeOptions = {}): Runtime {
  const provider = options.provider ?? 'cpu'
  const keep = options.keep ?? 24
  // A Map remembers insertion order: the first entry is the one not used for longest.
  const open = new Map<string, Promise<Session>>()
  // Encoding a large graph takes milliseconds, so the same outputs object is recognised without it.
  const keys = new WeakMap<object, Map<string, string>>()

  async function session(outputs: Readonly<Record<string, Expr>>, edited: ReadonlySet<string> = none, repeated = false): Promise<Session> {
    const editedKey = [...edited].sort().join('\n')
    const byEdited = keys.get(outputs) ?? new Map<string, string>()
    keys.set(outputs, byEdited)
    let key = byEdited.get(editedKey)
    let opened = key === undefined ? undefined : open.get(key)
    if (opened === undefined) {
      const graph = encode(outputs, edited)
      key = sha256(graph.bytes)
      byEdited.set(editedKey, key)
      opened = open.get(key) ?? openEncoded(graph, { ...options, provider, edited, repeated })
    }
    const used = key as string
    open.delete(used)
    open.set(used, opened)
    opened.catch(() => open.delete(used))
    for (const [oldest, promise] of open) {
      if (open.size <= keep)
        break
      open.delete(oldest)
      await (await promise).dispose()
    }
    return opened
  }

  return {
    provider,
    meter: { forward: 0, backward: 0 },
    session,
    run: async (outputs, feeds, edited, { into, repeated } = {}) => (await session(outputs, edited, repeated)).run(feeds, into),
    async dispose() {
      const all = [...open.values()]
      open.clear()
      await Promise.allSettled(all.map(async s => (await s).dispose()))
    },
  }
}
