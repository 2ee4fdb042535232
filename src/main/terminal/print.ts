// Results for people: lists as aligned tables, single things as `name: value`.
import { Alignment } from '../../preload/contract/runs.ts'
import { Table } from '../../preload/contract/tables.ts'
import { auditsForPeople } from './print-audits.ts'
import { recordsForPeople } from './print-records.ts'
import { alignmentForPeople, tableForPeople } from './print-table.ts'

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)
const isScalar = (value: unknown): boolean => value === null || ['string', 'number', 'boolean'].includes(typeof value)

function short(value: unknown, most: number): string {
  const text = typeof value === 'number' && !Number.isInteger(value) ? String(Number(value.toPrecision(4))) : String(value ?? '')
  const line = text.replace(/\s+/g, ' ')
  return line.length > most ? `${line.slice(0, most - 1)}…` : line
}

/** Columns of equal width; numbers to the right. */
export function alignedTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = header.map((name, i) => Math.max(name.length, ...rows.map(row => row[i]?.length ?? 0)))
  const isNumeric = header.map((_, i) => rows.length > 0 && rows.every(row => /^[-−]?[\d.,%]*$/.test(row[i] ?? '')))
  const line = (cells: readonly string[]): string => cells.map((cell, i) => isNumeric[i] ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0)).join('  ').trimEnd()
  return [line(header), line(widths.map(width => '─'.repeat(width))), ...rows.map(line)].join('\n')
}

function listOf(items: readonly unknown[]): string {
  if (items.length === 0)
    return 'None.'
  if (!items.every(isObject))
    return items.map(item => short(item, 200)).join('\n')
  const keys = [...new Set(items.flatMap(item => Object.keys(item).filter(key => isScalar(item[key]))))].slice(0, 9)
  return alignedTable(keys, items.map(item => keys.map(key => short(item[key], 48))))
}

function linesOf(value: unknown, indent: string): string[] {
  if (!isObject(value))
    return [`${indent}${short(value, 2000)}`]
  return Object.entries(value).flatMap(([key, inner]) => {
    if (inner === undefined)
      return []
    if (isScalar(inner))
      return [`${indent}${key}: ${short(inner, 2000)}`]
    if (Array.isArray(inner))
      return inner.every(isScalar) ? [`${indent}${key}: ${inner.map(item => short(item, 200)).join(', ')}`] : [`${indent}${key}:`, ...listOf(inner).split('\n').map(line => `${indent}  ${line}`)]
    return [`${indent}${key}:`, ...linesOf(inner, `${indent}  `)]
  })
}

/** What is said about a file that was written, beside its path. */
export function notesOf(value: unknown): string[] {
  return isObject(value) && typeof value['file'] === 'string' && Array.isArray(value['notes']) ? value['notes'].map(String) : []
}

/** A result as text, without a line end. */
export function forPeople(value: unknown): string {
  const records = recordsForPeople(value, alignedTable)
  if (records !== undefined)
    return records
  const audits = auditsForPeople(value, alignedTable)
  if (audits !== undefined)
    return audits
  if (Array.isArray(value))
    return listOf(value)
  const table = Table.safeParse(value)
  if (table.success)
    return tableForPeople(table.data, alignedTable)
  const alignment = Alignment.safeParse(value)
  if (alignment.success)
    return alignmentForPeople(alignment.data, alignedTable)
  if (isObject(value) && typeof value['file'] === 'string')
    return value['file']
  return linesOf(value, '').join('\n')
}
