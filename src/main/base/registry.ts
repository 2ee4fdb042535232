/** A registry is a plain ordered list; looking up an unknown id says which ids exist. */

export interface Registry<T extends { readonly id: string }> {
  readonly all: readonly T[]
  /** The entry with this id. Throws a sentence listing the known ids. */
  get: (id: string) => T
  has: (id: string) => boolean
}

export function registry<T extends { readonly id: string }>(noun: string, ...all: T[]): Registry<T> {
  const byId = new Map(all.map(item => [item.id, item]))
  if (byId.size < all.length) {
    const twice = all.find((item, i) => all.findIndex(other => other.id === item.id) < i)
    throw new Error(`Two ${noun}s share the id '${twice?.id}'. Rename one of them.`)
  }
  return {
    all,
    get(id) {
      const item = byId.get(id)
      if (!item)
        throw new Error(`Unknown ${noun} '${id}'. Known: ${[...byId.keys()].join(', ')}.`)
      return item
    },
    has: id => byId.has(id),
  }
}
