// A published table typed in as CSV: model, dataset, method, scope, and one column a metric.
import { defineReportedFormat, notStated } from './format.ts'
import type { Given, ReportedRow } from './format.ts'
import { isShare, metricNamed } from './metric-names.ts'
import type { Metric } from '../../metrics/metric.ts'
import { parseCsv } from './parse-csv.ts'
import type { CsvLine } from './parse-csv.ts'

const facts = ['model', 'dataset', 'method', 'scope', 'n', 'source', 'reading', 'name', 'notes'] as const
type Fact = typeof facts[number]
const otherNames: Readonly<Record<string, Fact>> = { data: 'dataset', editor: 'method', module: 'scope', part: 'scope', component: 'scope', records: 'n', samples: 'n', reference: 'source', variant: 'reading', note: 'notes', comment: 'notes' }

interface MetricColumn { readonly at: number, readonly heading: string, readonly metric: Metric, readonly isPercent: boolean | undefined }

export const tableCsv = defineReportedFormat({
  id: 'table-csv',
  label: 'Table (CSV)',
  summary: 'One row a result: model, dataset, method, scope, n, source, notes (several with | between them), and one column a metric by its name or the paper\'s abbreviation, in percent or as shares.',
  match: (fileName, text) => /\.(?:csv|tsv|txt)$/i.test(fileName) || /^[^\n]*[,;\t]/.test(text),
  read(text, given) {
    const { lines: [heading, ...lines], separator } = parseCsv(text)
    if (!heading)
      throw new Error('It is empty. Its first line names the columns: model,dataset,method,scope and one column a metric.')
    const factAt = new Map<Fact, number>()
    const columns: MetricColumn[] = []
    const problems: string[] = []
    heading.fields.forEach((title, at) => {
      const word = title.toLowerCase()
      const fact = facts.find(name => name === word) ?? otherNames[word]
      const metric = metricNamed(title.replace(/\(.*\)|%|\[.*\]/g, ''))
      if (fact && !factAt.has(fact))
        factAt.set(fact, at)
      else if (metric && !columns.some(column => column.metric === metric))
        columns.push({ at, heading: title, metric, isPercent: /%|percent/i.test(title) ? true : /share|0\s*[-–…]\s*1/i.test(title) ? false : undefined })
      else if (title !== '' || lines.some(({ fields }) => fields[at]))
        problems.push(fact || metric ? `Column '${title}' is there twice; the later one is not read.` : `Column '${title || at + 1}' is no metric that is known here and is not read.`)
    })
    if (columns.length === 0)
      throw new Error(`No column of it is a metric. Known: ${['reliability', 'text-generality', 'image-generality', 'text-locality', 'image-locality', 'portability'].join(', ')}, and the abbreviations of papers (Rel., T-Gen., M-Gen., T-Loc., M-Loc.).`)
    const scale = scaleOf(lines, columns, separator)
    problems.push(...scale.problems)
    const rows = lines.flatMap((line) => {
      const { row, problems: found } = rowOf(line, { width: heading.fields.length, factAt, columns, given, separator, scale })
      problems.push(...found)
      return row ? [{ line: line.line, row }] : []
    })
    return { rows: withoutRepeats(rows, problems), problems }
  },
})

/** "95.3 %" → 95.3; a decimal comma where commas do not separate. undefined = no number. */
function numberIn(text: string, separator: string): number | undefined {
  const digits = text.replace(/\s*%$/, '')
  const plain = separator === ',' ? digits : digits.replace(/^(-?\d+),(\d+)$/, '$1.$2')
  return /^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$/i.test(plain) ? Number(plain) : undefined
}

interface Scale { readonly isPercent: (column: MetricColumn, text: string) => boolean, readonly note: string, readonly problems: readonly string[] }

/** Headings decide; for the others the table as a whole: a value above 1 means percent, for 0.10 beside 98.8 is a tenth of a percent. */
function scaleOf(lines: readonly CsvLine[], columns: readonly MetricColumn[], separator: string): Scale {
  const open = columns.filter(({ isPercent, metric }) => isPercent === undefined && isShare(metric))
  const values = open.flatMap(({ at }) => lines.flatMap(({ fields }) => numberIn(fields[at] ?? '', separator) ?? []))
  const most = values.reduce((a, b) => Math.max(a, b), 0)
  const hasSign = open.some(({ at }) => lines.some(({ fields }) => fields[at]?.endsWith('%')))
  const openIsPercent = most > 1 || hasSign
  const note = open.length === 0
    ? `Read as ${columns.some(({ isPercent }) => isPercent) ? 'percent' : 'shares'}, as the headings say.`
    : openIsPercent ? `Read as percent, because ${hasSign ? 'values carry a %' : `values go up to ${most}`}.` : `Read as shares, because no value is above 1.`
  const doubt = open.length > 0 && !hasSign && most > 1 && most <= 1.5 ? [`The largest value is ${most}, so the table was read as percent. If it holds shares, write '(share)' behind the metric's heading.`] : []
  return { isPercent: ({ isPercent }) => isPercent ?? openIsPercent, note, problems: doubt }
}

interface Reading { readonly width: number, readonly factAt: ReadonlyMap<Fact, number>, readonly columns: readonly MetricColumn[], readonly given: Given, readonly separator: string, readonly scale: Scale }

function rowOf({ line, fields }: CsvLine, { width, factAt, columns, given, separator, scale }: Reading): { row?: ReportedRow, problems: string[] } {
  const fact = (name: Fact): string | undefined => fields[factAt.get(name) ?? -1] || undefined
  const problems: string[] = []
  const metrics: Record<string, number> = {}
  for (const column of columns) {
    const text = fields[column.at] ?? ''
    if (['', '-', '–', '—', 'n/a', 'na', 'nan'].includes(text.toLowerCase()))
      continue
    const value = numberIn(text, separator)
    const scaled = value === undefined ? undefined : isShare(column.metric) && scale.isPercent(column, text) ? Number((value / 100).toPrecision(12)) : value
    if (scaled === undefined)
      problems.push(`Line ${line}: '${text}' under '${column.heading}' is no number and is left out.`)
    else if (isShare(column.metric) && (scaled < 0 || scaled > 1))
      problems.push(`Line ${line}: ${text} under '${column.heading}' is outside of ${scale.isPercent(column, text) ? '0 to 100 %' : '0 to 1'} and is left out.`)
    else
      metrics[column.metric.id] = scaled
  }
  const count = fact('n')
  const n = count === undefined ? undefined : Number(count.replace(/(\d)[,.\s](?=\d{3}\b)/g, '$1'))
  const hasCount = n !== undefined && Number.isInteger(n) && n > 0
  if (n !== undefined && !hasCount)
    problems.push(`Line ${line}: n is '${count}', which is no number of records, and is left out.`)
  if (fields.length > width)
    problems.push(`Line ${line} has ${fields.length} fields, the heading ${width}; the last ones are not read. Is a text with '${separator}' without quotes?`)
  if (Object.keys(metrics).length === 0)
    return { problems: [...problems, `Line ${line} has no value and is left out.`] }
  const name = fact('name')
  const source = fact('source')
  const notes = fact('notes')
  return {
    problems,
    row: {
      model: fact('model') ?? given.model ?? notStated,
      dataset: fact('dataset') ?? given.dataset ?? notStated,
      method: fact('method') ?? given.method ?? notStated,
      scope: fact('scope') ?? given.scope ?? notStated,
      variant: fact('reading') ?? 'unknown',
      metrics,
      notes: [...(notes?.split('|').map(note => note.trim()).filter(Boolean) ?? []), scale.note],
      ...(hasCount ? { n } : {}),
      ...(name === undefined ? {} : { name }),
      ...(source === undefined ? {} : { source }),
    },
  }
}

/** Rows of one model, data set, method and scope: the same numbers once, other numbers beside each other, and a sentence for both. */
function withoutRepeats(rows: readonly { readonly line: number, readonly row: ReportedRow }[], problems: string[]): ReportedRow[] {
  const seen = new Map<string, { line: number, row: ReportedRow }>()
  return rows.flatMap(({ line, row }) => {
    const key = JSON.stringify([row.model, row.dataset, row.method, row.scope, row.variant, row.name])
    const first = seen.get(key)
    if (!first) {
      seen.set(key, { line, row })
      return [row]
    }
    const isSame = JSON.stringify(first.row.metrics) === JSON.stringify(row.metrics)
    problems.push(`Line ${line} repeats line ${first.line} (${row.method}, ${row.scope}, ${row.model}, ${row.dataset}) ${isSame ? 'and is left out.' : 'with other values; both are kept.'}`)
    return isSame ? [] : [row]
  })
}
