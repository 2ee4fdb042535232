/** Small helpers around promises and AbortSignal. */

/** Throws the signal's reason if it has fired. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  signal?.throwIfAborted()
}

/** Lets timers, messages and I/O run once. Native calls block the thread, so long loops yield between them. */
export function yieldToEvents(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve))
}

/** Waits; rejects with the signal's reason when aborted. */
export function delay(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason as Error)
      return
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop)
      resolve()
    }, ms)
    function stop(): void {
      clearTimeout(timer)
      reject(signal?.reason as Error)
    }
    signal?.addEventListener('abort', stop, { once: true })
  })
}

/** The promise, or an error with this sentence after `ms`. */
export async function withTimeout<T>(promise: Promise<T>, ms: number, sentence: string): Promise<T> {
  const stop = new AbortController()
  try {
    return await Promise.race([
      promise,
      delay(ms, stop.signal).then(() => {
        throw new Error(sentence)
      }),
    ])
  }
  finally {
    stop.abort()
  }
}

/** Runs tasks one after another in the order they were added; a failure does not stop the next. */
export function createSerial(): <T>(task: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve()
  return (task) => {
    const result = last.then(task, task)
    last = result.catch(() => undefined)
    return result
  }
}
