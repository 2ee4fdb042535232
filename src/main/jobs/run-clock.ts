// Rate and time left of a run, from the moments its last records were finished.

export interface RunClock {
  /** A record was finished at this moment (milliseconds). */
  readonly tick: (atMs: number) => void
  readonly recordsPerSecond: () => number | null
  readonly secondsLeft: (remaining: number) => number | null
}

/** Averages over the last `window` records, so that pauses and a slow first record are forgotten. */
export function createRunClock(startedMs: number, window = 20): RunClock {
  const moments = [startedMs]
  const recordsPerSecond = (): number | null => {
    const spanMs = (moments.at(-1) ?? startedMs) - (moments[0] ?? startedMs)
    return moments.length < 2 || spanMs <= 0 ? null : (moments.length - 1) / spanMs * 1000
  }
  return {
    tick(atMs) {
      moments.push(atMs)
      if (moments.length > window + 1)
        moments.shift()
    },
    recordsPerSecond,
    secondsLeft(remaining) {
      const rate = recordsPerSecond()
      return rate === null ? null : remaining / rate
    },
  }
}
