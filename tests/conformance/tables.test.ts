// Every table fits the contract, fills every cell, and can be written in every format.
import { describe, expect, it } from 'vitest'
import { metrics } from '../../src/main/metrics/index.ts'
import { tables } from '../../src/main/tables/index.ts'
import { writeTable } from '../../src/main/tables/write-table.ts'
import { Table, TableFormat } from '../../src/preload/contract/tables.ts'
import { inputOf, metricsOf, runOf } from '../unit/tables/finished-runs.ts'

const runs = [
  { run: runOf('one'), metrics: metricsOf(1, 0.5) },
  { run: runOf('two', { plan: { scope: 'vision' } }), metrics: { reliability: { strict: { mean: 0.5, low: 0.2, high: 0.8, n: 20 } } } },
]
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
    const numbers = rows.flatMap(({ id, cells }) => Object.values(cells).filter(cell => cell.mean !== undefined).map(cell => ({ id, cell })))
    expect(rows.flatMap(({ cells }) => Object.values(cells)).some(({ run }) => run !== undefined)).toBe(true)
    for (const { id, cell } of numbers)
      expect(cell).toMatchObject({ run: id, variant: expect.any(String), metric: expect.any(String), n: expect.any(Number) })
  })

  it('leaves trainings out: they have no records', () => {
    const training = { run: runOf('training', { plan: { kind: 'train' } }), metrics: {} }
    expect(table.build(inputOf([...runs, training])).rows).toEqual(table.build(inputOf(runs)).rows)
  })

  it.each(TableFormat.options)('is written as %s, with and without rows', (format) => {
    const { extension, text } = writeTable(table.build(inputOf(runs)), format)
    expect(extension).toMatch(/^(csv|tex|md)$/)
    expect(text).toContain('e-vqa-eval')
    expect(writeTable(table.build(inputOf([])), format).text).not.toBe('')
  })
})
