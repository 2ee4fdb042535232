/** Turning whatever was thrown into one sentence, and marking programmer errors. */

/** The message of anything that can be thrown. */
export function messageOf(error: unknown): string {
  if (error instanceof Error)
    return error.message
  return String(error)
}

/** A mistake of ours, not of the user: `internal: …`. */
export function internal(message: string): Error {
  return new Error(`internal: ${message}`)
}

/** Was this thrown because an AbortSignal fired? */
export function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError'
}

/** Was this a failed file operation with the given code, for example ENOENT? */
export function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && (error as NodeJS.ErrnoException).code === code
}

/** The value, or an internal error naming what was expected to be there. */
export function must<T>(value: T | undefined | null, what: string): T {
  if (value === undefined || value === null)
    throw internal(`${what} is missing.`)
  return value
}
