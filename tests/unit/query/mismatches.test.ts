// Whatever runs differ in that stand side by side is said, with values; what they share is not.
import { describe, expect, it } from 'vitest'
import { mismatchesOf } from '../../../src/main/query/mismatches.ts'
import type { Compared } from '../../../src/main/query/mismatches.ts'
import type { Run } from '../../../src/preload/contract/runs.ts'
import { runOf } from '../tables/finished-runs.ts'

const compare = (runs: readonly Run[], more: Partial<Compared> = {}) => mismatchesOf({ runs, reported: [], common: [], records: 'common', variant: 'strict', ...more })
const planned = (id: string, plan: object, more: Partial<Run> = {}) => runOf(id, { name: id.toUpperCase(), ...more, plan: { training: {}, protocol: 'single', group: 1, ...plan } })
const published = { id: 'r', name: 'MEND', source: 'A paper', model: 'm', dataset: 'd', method: 'MEND', scope: 'text', variant: 'unknown', metrics: {}, notes: [], shipped: true }

describe('mismatchesOf', () => {
  it('has nothing to say of one run, or of equals', () => {
    expect(compare([planned('a', {})])).toEqual([])
    expect(compare([planned('a', {}), planned('b', { scope: 'vision' })])).toEqual([])
    expect(compare([], { reported: [published] })).toEqual([])
  })

  it.each<[string, Run, string]>([
    ['seed', planned('b', { seed: 3 }), 'Runs have different seeds: 0 (\'A\'), 3 (\'B\').'],
    ['model', planned('b', { model: 'other' }), 'Runs edit different models: sample (\'A\'), other (\'B\').'],
    ['protocol', planned('b', { protocol: 'sequential', group: 10 }), 'Runs follow different protocols: single (\'A\'), sequential, group 10 (\'B\').'],
    ['version', planned('b', {}, { versions: { 'mmedit-workbench': '9.0.0' } }), 'Runs were made with different versions of the workbench: 0.1.0 (\'A\'), 9.0.0 (\'B\').'],
    ['definitions', planned('b', {}, { versions: { 'mmedit-workbench': '0.1.0', 'definitions': '2' } }), 'The metrics\' definitions changed between these runs: version 1 (\'A\'), 2 (\'B\').'],
    ['era', planned('b', { method: { id: 'ike', config: { compatibility: 'easyedit' } } }), 'Methods follow different rules: strict (\'A\'), easyedit (\'B\').'],
    ['unfinished', planned('b', {}, { status: 'paused', doneCount: 7 }), 'Not finished: \'B\' (paused, 7 of 20 records).'],
    ['model', planned('b', {}, { versions: { model: 'cafe' } }), 'Model \'sample\' was not the same checkpoint in all runs: beef (\'A\'), cafe (\'B\').'],
    ['data', planned('b', {}, { versions: { data: 'cafe' } }), 'Runs on \'e-vqa-eval\' were made on different versions of its records: unknown, from before the dataset was imported (\'A\'), cafe (\'B\').'],
  ])('says another %s', (kind, other, sentence) => {
    const first = planned('a', { method: { id: 'serac', config: { compatibility: 'strict' } } }, { versions: { 'mmedit-workbench': '0.1.0', 'model': 'beef' } })
    const found = compare([first, other])
    expect(found.map(mismatch => mismatch.kind)).toEqual([kind])
    expect(found[0]!.sentence.startsWith(sentence)).toBe(true)
  })

  it('says how many records are common, and what was done', () => {
    const runs = [planned('a', {}), planned('b', {}, { doneCount: 12, recordCount: 12 })]
    const common = [{ dataset: runs[0]!.plan.dataset, count: 12, most: 20 }]
    expect(compare(runs, { common }).map(({ sentence }) => sentence)).toEqual(['Runs on \'e-vqa-eval\' have not finished the same records: 20 (\'A\'), 12 (\'B\'). Only the 12 that all of them have are compared.'])
    expect(compare(runs, { common, records: 'own' })[0]!.sentence).toContain('Each row is over its own; 12 are common to all')
  })

  it('says that reported rows are of elsewhere, and of which reading', () => {
    expect(compare([planned('a', {})], { reported: [published] }).map(({ kind, sentence }) => [kind, sentence])).toEqual([
      ['era', 'Reported elsewhere (A paper): other code, records and machines than the runs here, so these rows are shown beside them and never tested against them.'],
      ['definitions', 'Reported rows are not all of the reading \'strict\' that the runs show: unknown (\'MEND\').'],
    ])
    expect(compare([planned('a', {})], { reported: [{ ...published, variant: 'strict' }] }).map(({ kind }) => kind)).toEqual(['era'])
  })

  it('names few of many, and no training', () => {
    const many = ['b', 'c', 'd', 'e', 'f'].map(id => planned(id, { seed: 1 }))
    expect(compare([planned('a', {}), ...many])[0]!.sentence).toContain('0 (\'A\'), 1 (\'B\', \'C\', \'D\' and 2 more)')
    expect(compare([planned('a', {}), planned('t', { kind: 'train', seed: 5 })])).toEqual([])
  })
})
