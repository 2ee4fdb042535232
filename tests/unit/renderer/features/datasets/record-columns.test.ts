// Columns of the records' table: which are shown when, what they are called, how a score is written.
import { describe, expect, it } from 'vitest'
import type { RecordColumn } from '@contract/datasets.ts'
import type { MetricInfo } from '@contract/methods.ts'
import { formatScore, possibleColumns, scoreInfo, shownColumns } from '../../../../../src/renderer/src/features/datasets/record-columns.ts'

const variant = (id: string, unit: 'share' | 'nats' = 'share'): MetricInfo['variants'][number] => ({ id, label: id.toUpperCase(), summary: `Reads it ${id}.`, higherIsBetter: true, unit })
const metrics: MetricInfo[] = [
  { id: 'reliability', label: 'Reliability', symbol: 'Rel.', summary: '', variants: [variant('strict'), variant('free')] },
  { id: 'text-locality', label: 'Text locality', symbol: 'T-Loc.', summary: '', variants: [variant('strict'), variant('kl', 'nats')] },
]
const text: RecordColumn = { id: 'prompt', label: 'Prompt', kind: 'text' }
const scores: RecordColumn[] = ['reliability/strict', 'reliability/free', 'text-locality/strict', 'text-locality/kl'].map(id => ({ id, label: id, kind: 'score' }))
const ids = (columns: readonly { id: string }[]): string[] => columns.map(({ id }) => id)

describe('shownColumns', () => {
  it('shows no verdict and no scores without a run, no dataset with one dataset', () => {
    expect(ids(shownColumns(undefined, { isAll: false, known: [text], metrics }))).toEqual(['record', 'prompt', 'stated', 'target', 'probes'])
    expect(ids(possibleColumns({ isAll: false, known: [text], metrics }))).not.toContain('verdict')
    expect(ids(shownColumns(undefined, { isAll: true, known: [text], metrics }))).toContain('dataset')
  })
  it('shows the verdict and the first reading of every metric of a run', () => {
    expect(ids(shownColumns(undefined, { isAll: false, known: [text, ...scores], metrics }))).toEqual(['record', 'prompt', 'target', 'verdict', 'reliability/strict', 'text-locality/strict'])
  })
  it('shows what was chosen, in the table’s own order, and leaves out what is not there', () => {
    expect(ids(shownColumns(['text-locality/kl', 'target', 'gone/strict', 'record'], { isAll: false, known: [text, ...scores], metrics }))).toEqual(['record', 'target', 'text-locality/kl'])
  })
})

describe('scores', () => {
  it('are called by their symbol, further readings by theirs, too', () => {
    expect(scoreInfo('reliability/strict', metrics)).toMatchObject({ short: 'Rel.', unit: 'share', isPrimary: true })
    expect(scoreInfo('text-locality/kl', metrics)).toMatchObject({ short: 'T-Loc. kl', unit: 'nats', isPrimary: false })
    expect(scoreInfo('unknown/thing', metrics).short).toBe('unknown thing')
  })
  it.each([[0.953, 'share', '95.3'], [0.0000123, 'nats', '1.23e-5'], [undefined, 'share', '']] as const)('%s in %s is written %s', (value, unit, written) => {
    expect(formatScore(value, unit)).toBe(written)
  })
})
