/** The only place that writes to the console, and the only clock beside it. Lines go to stderr: stdout belongs to results. */

export type LogLevel = 'debug' | 'info' | 'warn' | 'error'
const order: readonly LogLevel[] = ['debug', 'info', 'warn', 'error']

export interface Log {
  debug: (message: string) => void
  info: (message: string) => void
  warn: (message: string) => void
  error: (message: string) => void
}

/** Milliseconds since the epoch. */
export function now(): number {
  return Date.now()
}

/** Milliseconds on a clock that never goes back, for durations. */
export function elapsed(): number {
  return performance.now()
}

/** Each line says who speaks: `2026-01-01T10:00:00.000Z engine[123] warn …`. MMEDIT_LOG sets the lowest level shown. */
export function createLog(
  speaker: string,
  level: LogLevel = (process.env.MMEDIT_LOG as LogLevel | undefined) ?? 'warn',
  write: (line: string) => void = line => console.error(line),
): Log {
  const lowest = Math.max(0, order.indexOf(level))
  const at = (own: LogLevel) => (message: string) => {
    if (order.indexOf(own) >= lowest)
      write(`${new Date().toISOString()} ${speaker}[${process.pid}] ${own} ${message}`)
  }
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}
