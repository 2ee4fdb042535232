// Every table fits the contract, fills every cell, and can be written in every format.
import { describe, expect, it } from 'vitest'
import { metrics } from '../../src/main/metrics/index.ts'
import { tables } from '../../src/main/tables/index.ts'
import { writeTable } from '../../src/main/tables/write-table.ts'
import { Table, TableFormat } from '../../src/preload/contract/tables.ts'
import type { SliceId } from '../../src/preload/contract/identifiers.ts'
import { summariseColumns } from '../../src/main/runs/summary.ts'
import { inputOf, metricsOf, recordsOf, runOf } from '../unit/tables/finished-runs.ts'

const runs = [
  { run: runOf('one'), metrics: metricsOf(1, 0.5) },
  { run: runOf('two', { plan: { scope: 'vision' } }), metrics: { reliability: { strict: { mean: 0.5, low: 0.2, high: 0.8, n: 20 } } } },
]
const slice = { id: 'dogs' as SliceId, name: 'Dogs' }
const five = ['reliability', 'text-generality', 'image-generality', 'text-locality', 'image-locality']
const scored = (...values: readonly number[]) => {
  const records = recordsOf(values.map(value => Object.fromEntries(five.map(metric => [metric, { strict: value }]))))
  return { records, recordCount: values.length, metrics: summariseColumns(records).metrics }
}
const full = inputOf(
  [
    { run: runOf('one'), ...scored(1, 1, 0, 1) },
    { run: runOf('one'), slice, ...scored(1, 1) },
    { run: runOf('two', { plan: { scope: 'vision' } }), ...scored(1, 0, 0, 0) },
    { run: runOf('two', { plan: { scope: 'vision' } }), slice, ...scored(1, 0) },
    { run: runOf('elsewhere', { plan: { dataset: 'e-ic-eval' } }), ...scored(1, 0.5, 0, 0) },
  ],
  'strict',
  {
    baseline: 'one',
    reported: [{ id: 'mend', name: 'MEND', source: 'A paper', model: 'BLIP-2', dataset: 'E-VQA', method: 'MEND', scope: 'text', variant: 'unknown', n: 2093, metrics: { reliability: 0.994 }, notes: [], shipped: true }],
  },
)
const variants = [...new Set(metrics.all.flatMap(metric => metric.variants.map(({ id }) => id)))]

describe.each(tables.all)('$id', (table) => {
  it.each(variants)('fills every cell for %s', (variant) => {
    const built = table.build(inputOf(runs, variant))
    expect(Table.parse(built)).toEqual(built)
    expect(built.id).toBe(table.id)
    for (const { cells } of built.rows)
      expect(Object.keys(cells)).toEqual(built.columns.map(({ id }) => id))
  })

  it('points every number at its run, metric and reading', () => {
    const { rows } = table.build(inputOf(runs))
    const numbers = rows.flatMap(({ run, cells }) => Object.values(cells).filter(cell => cell.mean !== undefined).map(cell => ({ run, cell })))
    expect(rows.flatMap(({ cells }) => Object.values(cells)).some(({ run }) => run !== undefined)).toBe(true)
    for (const { run, cell } of numbers)
      expect(cell).toMatchObject({ run, variant: expect.any(String), metric: expect.any(String), n: expect.any(Number) })
  })

  it('leaves trainings out: they have no records', () => {
    const training = { run: runOf('training', { plan: { kind: 'train' } }), metrics: {} }
    expect(table.build(inputOf([...runs, training])).rows).toEqual(table.build(inputOf(runs)).rows)
  })

  it('takes slices, a baseline and results reported elsewhere', () => {
    const built = table.build(full)
    expect(Table.parse(built)).toEqual(built)
    for (const { cells } of built.rows)
      expect(Object.keys(cells)).toEqual(built.columns.map(({ id }) => id))
    expect(new Set(built.rows.map(({ id }) => id)).size).toBe(built.rows.length)
    expect(built.caption).toMatch(/^[A-Z].*\.$/)
    for (const { cells } of built.rows.filter(({ reported }) => reported))
      expect(Object.values(cells).filter(cell => cell.delta || cell.best)).toEqual([])
  })

  it.each(TableFormat.options)('is written as %s, with and without rows', (format) => {
    const { extension, text } = writeTable(table.build(inputOf(runs)), format)
    expect(extension).toMatch(/^(csv|tex|md)$/)
    expect(text).toContain('e-vqa-eval')
    expect(writeTable(table.build(inputOf([])), format).text).not.toBe('')
  })
})
