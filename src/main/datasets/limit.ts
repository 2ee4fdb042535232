// At most so many tasks at once; the others wait their turn.

export function createLimit(most: number): <T>(task: () => Promise<T>) => Promise<T> {
  let running = 0
  const waiting: (() => void)[] = []
  return async (task) => {
    if (running >= most)
      await new Promise<void>(resolve => waiting.push(resolve))
    else
      running++
    try {
      return await task()
    }
    finally {
      // A waiting task takes over this one's place, so the count stays.
      const next = waiting.shift()
      if (next)
        next()
      else
        running--
    }
  }
}
