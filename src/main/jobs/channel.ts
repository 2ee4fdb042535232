// A queue between somebody who reports and somebody who reads along: values in order, then an end or an error.

export interface Channel<T, Result> {
  readonly push: (value: T) => void
  readonly finish: (result: Result) => void
  readonly fail: (error: unknown) => void
  /** Gives what was pushed, waits for more, returns the result; for one reader. */
  readonly read: () => AsyncGenerator<T, Result, undefined>
  /** Resolves when finished or failed. */
  readonly settled: Promise<void>
}

type End<Result> = { readonly kind: 'result', readonly result: Result } | { readonly kind: 'error', readonly error: unknown }

/** An unbounded channel. What comes after its end is dropped. */
export function createChannel<T, Result = void>(): Channel<T, Result> {
  const waiting: T[] = []
  let end: End<Result> | undefined
  let wake: (() => void) | undefined
  let settle: () => void
  const settled = new Promise<void>(resolve => settle = resolve)
  const stop = (how: End<Result>): void => {
    end ??= how
    settle()
    wake?.()
  }
  return {
    push(value) {
      if (end)
        return
      waiting.push(value)
      wake?.()
    },
    finish: result => stop({ kind: 'result', result }),
    fail: error => stop({ kind: 'error', error }),
    settled,
    async* read() {
      for (;;) {
        while (waiting.length > 0)
          yield waiting.shift() as T
        if (end?.kind === 'error')
          throw end.error
        if (end)
          return end.result
        await new Promise<void>(resolve => wake = resolve)
      }
    },
  }
}

/** Many readers of one stream of news. A reader starts with `first` and is dropped when its signal fires. */
export interface Broadcast<T> {
  readonly send: (value: T) => void
  readonly watch: (signal?: AbortSignal, first?: readonly T[]) => AsyncGenerator<T, void, undefined>
  readonly close: () => void
}

/** Sends every value to everybody who watches at that moment. */
export function createBroadcast<T>(): Broadcast<T> {
  const readers = new Set<Channel<T, void>>()
  let isClosed = false
  return {
    send(value) {
      for (const reader of readers)
        reader.push(value)
    },
    watch(signal, first = []) {
      // Registered before the first read, so that nothing is missed between asking and listening.
      const channel = createChannel<T>()
      first.forEach(channel.push)
      if (isClosed || signal?.aborted)
        channel.finish()
      const leave = (): void => channel.finish()
      signal?.addEventListener('abort', leave, { once: true })
      readers.add(channel)
      void channel.settled.then(() => {
        readers.delete(channel)
        signal?.removeEventListener('abort', leave)
      })
      return (async function* () {
        try {
          yield* channel.read()
        }
        finally {
          channel.finish()
        }
      })()
    },
    close() {
      isClosed = true
      for (const reader of readers)
        reader.finish()
    },
  }
}
