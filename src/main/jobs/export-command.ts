// The command line that writes the same file again.
import { Comparison } from '../../preload/contract/comparison.ts'
import { Print } from '../../preload/contract/figures.ts'
import type { Asked } from './provenance.ts'

const verbs = { table: 'tables export', figure: 'figures export', report: 'reports write' } as const
const defaults: Readonly<Record<string, unknown>> = { ...Comparison.parse({}), ...Print.parse({}), tables: [], figures: [] }

const flag = (key: string): string => `--${key.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)}`
const quoted = (text: string): string => /^[\w.,:/@+-]+$/.test(text) ? text : `'${text.replaceAll('\'', '\'\\\'\'')}'`

/** Only what differs from what the command takes by itself; for a POSIX shell. */
export function exportCommand({ kind, request }: Asked): string {
  const { id, format, ...rest } = { id: undefined, format: undefined, ...request }
  const flags = Object.entries(rest).filter(([key, value]) => value !== undefined && JSON.stringify(value) !== JSON.stringify(defaults[key]))
  return [
    `npx mmedit ${verbs[kind]}`,
    ...(id === undefined ? [] : [quoted(id)]),
    ...(format === undefined ? [] : [`--format ${format}`]),
    ...flags.map(([key, value]) => `${flag(key)} ${quoted(Array.isArray(value) ? value.join(',') : String(value))}`),
  ].join(' ')
}
