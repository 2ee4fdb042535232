// Numbers as people type them: what is meant, or why it cannot be.

export interface NumberBounds {
  readonly label: string
  readonly isInteger: boolean
  readonly min: number | undefined
  readonly max: number | undefined
  readonly minIsExclusive: boolean
}

/** `0,5`, `1e-9` and `1E-9` are numbers; undefined is an empty field, NaN anything else. */
export function parseNumber(text: string): number | undefined {
  const plain = text.trim().replace(',', '.').replace('−', '-')
  return plain === '' ? undefined : Number(plain)
}

/** `Steps takes a whole number from 1 to 10000, not -3.`; undefined for a number that may be. */
export function refusalOf(text: string, { label, isInteger, min, max, minIsExclusive }: NumberBounds): string | undefined {
  const number = parseNumber(text)
  if (number === undefined)
    return undefined
  const isFine = Number.isFinite(number) && (!isInteger || Number.isInteger(number)) && (min === undefined || (minIsExclusive ? number > min : number >= min)) && (max === undefined || number <= max)
  if (isFine)
    return undefined
  const from = min === undefined ? '' : minIsExclusive ? ` above ${min}` : ` from ${min}`
  const to = max === undefined ? '' : min === undefined ? ` of at most ${max}` : minIsExclusive ? ` and at most ${max}` : ` to ${max}`
  return `${label} takes a ${isInteger ? 'whole number' : 'number'}${from}${to}${min !== undefined && max === undefined && !minIsExclusive ? ' on' : ''}, not ${text.trim()}.`
}

/** Arrow keys: whole numbers by one, others by a tenth of their size, so that a learning rate steps like one. */
export function stepFrom(value: number, direction: -1 | 1, isInteger: boolean): number {
  const size = Math.abs(value)
  const step = isInteger ? 1 : size === 0 ? 0.1 : 10 ** (Math.floor(Math.log10(size)) - (size >= 1 ? 1 : 0))
  return Number((value + direction * step).toPrecision(10))
}
