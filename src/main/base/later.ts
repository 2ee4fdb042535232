/** Properties that are made when they are first looked at: a table shows one reading of forty. */

/** Defines `name` so that its first reading computes it; then it is kept. */
export function later<T extends object, K extends string & keyof T>(target: T, name: K, compute: () => T[K]): void {
  Object.defineProperty(target, name, {
    enumerable: true,
    configurable: true,
    get() {
      const value = compute()
      Object.defineProperty(target, name, { value, enumerable: true, configurable: true })
      return value
    },
  })
}
