// What this browser remembers between visits. A host without storage, or a full one, remembers nothing and goes on.

/** The text kept under `key`, or undefined. */
export function readKept(key: string): string | undefined {
  try {
    return localStorage.getItem(key) ?? undefined
  }
  catch {
    return undefined
  }
}

/** Keeps `value`, or forgets the key. False if the host refused. */
export function keep(key: string, value: string | undefined): boolean {
  try {
    if (value === undefined)
      localStorage.removeItem(key)
    else
      localStorage.setItem(key, value)
    return true
  }
  catch {
    return false
  }
}

/** Keys that begin with `prefix`. */
export function keptKeys(prefix: string): string[] {
  try {
    return Object.keys(localStorage).filter(key => key.startsWith(prefix))
  }
  catch {
    return []
  }
}
