// How long somebody looked at a probe: only while the page is in sight, and a pause without a key or a pointer counts as a short one.

export interface ActiveClock {
  /** Another probe: from zero. */
  readonly restart: () => void
  /** A key or a pointer moved. */
  readonly touch: () => void
  readonly setVisible: (isVisible: boolean) => void
  readonly seconds: () => number
}

/** Longest pause that counts in full: reading a long text without touching anything. */
const longestPauseMs = 60_000
const mostSeconds = 3_600

/** `now` in milliseconds, growing. */
export function createActiveClock(now: () => number): ActiveClock {
  let counted = 0
  let last = now()
  let isVisible = true

  function count(): void {
    const at = now()
    if (isVisible)
      counted += Math.min(at - last, longestPauseMs)
    last = at
  }

  return {
    restart() {
      counted = 0
      last = now()
    },
    touch: count,
    setVisible(next) {
      count()
      isVisible = next
    },
    seconds() {
      count()
      return Math.min(Math.round(counted / 10) / 100, mostSeconds)
    },
  }
}
