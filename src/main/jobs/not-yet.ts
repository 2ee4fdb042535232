// What is wired but not built says so.
export function notYet(what: string): never {
  throw new Error(`${what} is not built yet.`)
}
