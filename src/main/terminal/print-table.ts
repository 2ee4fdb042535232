// Tables and alignments for people: differences behind the numbers they belong to, and below the table what it is.
import type { Delta } from '../../preload/contract/comparison.ts'
import type { Alignment } from '../../preload/contract/runs.ts'
import type { Table, TableCell } from '../../preload/contract/tables.ts'
import { metrics } from '../metrics/index.ts'
import { textOfMean } from '../tables/columns.ts'

const significant = 0.05

/** "+2.1*": in percentage points, or nats; a star where the table's tests leave it below 5 %. */
function deltaText({ mean, adjusted }: Delta, { metric, variant }: TableCell): string {
  const known = metric !== undefined && metrics.has(metric) ? metrics.get(metric).variants.find(({ id }) => id === variant) : undefined
  return `${mean > 0 ? '+' : ''}${textOfMean(mean, { unit: known?.unit ?? 'share' })}${adjusted < significant ? '*' : ''}`
}

function cellText(cell: TableCell | undefined): string {
  if (!cell)
    return ''
  return cell.delta && cell.mean !== undefined ? `${cell.text} ${deltaText(cell.delta, cell)}` : cell.delta && cell.delta.adjusted < significant ? `${cell.text}*` : cell.text
}

/** Marks behind a row's first cell: which one the others are against, and what was not measured here. */
const rowMark = ({ isBaseline, reported }: Table['rows'][number]): string => isBaseline ? ' (baseline)' : reported === undefined ? '' : ' (reported)'

export function tableForPeople({ title, columns, rows, notes, caption, comparability }: Table, aligned: (header: readonly string[], rows: readonly (readonly string[])[]) => string): string {
  const deltas = rows.flatMap(({ cells }) => Object.values(cells)).filter(({ delta }) => delta)
  return [
    title,
    '',
    aligned(columns.map(column => column.label), rows.map(row => columns.map((column, i) => `${cellText(row.cells[column.id])}${i === 0 ? rowMark(row) : ''}`))),
    '',
    ...(deltas.some(({ mean }) => mean !== undefined) ? ['Behind the brackets: the difference to the baseline in percentage points (nats for logarithms).'] : []),
    ...(deltas.length > 0 ? ['* p < 0.05 after Holm\'s correction.'] : []),
    ...(caption === undefined ? [] : [caption]),
    ...(comparability?.mismatches ?? []).map(({ sentence }) => `Note: ${sentence}`),
    ...notes,
  ].join('\n')
}

/** A, B, C, … for the runs in the order of the request. */
const letter = (i: number): string => String.fromCharCode(65 + i)

const say = (pattern: string): string => {
  const right = [...pattern].flatMap((mark, i) => mark === 'r' ? [letter(i)] : [])
  if (right.length === pattern.length)
    return pattern.length === 2 ? 'both right' : 'all right'
  if (right.length === 0)
    return pattern.length === 2 ? 'both wrong' : 'all wrong'
  return right.length === 1 ? `only ${right[0]} right` : `${right.join(', ')} right`
}

export function alignmentForPeople({ n, dataset, patterns, total, rows, notes }: Alignment, aligned: (header: readonly string[], rows: readonly (readonly string[])[]) => string): string {
  const runs = patterns[0]?.pattern.length ?? 0
  const names = Array.from({ length: runs }, (_, i) => letter(i))
  const short = (text: string): string => {
    const line = text.replace(/\s+/g, ' ').trim()
    return line.length > 24 ? `${line.slice(0, 23)}…` : line
  }
  return [
    `${n} common records of '${dataset}'; ${names.join(', ')} are the runs in the order they were given, r right, w wrong.`,
    '',
    aligned(['pattern', 'what', 'records', '%'], patterns.map(({ pattern, count }) => [pattern, say(pattern), String(count), (count / n * 100).toFixed(1)])),
    ...(rows.length === 0
      ? []
      : [
          '',
          aligned(['record', 'pattern', ...names.map(name => `${name} says`)], rows.map(row => [row.record, row.pattern, ...row.answers.map(short)])),
          ...(total > rows.length ? [`${rows.length} of ${total} records are shown; --offset and --limit show others, --pattern those of one pattern.`] : []),
        ]),
    ...notes,
  ].join('\n')
}
