// Rate and time left of a run, from the moments its last records (or steps of a training) were finished.

export interface RunClock {
  /** This many were finished at this moment (milliseconds). */
  readonly tick: (atMs: number, count?: number) => void
  readonly recordsPerSecond: () => number | null
  readonly secondsLeft: (remaining: number) => number | null
}

/** Averages over the last `window` ticks, so that pauses and a slow first record are forgotten. */
export function createRunClock(startedMs: number, window = 20): RunClock {
  let total = 0
  const moments = [{ atMs: startedMs, total }]
  const recordsPerSecond = (): number | null => {
    const first = moments[0] ?? { atMs: startedMs, total: 0 }
    const last = moments.at(-1) ?? first
    const spanMs = last.atMs - first.atMs
    return spanMs <= 0 || last.total === first.total ? null : (last.total - first.total) / spanMs * 1000
  }
  return {
    tick(atMs, count = 1) {
      total += count
      moments.push({ atMs, total })
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
