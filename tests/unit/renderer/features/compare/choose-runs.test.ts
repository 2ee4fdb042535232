// Which runs are compared before anyone chose, how the chooser finds and groups them.
import { expect, it } from 'vitest'
import type { Run } from '@contract/runs.ts'
import type { Reported } from '@contract/reported.ts'
import { finishedRuns, groupReported, groupRuns, matchRuns, mostRuns, usualChoice } from '../../../../../src/renderer/src/features/compare/choose-runs.ts'

const run = (id: string, dataset = 'd', scope = 'text', method = 'mend', status = 'finished'): Run => ({ id, name: `Run ${id}`, status, createdAt: id, plan: { kind: 'score', dataset, scope, method: { id: method }, model: 'm', protocol: 'single', seed: 7 } }) as unknown as Run
const reported = (id: string, source: string, shipped: boolean): Reported => ({ id, name: id, source, model: 'BLIP-2', dataset: 'E-VQA', method: 'IKE', scope: 'text', variant: 'unknown', metrics: {}, notes: [], shipped })

it('takes finished runs, newest first', () => {
  expect(finishedRuns([run('1'), run('3'), run('2', 'd', 'text', 'mend', 'running')]).map(one => one.id)).toEqual(['3', '1'])
})

it('leaves out trainings and re-runs of fixes: they are no results by themselves', () => {
  const of = (id: string, plan: object): Run => ({ ...run(id), plan: { ...run(id).plan, ...plan } })
  expect(finishedRuns([run('1'), of('2', { kind: 'train' }), of('3', { repairs: '1' })]).map(one => one.id)).toEqual(['1'])
})

it('chooses everything, and of too many the newest of one dataset', () => {
  expect(usualChoice([run('2', 'e'), run('1')])).toEqual(['2', '1'])
  const many = finishedRuns(Array.from({ length: 50 }, (_, i) => run(String(100 + i), i % 2 === 0 ? 'd' : 'e')))
  const chosen = usualChoice(many)
  expect(chosen).toHaveLength(mostRuns)
  expect(chosen[0]).toBe('149')
  expect(new Set(chosen.map(id => Number(id) % 2))).toEqual(new Set([1]))
})

it('finds by every word, and by scope', () => {
  const runs = [run('a', 'd', 'text', 'mend'), run('b', 'd', 'vision', 'mend'), run('c', 'e', 'text', 'ike')]
  expect(matchRuns(runs, 'mend SEED 7', undefined).map(one => one.id)).toEqual(['a', 'b'])
  expect(matchRuns(runs, '', 'vision').map(one => one.id)).toEqual(['b'])
  expect(matchRuns(runs, 'mend e', 'text').map(one => one.id)).toEqual(['a'])
})

it('groups by dataset; inside, method by method, text before vision before both', () => {
  const groups = groupRuns([run('a', 'e'), run('b', 'd', 'both'), run('c', 'd', 'text'), run('x', 'd', 'vision', 'ike')])
  expect(groups.map(({ dataset, runs }) => [dataset, runs.map(one => one.id)])).toEqual([['d', ['x', 'c', 'b']], ['e', ['a']]])
})

it('shows what the user imported before what ships', () => {
  const groups = groupReported([reported('p', 'Paper', true), reported('m', 'Mine', false), reported('q', 'Paper', true)], '')
  expect(groups.map(({ source, rows }) => [source, rows.length])).toEqual([['Mine', 1], ['Paper', 2]])
  expect(groupReported([reported('p', 'Paper', true)], 'serac')).toEqual([])
})
