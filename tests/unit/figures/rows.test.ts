// Rows: what they are called, how they look, what they open.
import { describe, expect, it } from 'vitest'
import { legendRoom, legendRows } from '../../../src/main/figures/frame.ts'
import { createLinks } from '../../../src/main/figures/links.ts'
import { areaStyleOf, labelsOf, pointStyleOf, rowsOf } from '../../../src/main/figures/rows.ts'
import type { ReportRun } from '../../../src/main/query/report-run.ts'
import type { DatasetId, SliceId } from '../../../src/preload/contract/identifiers.ts'
import { estimateOf, inputOf, runOf } from '../tables/finished-runs.ts'
import { reportedOf } from './reported.ts'

const of = (id: string, plan: object = {}, more: Partial<ReportRun> = {}): ReportRun => inputOf([{ run: runOf(id, { plan }), ...more }]).runs[0]!
const dogs = { id: 'dogs' as SliceId, name: 'Dogs' }

describe('names', () => {
  it('say what differs between the runs, and nothing else', () => {
    expect(labelsOf([of('a'), of('b', { scope: 'vision' })])).toEqual(['text', 'vision'])
    expect(labelsOf([of('a'), of('b', { scope: 'both', dataset: 'e-ic-eval' })])).toEqual(['text, e-vqa-eval', 'both, e-ic-eval'])
    expect(labelsOf([of('a', { method: { id: 'fine-tune', config: { onlyLayer: 2 } } }), of('b', { method: { id: 'fine-tune', config: { onlyLayer: 3 } } })])).toEqual(['layer 2', 'layer 3'])
    expect(labelsOf([of('a')])).toEqual(['Fine-tuning, text'])
  })

  it('keep what people called a run, and tell equals apart', () => {
    expect(labelsOf([of('a', { name: 'Mine' }), of('b', { scope: 'both' })])).toEqual(['Mine', 'both'])
    expect(labelsOf([of('2026-01-01-fine-tune-sample-01'), of('2026-01-01-fine-tune-sample-02')])).toEqual(['Fine-tuning, text (01)', 'Fine-tuning, text (02)'])
  })

  it('name the slice of a row, and what was reported', () => {
    expect(rowsOf({ runs: [of('a'), of('a', {}, { slice: dogs }), of('b', { scope: 'vision' }, { slice: dogs })], reported: [reportedOf('mend', { reliability: 0.994 })] }).map(({ name }) => name))
      .toEqual(['text', 'text, Dogs', 'vision, Dogs', 'mend (reported)'])
  })
})

describe('looks', () => {
  it('of scopes are the scopes\' own where every run has one', () => {
    expect(rowsOf({ runs: [of('a', { scope: 'both' }), of('b', { scope: 'text' })], reported: [] }).map(({ look }) => look.colour)).toEqual(['var(--series-3)', 'var(--series-1)'])
    expect(rowsOf({ runs: [of('a', { scope: 'both' }), of('b', { scope: 'both' })], reported: [] }).map(({ look }) => look.colour)).toEqual(['var(--series-1)', 'var(--series-2)'])
  })

  it('are hollow where the numbers were reported elsewhere, and such rows have no interval', () => {
    const [measured, elsewhere] = rowsOf({ runs: [of('a', {}, { metrics: { reliability: { strict: estimateOf(0.5) } } })], reported: [reportedOf('mend', { reliability: 0.994 })] })
    expect(areaStyleOf(measured!)['color']).toBe('var(--series-1)')
    expect(areaStyleOf(elsewhere!)).toMatchObject({ color: 'var(--surface)', borderColor: 'var(--series-2)' })
    expect(pointStyleOf(elsewhere!)).toMatchObject({ color: 'var(--surface)', borderColor: 'var(--series-2)' })
    expect(measured!.markOf('reliability', 'strict')).toEqual(estimateOf(0.5))
    expect(elsewhere!.markOf('reliability', 'strict')).toEqual({ mean: 0.994, n: 200 })
    expect(elsewhere!.markOf('portability', 'strict')).toBeUndefined()
  })
})

describe('links', () => {
  it('name run, slice and condition, equal ones once', () => {
    const runs = [of('a'), of('a', {}, { slice: dogs })]
    const links = createLinks(inputOf(runs))
    expect([links.to(runs[0]!), links.to(runs[1]!, { metric: 'reliability', variant: 'strict' }), links.to(runs[0]!)]).toEqual([0, 1, 0])
    expect(links.all).toEqual([{ id: 'a', status: 'done' }, { id: 'a', status: 'done', slice: 'dogs', metric: 'reliability', variant: 'strict' }])
  })

  it('keep to the records that the compared runs have in common', () => {
    const runs = [of('a'), of('b'), of('c', { dataset: 'e-ic-eval' }), of('t', { kind: 'train' })]
    const comparability = { mismatches: [], common: [{ dataset: 'e-vqa-eval' as DatasetId, count: 10, most: 20 }, { dataset: 'e-ic-eval' as DatasetId, count: 20, most: 20 }] }
    const common = createLinks(inputOf(runs, 'strict', { comparability }))
    runs.slice(0, 3).forEach(run => common.to(run))
    expect(common.all).toEqual([{ id: 'a', status: 'done', among: ['a', 'b'] }, { id: 'b', status: 'done', among: ['a', 'b'] }, { id: 'c', status: 'done' }])
    const own = createLinks(inputOf(runs, 'strict', { comparability, over: 'own' }))
    own.to(runs[0]!)
    expect(own.all).toEqual([{ id: 'a', status: 'done' }])
  })
})

describe('legends', () => {
  it('take the rows that their names need at a width', () => {
    expect(legendRows(['a', 'b'], 420)).toBe(1)
    expect(legendRows(['a'.repeat(40), 'b'.repeat(40)], 420)).toBe(2)
    expect(legendRows(['a'.repeat(40), 'b'.repeat(40)], 860)).toBe(1)
  })

  it('leave room above the drawing, less where it is wide', () => {
    const names = ['a'.repeat(40), 'b'.repeat(40)]
    const { top, media } = legendRoom(names)
    const tops = media(2).map(one => (one as { option: { grid: { top: number }[] } }).option.grid.map(grid => grid.top))
    expect(tops[0]).toEqual([top, top])
    expect(tops.at(-1)![0]).toBe(top - 20)
  })

  it('stand at the right where there are many', () => {
    const { legend, right, top } = legendRoom(Array.from({ length: 20 }, (_, i) => `Run number ${i}`))
    expect(legend['orient']).toBe('vertical')
    expect(right).toBeGreaterThan(100)
    expect(top).toBeLessThan(30)
  })
})
