// What counts, counted by hand: every policy, with and without a re-run, and against runs that were never asked what left.
import { rmSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { contentHash } from '../../../src/main/audits/probe-list.ts'
import { metrics } from '../../../src/main/metrics/index.ts'
import type { Model } from '../../../src/main/models/model.ts'
import { createBaseAnswers } from '../../../src/main/runs/base-answers.ts'
import { executeRun } from '../../../src/main/runs/execute.ts'
import { columnsOf, readScoreColumns } from '../../../src/main/workspace/score-columns.ts'
import type { ScoreColumns } from '../../../src/main/workspace/score-columns.ts'
import type { Decision } from '../../../src/preload/contract/decisions.ts'
import { probeKinds } from '../../../src/preload/contract/records.ts'
import type { EditRecord } from '../../../src/preload/contract/records.ts'
import type { RecordResult } from '../../../src/preload/contract/runs.ts'
import { countingModel, learn, noMemory, recordOf, resolveImage } from '../runs/counting-model.ts'
import { temporaryStudy } from '../workspace/study.ts'
import { dataset, handDecisions, handStudy, putAudit, putRecords, said } from './hand-study.ts'
import { countingOf, resultOf, scoredRuns } from './scored-runs.ts'

const strict = ({ scores }: ScoreColumns, metric: string) => scores[metric]?.['strict']
const third = 1 / 3

describe('a run of single edits', () => {
  it('is as measured where all probes count, the same object', async () => {
    const { study, counting, a } = await handStudy()
    expect(await counting.columnsOf(a, 'all')).toBe(await readScoreColumns(study, a.id))
    expect(await counting.count(a, 'all')).toMatchObject({ ruling: undefined, fixed: [], waiting: [] })
  })

  it('loses what was rejected and what needs a fix', async () => {
    const { study, counting, a } = await handStudy()
    const { columns, waiting, plain } = await counting.count(a, 'without-rejected')
    expect(plain).toBe(await readScoreColumns(study, a.id))
    expect(strict(columns, 'text-generality')).toEqual([null, null, 1, 1, 0, 1, 0, 1])
    expect(strict(columns, 'image-generality')).toEqual([1, 1, null, 1, 0, 1, 0, 1])
    // 0: without the second of 1, 0, 1; 1: only the second of 0, 1, 0.
    expect(strict(columns, 'portability')).toEqual([1, 1, 2 * third, third, null, null, null, null])
    expect(columns.scores['portability']!['nll']!.slice(0, 3)).toEqual([1, 1, 2 - 2 * third])
    expect(columns.scores['text-generality']!['nll']).toEqual([null, null, 1, 1, 2, 1, 2, 1])
    // Untouched: the audit is not about it, or it asks the edit itself.
    for (const metric of ['reliability', 'text-locality', 'image-locality'])
      expect(columns.scores[metric]).toBe(plain.scores[metric])
    expect(plain.verdicts).toEqual(['proper', 'under', 'under', 'proper', 'failed', 'over', 'under', 'proper'])
    expect(columns.verdicts).toEqual(['proper', 'proper', 'proper', 'proper', 'failed', 'over', 'under', 'proper'])
    for (const same of ['records', 'failed', 'steps', 'seconds', 'lines'] as const)
      expect(columns[same]).toBe(plain[same])
    expect(waiting).toEqual([])
  })

  it('waits for a re-run, then takes its scores', async () => {
    const { counting, a, repair } = await handStudy()
    const before = await counting.count(a, 'with-fixes')
    expect(before.waiting).toEqual([{ record: '00001', kind: 'textRephrase', index: 0 }, { record: '00001', kind: 'portability', index: 0 }])
    expect(strict(before.columns, 'text-generality')).toEqual([null, null, 1, 1, 0, 1, 0, 1])
    expect(strict(before.columns, 'portability')!.slice(0, 2)).toEqual([1, 1])
    await repair()
    const after = await counting.count(a, 'with-fixes')
    expect(after).toMatchObject({ waiting: [], fixed: before.waiting })
    expect(strict(after.columns, 'text-generality')).toEqual([null, 1, 1, 1, 0, 1, 0, 1])
    // The fixed one is 1 now, the second was 1, the third is rejected.
    expect(strict(after.columns, 'portability')!.slice(0, 2)).toEqual([1, 1])
    expect(after.columns.verdicts[1]).toBe('proper')
    // Only with fixes.
    expect(strict(await counting.columnsOf(a, 'without-rejected'), 'text-generality')![1]).toBeNull()
  })

  it('takes the newest re-run of the present fix only', async () => {
    const { counting, a, repair, study, books } = await handStudy()
    await repair()
    await repair({ text: 'another fix' })
    expect((await counting.count(a, 'with-fixes')).fixed).toHaveLength(2)
    await books.append(dataset, 'ann', [said('ann', 1, 'textRephrase', 'fix', { fix: { prompt: 'Still better?' }, at: '2026-12-01T00:00:00.000Z' })])
    const changed = await counting.count(a, 'with-fixes')
    expect(changed.waiting).toEqual([{ record: '00001', kind: 'textRephrase', index: 0 }])
    expect(strict(changed.columns, 'text-generality')![1]).toBeNull()
    expect(study.access).toBe('write')
  })

  it('keeps only what two kept and nobody settled', async () => {
    const { counting, a } = await handStudy()
    const columns = await counting.columnsOf(a, 'double-kept')
    expect(strict(columns, 'text-generality')).toEqual([null, null, 1, null, null, null, null, null])
    expect(strict(columns, 'image-generality')).toEqual([null, null, null, 1, null, null, null, null])
    // Two of the three of record 2: 1, 1.
    expect(strict(columns, 'portability')).toEqual([null, null, 1, null, null, null, null, null])
    expect(strict(columns, 'text-locality')).toEqual([1, 1, 1, 1, 1, 1, 1, 1])
    expect(columns.verdicts).toEqual([null, null, 'proper', 'proper', null, null, null, null])
  })

  it('gives the same object until somebody says otherwise', async () => {
    const { counting, books, a } = await handStudy()
    const [one, other] = [await counting.columnsOf(a, 'without-rejected'), await counting.columnsOf(a, 'double-kept')]
    expect(await counting.columnsOf(a, 'without-rejected')).toBe(one)
    expect(await counting.columnsOf(a, 'double-kept')).toBe(other)
    await books.append(dataset, 'ann', [said('ann', 7, 'textRephrase', 'reject', { at: '2026-12-01T00:00:00.000Z' })])
    const changed = await counting.columnsOf(a, 'without-rejected')
    expect(strict(changed, 'text-generality')).toEqual([null, null, 1, 1, 0, 1, 0, null])
    expect(strict(one, 'text-generality')![7]).toBe(1)
  })
})

it('leaves a metric of a record whose probes have no scores of their own, and says which', async () => {
  const { counting, a, repair } = await handStudy({ hasOwn: false })
  const { columns, unknown } = await counting.count(a, 'without-rejected')
  expect(unknown).toEqual(['00000', '00001'])
  expect(strict(columns, 'portability')).toEqual([null, null, 2 * third, third, null, null, null, null])
  // The re-run repeats the edit and asks all of the kind, so it knows.
  await repair()
  expect(await counting.count(a, 'without-rejected')).toMatchObject({ unknown: ['00000'] })
  expect(strict(await counting.columnsOf(a, 'with-fixes'), 'portability')!.slice(0, 2)).toEqual([null, 1])
})

describe('a dataset', () => {
  it('that is gone takes its audit with it: all probes count', async () => {
    const { study, counting, a } = await handStudy()
    rmSync(study.layout.dataset(dataset).folder, { recursive: true })
    expect(await counting.count(a, 'without-rejected')).toMatchObject({ reason: 'gone', ruling: undefined })
    expect(await counting.columnsOf(a, 'without-rejected')).toBe(await readScoreColumns(study, a.id))
  })

  it('of other records than the run was made of does not decide about it', async () => {
    const { counting, runs } = await handStudy()
    const old = await runs.add([resultOf('00000', 1)], { versions: { data: 'fedcba9876543210' } })
    expect(await counting.count(old, 'without-rejected')).toMatchObject({ reason: 'other records' })
  })

  it('that was imported after the run is trusted by record ids, as far as it has them', async () => {
    const { study, runs } = await handStudy()
    putRecords(study, dataset, [recordOf('1', 'cat')].map(record => ({ ...record, id: '00000' })), '2027-01-01T00:00:00.000Z')
    const counting = countingOf(study, runs)
    const [known, unknown] = [await runs.add([resultOf('00000', 1)]), await runs.add([resultOf('00000', 1), resultOf('00001', 1)])]
    expect(await counting.count(known, 'without-rejected')).toMatchObject({ isAssumed: true })
    expect(await counting.count(unknown, 'without-rejected')).toMatchObject({ reason: 'other records' })
  })
})

it('follows nobody where nobody decided', async () => {
  const { study, runs, a } = await handStudy()
  putAudit(study, [])
  for (const name of ['ann', 'bob', 'eve'])
    rmSync(study.layout.audit(dataset).decisions(name))
  const counting = countingOf(study, runs)
  const plain = await readScoreColumns(study, a.id)
  for (const counts of ['without-rejected', 'with-fixes'] as const)
    expect(await counting.columnsOf(a, counts)).toBe(plain)
  expect(strict(await counting.columnsOf(a, 'double-kept'), 'text-generality')!.every(value => value === null)).toBe(true)
})

/** Records with several probes of every kind, some of which the edit answers. */
const someRecords = fc.array(fc.record({
  target: fc.constantFrom('cat', 'red', 'blue'),
  counts: fc.array(fc.array(fc.boolean(), { maxLength: 3 }), { minLength: 5, maxLength: 5 }),
}), { minLength: 1, maxLength: 5 }).map(all => all.map(({ target, counts }, i): EditRecord => {
  const plain = recordOf(String(i + 1), target)
  return { ...plain, probes: Object.fromEntries(probeKinds.flatMap((kind, k) => counts[k]!.length === 0 ? [] : [[kind, counts[k]!.map((isKnown, n) => isKnown ? { ...plain.edit } : { ...plain.edit, prompt: `${kind} ${i} ${n}?` })]])) }
}))

async function made(records: readonly EditRecord[]): Promise<RecordResult[]> {
  const model = countingModel() as unknown as Model
  const results: RecordResult[] = []
  await executeRun({ model, method: learn, config: {}, scope: 'text', metrics: metrics.all, base: createBaseAnswers({ model, fingerprint: 'f', dataset: 'd', resolveImage }), memory: noMemory, resolveImage, seed: 0, records, onResult: result => void results.push(result) })
  return results
}

const rounded = ({ scores, records, verdicts }: ScoreColumns) => ({
  records,
  verdicts,
  // A metric of which nothing is left has no column in a run that was never asked.
  scores: Object.fromEntries(Object.entries(scores).filter(([metric]) => metric !== 'blindness').map(([metric, variants]) => [metric, Object.fromEntries(Object.keys(variants).map(variant => [variant, variants[variant]!.map(value => value === null ? null : Number(value.toFixed(10)))]).filter(([, values]) => (values as (number | null)[]).some(value => value !== null)))]).filter(([, variants]) => Object.keys(variants as object).length > 0)),
})

it('without rejected probes a run is what it would have been on a dataset without them', async () => {
  await fc.assert(fc.asyncProperty(someRecords, fc.infiniteStream(fc.constantFrom<Decision['decision']>('keep', 'reject', 'unsure', 'none', 'reject')), async (records, choose) => {
    const study = await temporaryStudy()
    putRecords(study, dataset, records)
    const decisions: Decision[] = []
    const isRejected = new Set<unknown>()
    for (const { id, probes } of records) {
      for (const [kind, all] of Object.entries(probes)) {
        all.forEach((probe, index) => {
          const decision = choose.next().value
          decisions.push({ ...handDecisions()[0]!, id: `made-${decisions.length}`.padEnd(12, '-'), at: new Date(Date.UTC(2026, 10, 1) + decisions.length * 1000).toISOString(), record: id, kind: kind as 'portability', index, decision, content: contentHash(probe) })
          if (decision === 'reject')
            isRejected.add(probe)
        })
      }
    }
    putAudit(study, decisions, probeKinds)
    const runs = scoredRuns(study)
    const run = await runs.add(await made(records))
    const counting = countingOf(study, runs)
    const cleaned = records.map(record => ({ ...record, probes: Object.fromEntries(Object.entries(record.probes).map(([kind, probes]) => [kind, probes.filter(probe => !isRejected.has(probe))])) }))
    const never = columnsOf(await made(cleaned))
    expect(rounded(await counting.columnsOf(run, 'without-rejected'))).toEqual(rounded(never))
    expect(await counting.columnsOf(run, 'all')).toBe(await readScoreColumns(study, run.id))
  }), { numRuns: 20 })
}, 60_000)
