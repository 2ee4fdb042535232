// The paper's table: order of rows, cells, and everything that was left out.
import { describe, expect, it } from 'vitest'
import { mainResults } from '../../../src/main/tables/main-results.ts'
import { Table } from '../../../src/preload/contract/tables.ts'
import { inputOf, metricsOf, runOf } from './finished-runs.ts'

const runs = [
  { run: runOf('both', { plan: { scope: 'both' } }), metrics: metricsOf(1, 0.5), modelName: 'Tiny_BLIP-2 & co' },
  { run: runOf('text', { failedCount: 1 }), metrics: metricsOf(0.95, 0.8) },
  { run: runOf('vision', { plan: { scope: 'vision' }, status: 'paused', doneCount: 7 }), metrics: metricsOf(0.9, 1) },
]
const table = mainResults.build(inputOf(runs, 'strict'))

describe('main-results', () => {
  it('is what the contract says', () => {
    expect(Table.parse(table)).toEqual(table)
  })

  it('orders text, vision, both, and shows percent with intervals', () => {
    expect(table.rows.map(({ id }) => id)).toEqual(['text', 'vision', 'both'])
    expect(table.rows[0]!.cells.reliability).toMatchObject({ text: '95.0 [85.0, 100.0]', run: 'text', metric: 'reliability', variant: 'strict', mean: 0.95, n: 20 })
    expect(table.rows[0]!.cells.records!.text).toBe('19')
  })

  it('groups columns by what their numbers are, and leaves out what nobody measured', () => {
    expect(table.columns.map(({ label, group }) => group ? `${group}: ${label}` : label)).toEqual([
      'Dataset', 'Model', 'Method', 'Scope', 'Records',
      'Exact match (%): Rel.', 'Exact match (%): T-Gen.', 'Same best token (%): T-Loc.', 'Same best token (%): M-Loc.',
    ])
    expect(table.notes).toContain('Image generality, Portability, Blindness: none of the runs measured it, so there is no column.')
  })

  it('says what is not in the means', () => {
    expect(table.notes).toContain('1 of 20 records of run \'Run text\' failed and are not in its means.')
    expect(table.notes).toContain('Run \'Run vision\' is paused: 7 of 20 records are in its means.')
    expect(table.notes).toContain('Image locality of run \'Run both\' is over 18 of 20 records; the others have no such probe.')
  })

  it('says once what more than two rows have in common', () => {
    const alike = ['a', 'b', 'c'].map(id => ({ run: runOf(id), metrics: metricsOf(1, 0.5) }))
    const { notes } = mainResults.build(inputOf([...alike, { run: runOf('d'), metrics: { ...metricsOf(1, 0.5), 'image-locality': { strict: { mean: 1, low: 1, high: 1, n: 3 } } } }], 'strict'))
    expect(notes.filter(note => note.startsWith('Image locality'))).toEqual([
      'Image locality of 3 runs is over 18 of 20 records; the others have no such probe.',
      'Image locality of run \'Run d\' is over 3 of 20 records; the others have no such probe.',
    ])
  })

  it('shows nats as they are, for the metrics that have the reading', () => {
    const kl = mainResults.build(inputOf(runs, 'kl'))
    expect(kl.columns.slice(5).map(({ label, group }) => `${group}: ${label}`)).toEqual(['KL(pre‖post) (nats): T-Loc.', 'KL(pre‖post) (nats): M-Loc.'])
    expect(kl.rows[0]!.cells['text-locality']!.text).toBe('0.012 [0.010, 0.015]')
    expect(kl.notes).toContain('Reliability, Text generality, Image generality, Portability, Blindness have no reading \'kl\' and are left out.')
  })

  it('has no rows and says so when no run is chosen', () => {
    expect(mainResults.build(inputOf([], 'strict'))).toMatchObject({ rows: [], notes: ['No run is chosen. Start one, or choose a finished one.'] })
  })

  it('knows its readings', () => {
    expect(() => mainResults.build(inputOf(runs, 'loose'))).toThrow('No metric has a reading \'loose\'. Known: strict, free, easyedit')
  })
})
