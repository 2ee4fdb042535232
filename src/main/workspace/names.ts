// Ids from names: what people type becomes a folder name that every file system takes.

const reserved = /^(?:con|prn|aux|nul|com\d|lpt\d)$/

/** Lower case letters, digits and dashes, at most 80; `fallback` if nothing is left. */
export function slug(name: string, fallback: string): string {
  const plain = name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '').slice(0, 80).replace(/-+$/, '')
  if (plain === '')
    return fallback
  return reserved.test(plain) ? `${plain}-${fallback}` : plain
}

/** `id`, `id-2`, `id-3`, …: the first that is not taken. */
export function firstFree(id: string, taken: ReadonlySet<string>): string {
  for (let i = 2, free = id; ; i++) {
    if (!taken.has(free))
      return free
    free = `${id}-${i}`
  }
}
