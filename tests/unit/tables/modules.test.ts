// Vision against text: pairs, differences on common records, and what has no partner.
import { describe, expect, it } from 'vitest'
import { modules } from '../../../src/main/tables/modules.ts'
import { paper } from '../../../src/main/tables/paper.ts'
import type { TableRun } from '../../../src/main/tables/table.ts'
import { estimateOf, metricsOf, runOf } from './finished-runs.ts'

const results = (...values: readonly number[]) => values.map((strict, i) => ({ record: String(i), scores: { reliability: { strict } } }))
const text: TableRun = { run: runOf('text'), metrics: metricsOf(0.75, 1), results: results(1, 1, 1, 0) }
const vision: TableRun = { run: runOf('vision', { plan: { scope: 'vision' } }), metrics: metricsOf(0.25, 1), results: [...results(1, 0, 0, 0), { record: 'only here', scores: { reliability: { strict: 1 } } }] }

describe('modules', () => {
  it('shows both rows and the paired difference on the records both have', () => {
    const { rows } = modules.build([vision, text], 'strict')
    expect(rows.map(({ cells }) => [cells.module?.text, cells.reliability?.text.split(' ')[0], cells.records?.text])).toEqual([
      ['text', '75.0', '20'], ['vision', '25.0', '20'], ['difference', '-50.0', '4'],
    ])
    // Differences 0, −1, −1, 0: every resampled mean lies in [−1, 0].
    expect(rows[2]!.cells.reliability!.text).toBe('-50.0 [-100.0, 0.0]')
    expect(rows[2]!.cells['text-generality']!.text).toBe('–')
  })

  it('pairs only equal datasets, models, settings and protocols, and says who is left', () => {
    const other = { ...vision, run: runOf('other', { name: 'Other data', plan: { scope: 'vision', dataset: 'e-ic-eval' } }) }
    const alone = modules.build([text, other], 'strict')
    expect(alone.rows).toEqual([])
    expect(alone.notes[0]).toMatch(/No method has a run on the text module and one on the vision module/)
    expect(modules.build([text, vision, other], 'strict').notes.at(-1)).toContain('\'Other data\'')
  })
})

describe('paper', () => {
  it('has the paper\'s columns, seconds per edit and n', () => {
    const { columns, rows } = paper.build([{ ...text, secondsPerEdit: estimateOf(0.1234) }, vision], 'strict')
    expect(columns.map(({ label }) => label)).toEqual(['Dataset', 'Method', 'Module', 'Rel.', 'T-Gen.', 'M-Gen.', 'T-Loc.', 'M-Loc.', 'Port.', 's/edit', 'n'])
    expect(rows.map(({ cells }) => [cells.module?.text, cells.seconds?.text, cells.records?.text])).toEqual([['text', '0.12', '20'], ['vision', '–', '20']])
  })
})
