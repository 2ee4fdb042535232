// Vision against text: pairs, differences on common records, and what has no partner.
import { describe, expect, it } from 'vitest'
import { modules } from '../../../src/main/tables/modules.ts'
import { paper } from '../../../src/main/tables/paper.ts'
import { estimateOf, inputOf, metricsOf, recordsOf, runOf } from './finished-runs.ts'

const records = (...values: readonly number[]) => recordsOf(values.map(strict => ({ reliability: { strict } })))
const text = { run: runOf('text'), metrics: metricsOf(0.75, 1), records: records(1, 1, 1, 0) }
const vision = { run: runOf('vision', { plan: { scope: 'vision' } }), metrics: metricsOf(0.25, 1), records: records(1, 0, 0, 0, 1) }

describe('modules', () => {
  it('shows both rows and the paired difference on the records both have', () => {
    const { rows } = modules.build(inputOf([vision, text]))
    expect(rows.map(({ cells }) => [cells.module?.text, cells.reliability?.text.split(' ')[0], cells.records?.text])).toEqual([
      ['text', '75.0', '20'], ['vision', '25.0', '20'], ['difference', '-50.0', '4'],
    ])
    // Differences 0, −1, −1, 0: every resampled mean lies in [−1, 0].
    expect(rows[2]!.cells.reliability!.text).toBe('-50.0 [-100.0, 0.0]')
    expect(rows[2]!.cells['text-generality']!.text).toBe('–')
  })

  it('pairs only equal datasets, models, settings and protocols, and says who is left', () => {
    const other = { ...vision, run: runOf('other', { name: 'Other data', plan: { scope: 'vision', dataset: 'e-ic-eval' } }) }
    const alone = modules.build(inputOf([text, other]))
    expect(alone.rows).toEqual([])
    expect(alone.notes[0]).toMatch(/No method has a run on the text module and one on the vision module/)
    expect(modules.build(inputOf([text, vision, other])).notes.at(-1)).toContain('\'Other data\'')
  })
})

describe('paper', () => {
  it('has the paper\'s columns, seconds per edit and n', () => {
    const { columns, rows } = paper.build(inputOf([{ ...text, secondsPerEdit: estimateOf(0.1234) }, vision]))
    expect(columns.map(({ label }) => label)).toEqual(['Dataset', 'Method', 'Module', 'Rel.', 'T-Gen.', 'T-Loc.', 'M-Loc.', 'M-Gen.', 'Port.', 's/edit', 'n'])
    expect(rows.map(({ cells }) => [cells.module?.text, cells.seconds?.text, cells.records?.text])).toEqual([['text', '0.12', '20'], ['vision', '–', '20']])
  })
})
