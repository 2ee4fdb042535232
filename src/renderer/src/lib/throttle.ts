// At most one call per interval; the last wish is always fulfilled.

/** Calls `work` now if it was quiet for `intervalMs`, otherwise once when the interval ends. `stop` forgets what is pending. */
export function throttle(work: () => void, intervalMs: number): { readonly call: () => void, readonly stop: () => void } {
  let timer: ReturnType<typeof setTimeout> | undefined
  let isPending = false

  function call(): void {
    if (timer !== undefined) {
      isPending = true
      return
    }
    work()
    timer = setTimeout(() => {
      timer = undefined
      if (isPending) {
        isPending = false
        call()
      }
    }, intervalMs)
  }

  return {
    call,
    stop: () => {
      clearTimeout(timer)
      timer = undefined
      isPending = false
    },
  }
}
