// Options are plain JSON and know no theme: where one needs a colour of ours, it names the token.

/** A copy in which every `var(--name)` is what `read(name)` gives. Rows of data hold numbers only and are passed as they are. */
export function resolveTokens(option: Readonly<Record<string, unknown>>, read: (name: string) => string): Record<string, unknown> {
  return Object.fromEntries(Object.entries(option).map(([key, value]) => [key, key === 'data' || key === 'source' ? value : resolved(value, read)]))
}

function resolved(value: unknown, read: (name: string) => string): unknown {
  if (typeof value === 'string')
    return /^var\(--([\w-]+)\)$/.test(value) ? read(value.slice(6, -1)) : value
  if (Array.isArray(value))
    return value.map(one => resolved(one, read))
  return typeof value === 'object' && value !== null ? resolveTokens(value as Record<string, unknown>, read) : value
}
