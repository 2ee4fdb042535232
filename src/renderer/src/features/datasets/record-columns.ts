// What the table can show of a record, how wide, and how a value of it is written.
import type { RecordColumn } from '@contract/datasets.ts'
import type { MetricInfo } from '@contract/methods.ts'
import { formatInteger, formatLoss, formatShare } from '../../lib/format.ts'
import { partsOf } from '../../lib/probes.ts'
import type { Row } from './datasets-store.ts'

export interface TableColumn {
  readonly id: string
  readonly label: string
  /** Longer, for a tooltip. */
  readonly title?: string
  /** Column that the backend sorts by. */
  readonly sort?: string
  /** A grid track. */
  readonly width: string
  readonly kind: 'id' | 'text' | 'strong' | 'number' | 'verdict'
  readonly textOf: (row: Row) => string
}

const count = (row: Row): string => formatInteger(partsOf(row.record).length - 1)

/** Everything but scores, in the order of the table. */
const fixed: readonly TableColumn[] = [
  { id: 'record', label: 'Record', sort: 'record', width: '4.5rem', kind: 'id', textOf: row => row.record.id },
  { id: 'dataset', label: 'Dataset', sort: 'dataset', width: 'minmax(6rem, 0.8fr)', kind: 'text', textOf: row => row.dataset },
  { id: 'prompt', label: 'Prompt', sort: 'prompt', width: 'minmax(13rem, 2.4fr)', kind: 'text', textOf: row => row.record.edit.prompt },
  { id: 'stated', label: 'Wrong answer', title: 'The wrong answer that the dataset states', sort: 'stated', width: 'minmax(6.5rem, 1fr)', kind: 'text', textOf: row => row.record.stated },
  { id: 'target', label: 'Target', sort: 'target', width: 'minmax(7.5rem, 1.4fr)', kind: 'strong', textOf: row => row.record.edit.expected },
  { id: 'task', label: 'Task', sort: 'task', width: '4rem', kind: 'text', textOf: row => row.record.task.toUpperCase() },
  { id: 'probes', label: 'Probes', title: 'Questions beside the edit itself', width: '4rem', kind: 'number', textOf: count },
  { id: 'promptLength', label: 'Length', title: 'Length of the question in characters', sort: 'promptLength', width: '4.5rem', kind: 'number', textOf: row => formatInteger(row.record.edit.prompt.length) },
  { id: 'verdict', label: 'Verdict', title: 'What the edit did, judged by its probes', width: 'minmax(9.75rem, 0.7fr)', kind: 'verdict', textOf: row => row.verdict ?? '' },
]

export const usualColumns = ['record', 'prompt', 'stated', 'target', 'probes']
const usualWithScores = ['record', 'prompt', 'target']

/** A score in its metric's unit: shares in percent, nats as they are; nothing where the run has none. */
export function formatScore(value: number | undefined, unit: 'share' | 'nats' | undefined): string {
  if (value === undefined)
    return ''
  return unit === 'nats' ? formatLoss(value) : formatShare(value)
}

export interface ScoreInfo {
  /** "T-Gen" */
  readonly symbol: string
  /** "T-Gen" or "T-Gen free" */
  readonly short: string
  readonly title: string
  readonly unit: 'share' | 'nats'
  readonly isPrimary: boolean
}

/** What is known of a score column `metric/variant`. */
export function scoreInfo(id: string, metrics: readonly MetricInfo[]): ScoreInfo {
  const [metricId = '', variantId = ''] = id.split('/')
  const metric = metrics.find(one => one.id === metricId)
  const variant = metric?.variants.find(one => one.id === variantId)
  const isPrimary = variant !== undefined && metric?.variants[0] === variant
  const unit = variant?.unit ?? 'share'
  return {
    symbol: metric?.symbol ?? metricId,
    short: `${metric?.symbol ?? metricId}${isPrimary ? '' : ` ${variant?.label.toLowerCase() ?? variantId}`}`,
    title: `${metric?.label ?? metricId}, ${variant?.label ?? variantId}, ${unit === 'nats' ? 'in nats' : 'in percent'}${variant ? `. ${variant.summary}` : ''}`,
    unit,
    isPrimary,
  }
}

function scoreColumn(id: string, metrics: readonly MetricInfo[]): TableColumn {
  const { short, title, unit } = scoreInfo(id, metrics)
  return { id, label: short, title, sort: id, width: short.length > 9 ? '8rem' : '4.25rem', kind: 'number', textOf: row => formatScore(row.scores[id], unit) }
}

export interface ColumnChoice {
  readonly isAll: boolean
  readonly known: readonly RecordColumn[]
  readonly metrics: readonly MetricInfo[]
}

/** Everything that could be shown now: scores only with a run, the dataset only among several. */
export function possibleColumns({ isAll, known, metrics }: ColumnChoice): TableColumn[] {
  const scores = known.filter(column => column.kind === 'score')
  return [
    ...fixed.filter(({ id }) => (id !== 'dataset' || isAll) && (id !== 'verdict' || scores.length > 0)),
    ...scores.map(({ id }) => scoreColumn(id, metrics)),
  ]
}

/** Those that are shown: as chosen, else the usual ones; a run's verdict and the first reading of every metric take the place of some. */
export function shownColumns(chosen: readonly string[] | undefined, choice: ColumnChoice): TableColumn[] {
  const usual = choice.known.some(column => column.kind === 'score') ? usualWithScores : usualColumns
  const isUsual = ({ id }: TableColumn): boolean =>
    usual.includes(id) || id === 'dataset' || id === 'verdict' || (id.includes('/') && scoreInfo(id, choice.metrics).isPrimary)
  return possibleColumns(choice).filter(column => chosen ? chosen.includes(column.id) : isUsual(column))
}
