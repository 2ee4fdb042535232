// Values of a query as JSON has them: numbers where they are exact, everything else as text.
import type { QueryColumn, QueryValue } from '../../preload/contract/queries.ts'

const numbers = /^(?:U?(?:TINY|SMALL|BIG|HUGE)INT|U?INTEGER|FLOAT|DOUBLE|DECIMAL(?:\(\d+,\s*\d+\))?|BIGNUM)$/
const times = /^(?:DATE|TIMESTAMP|TIME)/

/** What a chart and an alignment need to know of a column's type. */
export function kindOf(type: string): QueryColumn['kind'] {
  if (/[[(]/.test(type.replace(/^DECIMAL\(\d+,\s*\d+\)$/, 'DECIMAL')) && !type.startsWith('ENUM'))
    return 'other'
  if (numbers.test(type))
    return 'number'
  if (times.test(type))
    return 'time'
  if (type === 'BOOLEAN')
    return 'boolean'
  return /^(?:VARCHAR|UUID|ENUM|CHAR)/.test(type) ? 'text' : 'other'
}

/** `value` as DuckDB's JSON converter gives it: large integers and decimals as text. */
export function plainValue(value: unknown, kind: QueryColumn['kind']): QueryValue {
  if (value === null || value === undefined)
    return null
  if (typeof value === 'boolean')
    return value
  if (typeof value === 'number')
    return Number.isFinite(value) ? value : String(value)
  if (typeof value === 'string')
    return kind === 'number' ? exactNumber(value) : value
  return JSON.stringify(value)
}

/** Integers beyond 2^53 stay text, so that no digit is lost. */
function exactNumber(text: string): number | string {
  const number = Number(text)
  if (text.trim() === '' || !Number.isFinite(number))
    return text
  return /^-?\d+$/.test(text) && !Number.isSafeInteger(number) ? text : number
}
