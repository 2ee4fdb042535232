// The sum of the five scores: paired with the best run of the same dataset.
import { expect, it } from 'vitest'
import { scoreSums } from '../../../src/main/tables/score-sums.ts'
import { inputOf, recordsOf, runOf } from './finished-runs.ts'

const five = ['reliability', 'text-generality', 'image-generality', 'text-locality', 'image-locality']
const row = (id: string, scope: string, perRecord: readonly number[], dataset = 'e-vqa-eval') => ({
  run: runOf(id, { plan: { scope, dataset } }),
  metrics: {},
  records: recordsOf(perRecord.map(value => Object.fromEntries(five.map(metric => [metric, { strict: value }])))),
})

it('finds the best of each dataset and tests the others against it, record by record', () => {
  const { rows } = scoreSums.build(inputOf([row('a', 'text', [1, 1, 1, 0]), row('b', 'vision', [1, 0, 0, 0]), row('c', 'text', [0, 0, 0, 0], 'other')]))
  const shown = Object.fromEntries(rows.map(({ id, cells }) => [id, [cells.sum!.text.split(' ')[0], cells.difference!.text, cells.p!.text, cells.steps!.text, cells.records!.text]]))
  expect(shown.a).toEqual(['375.0', 'best', '–', '40', '4'])
  // Differences 0, 5, 5, 0: two that move, so both patterns of one sign of four are as extreme: p = ½.
  expect(shown.b).toEqual(['125.0', '250.0 [0.0, 500.0]', '0.500', '40', '4'])
  expect(shown.c![1]).toBe('best')
})

it('corrects over all tests of the table, whatever their dataset', () => {
  const pair = (dataset: string) => [row(`best ${dataset}`, 'text', [1, 1, 1, 1, 1, 1], dataset), row(`worst ${dataset}`, 'vision', [0, 0, 0, 0, 0, 0], dataset)]
  const { rows } = scoreSums.build(inputOf([...pair('one'), ...pair('two')]))
  // Alone p = 2 / 2⁶; twice in the table.
  expect(rows.map(({ cells }) => cells.p!.text)).toEqual(['–', '0.063', '–', '0.063'])
})

it('leaves out records that lack one of the five', () => {
  const all = Object.fromEntries(five.map(metric => [metric, { strict: 1 }]))
  const partial = { run: runOf('a'), records: recordsOf([all, { reliability: { strict: 1 } }]) }
  expect(scoreSums.build(inputOf([partial])).rows[0]!.cells.records!.text).toBe('1')
})
