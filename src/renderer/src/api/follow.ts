// Follow a stream for as long as the component lives: opened again after a gap or an end.
import { onScopeDispose } from 'vue'

const pauseMs = 1_000

/** Calls `onEvent` for every event of the stream that `open` gives; stops with the component or with the function returned. */
export function useFollow<T>(open: (signal: AbortSignal) => Promise<AsyncIterable<T>>, onEvent: (event: T) => void): () => void {
  const controller = new AbortController()
  const stop = (): void => controller.abort()
  void follow(open, onEvent, controller.signal)
  onScopeDispose(stop)
  return stop
}

async function follow<T>(open: (signal: AbortSignal) => Promise<AsyncIterable<T>>, onEvent: (event: T) => void, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      for await (const event of await open(signal)) {
        if (signal.aborted)
          return
        onEvent(event)
      }
    }
    catch {
      // The connection banner already says what is wrong; here it only matters to try again.
    }
    await new Promise(resolve => setTimeout(resolve, pauseMs))
  }
}
