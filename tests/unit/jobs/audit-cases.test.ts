// Deciding, taking back and asking for work, as the page and the terminal do it.
import { appendFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { QueueRequest } from '../../../src/preload/contract/audits.ts'
import { AuditSettings } from '../../../src/preload/contract/decisions.ts'
import type { DecisionDraft } from '../../../src/preload/contract/decisions.ts'
import type { Finding } from '../../../src/preload/contract/findings.ts'
import type { DatasetId, RunId } from '../../../src/preload/contract/identifiers.ts'
import type { Queue } from '../../../src/preload/contract/audits.ts'
import { createImageStore } from '../../../src/main/datasets/image-store.ts'
import { createAuditCases } from '../../../src/main/jobs/audit-cases.ts'
import type { AuditCases } from '../../../src/main/jobs/audit-cases.ts'
import { auditInfluence } from '../../../src/main/jobs/audit-influence.ts'
import { createRecordQueries } from '../../../src/main/query/records.ts'
import { decisionFile } from '../../../src/main/workspace/decisions.ts'
import { importDataset } from '../../../src/main/workspace/import-dataset.ts'
import { openWorkspace } from '../../../src/main/workspace/open-workspace.ts'
import type { Study } from '../../../src/main/workspace/open-workspace.ts'
import { writeSlice } from '../../../src/main/workspace/slices.ts'
import { auditedStudy, line, putDecisions } from '../audits/study.ts'
import { mmeditRecord, putDataset, temporaryFolder } from '../workspace/study.ts'
import { booksOf, resultOf, scoredRuns } from './scored-runs.ts'
import type { ScoredRuns } from './scored-runs.ts'

interface Opened { readonly study: Study, readonly dataset: DatasetId, readonly runs: ScoredRuns, readonly cases: AuditCases, readonly heard: DatasetId[], readonly linesOf: (annotator?: string) => string[] }

function open({ study, dataset }: { study: Study, dataset: DatasetId }, findings: readonly Finding[] = []): Opened {
  const runs = scoredRuns(study)
  const heard: DatasetId[] = []
  const byRecord = new Map(findings.map(({ record }) => [record, findings.filter(other => other.record === record)]))
  const cases = createAuditCases({
    study, books: booksOf(study), queries: createRecordQueries(study, createImageStore()),
    checks: { byRecord: () => Promise.resolve(byRecord), list: () => [{ id: 'grave', label: '', summary: '', severity: 'broken', needsModel: false }] },
    influence: (book, request) => auditInfluence(study, runs.list(), book, request),
    checkWritable() {
      if (study.access === 'read')
        throw new Error('For reading only.')
    },
    onChange: id => heard.push(id),
  })
  return { study, dataset, runs, cases, heard, linesOf: (annotator = 'ann') => readFileSync(decisionFile(study, dataset, annotator), 'utf8').split('\n').slice(0, -1) }
}

const person = (dataset: DatasetId, annotator = 'ann') => ({ dataset, annotator, role: 'annotator' as const })
const draft = (id: string, change: Partial<DecisionDraft> = {}): DecisionDraft => ({ id: `${id}-decision`, record: '00000', kind: 'textRephrase', index: 0, decision: 'keep', ...change })
const queueOf = (cases: AuditCases, request: Partial<QueueRequest>): Promise<Queue> => cases.queue(QueueRequest.parse({ dataset: 'edits', annotator: 'ann', ...request }))

describe('deciding', () => {
  it('answers when every line is on the disk, with the lines', async () => {
    const { cases, dataset, heard, linesOf } = open(await auditedStudy())
    const saved = await cases.decide({ ...person(dataset), decisions: [draft('a', { decision: 'reject', reason: 'unreadable', note: 'n', flag: true, seconds: 2 }), draft('b', { kind: 'imageRephrase', reason: 'unreadable' })] })
    expect(linesOf().map(text => JSON.parse(text) as unknown)).toEqual(saved)
    expect(saved[0]).toMatchObject({ id: 'a-decision', annotator: 'ann', role: 'annotator', decision: 'reject', reason: 'unreadable', note: 'n', flag: true, seconds: 2, content: expect.stringMatching(/^[0-9a-f]{16}$/) as string })
    // A reason is of a rejection.
    expect(saved[1]).not.toHaveProperty('reason')
    expect(saved[1]!.at > saved[0]!.at).toBe(true)
    expect(heard).toEqual([dataset])
  })

  it('acknowledges a repeated id with the line that was written, and writes nothing', async () => {
    const { cases, dataset, linesOf } = open(await auditedStudy())
    const ask = (): ReturnType<AuditCases['decide']> => cases.decide({ ...person(dataset), decisions: [draft('a'), draft('a')] })
    const [first, second] = await Promise.all([ask(), ask()])
    expect(first[0]).toEqual(first[1])
    expect(second).toEqual(first)
    expect(await cases.decide({ ...person(dataset), decisions: [draft('a', { decision: 'reject' })] })).toEqual([first[0]])
    expect(linesOf()).toHaveLength(1)
    await expect(cases.decide({ ...person(dataset, 'bo'), decisions: [draft('a')] })).rejects.toThrow('Decision \'a-decision\' was made before, by \'ann\' about record \'00000\', probe \'textRephrase\' number 0. Send this one under an id of its own.')
    await expect(cases.decide({ ...person(dataset), decisions: [draft('b'), draft('b', { kind: 'imageRephrase' })] })).rejects.toThrow('\'b-decision\' was made before')
    expect(linesOf()).toHaveLength(1)
  })

  it.each([
    [{ record: '00009' }, 'Record \'00009\' has no probe \'textRephrase\' number 0. Open the queue again: the dataset may have been imported anew.'],
    [{ index: 1 }, 'Record \'00000\' has no probe \'textRephrase\' number 1.'],
    [{ decision: 'fix' }, 'The fix of record \'00000\', probe \'textRephrase\' number 0 has neither a text nor a picture. Type the corrected text or drop a picture.'],
    [{ decision: 'reject', reason: 'ugly' }, 'Reason \'ugly\' is not one of this audit\'s: meaning-changed, fact-not-visible, unreadable, wrong-answer, unsafe, other. Choose one, or add it in the audit\'s settings.'],
  ] as const)('refuses what cannot be decided, with all of its batch: %o', async (change, sentence) => {
    const { cases, dataset, linesOf, heard } = open(await auditedStudy())
    await expect(cases.decide({ ...person(dataset), decisions: [draft('a'), draft('b', change as Partial<DecisionDraft>)] })).rejects.toThrow(sentence)
    expect(linesOf).toThrow('ENOENT')
    expect(heard).toEqual([])
  })

  it('is taken back stroke by stroke, after a restart too, until nothing is left', async () => {
    const made = await auditedStudy()
    const { cases, dataset } = open(made)
    await cases.decide({ ...person(dataset), decisions: [draft('a', { note: 'first' })] })
    await cases.decide({ ...person(dataset), decisions: [draft('b', { decision: 'unsure', batch: 'x' }), draft('c', { record: '00001', batch: 'x' })] })
    await cases.decide({ dataset, annotator: 'ann', role: 'adjudicator', decisions: [draft('d')] })
    const again = open(made)
    const { undone, items } = await again.cases.undo(person(dataset))
    expect(undone.map(({ id }) => id)).toEqual(['b-decision', 'c-decision'])
    expect(items).toEqual([0, 4])
    const read = async (): Promise<unknown[]> => (await again.cases.read({ ...person(dataset), items: [0, 4] })).map(({ own }) => own && [own.decision, own.note])
    expect(await read()).toEqual([['keep', 'first'], undefined])
    expect((await again.cases.undo(person(dataset))).items).toEqual([0])
    expect(await read()).toEqual([undefined, undefined])
    expect(await again.cases.undo(person(dataset))).toEqual({ undone: [], items: [] })
    expect(again.heard).toEqual([dataset, dataset])
    expect((await again.cases.undo({ dataset, annotator: 'ann', role: 'adjudicator' })).undone.map(({ id }) => id)).toEqual(['d-decision'])
    expect(again.linesOf()).toHaveLength(8)
  })
})

describe('any sequence of deciding and taking back', () => {
  it('leaves on the disk what keeping every former state leaves, over restarts and in two files', async () => {
    const made = await auditedStudy(2)
    const items = [0, 1, 4, 5]
    const decision = fc.record({ item: fc.nat(3), decision: fc.constantFrom('keep', 'reject', 'unsure', 'none') })
    const step = fc.oneof(
      { weight: 4, arbitrary: fc.array(decision, { minLength: 1, maxLength: 3 }) },
      { weight: 3, arbitrary: fc.constant('undo' as const) },
      { weight: 1, arbitrary: fc.constant('restart' as const) },
      { weight: 1, arbitrary: fc.constant('split' as const) },
    )
    let run = 0
    await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 14 }), async (steps) => {
      rmSync(made.study.layout.audits, { recursive: true, force: true })
      let { cases } = open(made)
      const { dataset } = made
      const stack: (string | undefined)[][] = [items.map(() => undefined)]
      run++
      for (const [i, one] of steps.entries()) {
        if (one === 'restart') {
          cases = open(made).cases
        }
        else if (one === 'split') {
          // Half of the lines go to a file of another name, as if they came from another machine; the last line first.
          const path = decisionFile(made.study, dataset, 'ann')
          const lines = existsSync(path) ? readFileSync(path, 'utf8').split('\n').slice(0, -1) : []
          if (lines.length > 1) {
            appendFileSync(made.study.layout.audit(dataset).decisions('a-copy'), lines.filter((_, n) => n % 2 === 1).toReversed().map(text => `${text}\n`).join(''))
            writeFileSync(path, lines.filter((_, n) => n % 2 === 0).map(text => `${text}\n`).join(''))
          }
        }
        else if (one === 'undo') {
          await cases.undo(person(dataset))
          if (stack.length > 1)
            stack.pop()
        }
        else {
          const refs = await cases.probes({ dataset, items, role: 'annotator' })
          await cases.decide({ ...person(dataset), decisions: one.map(({ item, decision }, j) => ({ record: refs[item]!.record, kind: refs[item]!.kind, index: refs[item]!.index, id: `run-${run}-${i}-${j}`, decision, batch: `batch ${i}` })) })
          const next = [...stack.at(-1)!]
          for (const { item, decision } of one)
            next[item] = decision === 'none' ? undefined : decision
          stack.push(next)
        }
        expect((await cases.read({ ...person(dataset), items })).map(({ own }) => own?.decision)).toEqual(stack.at(-1))
      }
    }), { numRuns: 25 })
  })
})

describe('asking for work', () => {
  it('searches the records, keeps to a slice and sorts by what checks found', async () => {
    const { cases, study } = open(await auditedStudy(12), [{ check: 'look', record: '00002', sentence: '…' }, { check: 'grave', record: '00007', kind: 'imageRephrase', sentence: '…' }])
    const textOf = async (request: Partial<QueueRequest>): Promise<number[]> => (await queueOf(cases, { kinds: ['textRephrase'], ...request })).items
    expect(await textOf({ search: 'number 7' })).toEqual([28])
    const { id } = await writeSlice(study, { name: 'Two', filter: { search: '', facets: {}, records: ['00001', '00007'] } })
    expect(await textOf({ slice: id })).toEqual([4, 28])
    expect(await textOf({ slice: id, search: 'number 1?' })).toEqual([4])
    expect((await queueOf(cases, { sort: 'findings' })).items.slice(0, 4)).toEqual([29, 8, 9, 0])
    expect((await cases.read({ ...person('edits' as DatasetId), items: [29, 28] })).map(({ findings }) => findings.length)).toEqual([1, 0])
  })

  it('sorts by influence on the chosen runs, and says when there is none', async () => {
    const { cases, runs, dataset } = open(await auditedStudy())
    expect((await queueOf(cases, { sort: 'influence' }))).toMatchObject({ items: [0, 1, 4, 5, 8, 9], notes: ['Dataset \'edits\' has no finished run, so nothing is known of the probes\' influence: they are in the order of the dataset.'] })
    const scores = (text: number, image: number): object => ({ scores: { 'text-generality': { strict: text }, 'image-generality': { strict: image } } })
    const results = [resultOf('00000', 1, scores(1, 0)), resultOf('00001', 1, scores(1, 1)), resultOf('00002', 1, scores(0, 1))]
    const run = await runs.add(results, { plan: { dataset } })
    await runs.add(results, { plan: { dataset, repairs: run.id } })
    await runs.add(results, { plan: { dataset }, status: 'failed' })
    await runs.add(results)
    // Means 2/3 and 2/3; without a 0 they are 1, without a 1 they are 1/2.
    const { items, notes } = await queueOf(cases, { sort: 'influence' })
    expect([items, notes]).toEqual([[1, 8, 0, 4, 5, 9], []])
    const read = await cases.read({ ...person(dataset), items: [1, 0, 2], influence: { runs: [], variant: 'strict' } })
    expect(read.map(({ influence }) => influence)).toEqual([expect.closeTo(1 / 3, 10), expect.closeTo(1 / 6, 10), undefined])
    expect((await cases.read({ ...person(dataset), items: [1] }))[0]).not.toHaveProperty('influence')
    expect((await queueOf(cases, { sort: 'influence', variant: 'free' })).notes).toEqual(['None of the chosen runs has the reading \'free\' of a metric that these probes are judged by. Choose another.'])
    await expect(queueOf(cases, { sort: 'influence', runs: ['gone' as RunId] })).rejects.toThrow('The study has no run \'gone\'')
    await expect(queueOf(cases, { sort: 'influence', runs: [runs.list()[0]!.id] })).rejects.toThrow('does not score dataset \'edits\'')
  })

  it('shows others\' decisions to adjudicators, and to annotators only where the audit is not blind', async () => {
    const { cases, dataset } = open(await auditedStudy())
    await cases.decide({ ...person(dataset), decisions: [draft('a')] })
    const read = async (role: 'annotator' | 'adjudicator') => (await cases.read({ dataset, annotator: 'bo', role, items: [0] }))[0]!
    const ref = { record: '00000', kind: 'textRephrase', index: 0, dataset } as const
    expect(await read('annotator')).not.toHaveProperty('decisions')
    expect(await read('annotator')).not.toHaveProperty('final')
    expect(await read('adjudicator')).toMatchObject({ decisions: [{ annotator: 'ann' }], final: { state: 'keep', by: 'one' } })
    await expect(cases.history({ ...ref, role: 'annotator' })).rejects.toThrow('This audit is blind')
    expect(await cases.history({ ...ref, role: 'adjudicator' })).toHaveLength(1)
    await expect(queueOf(cases, { show: 'disputed' })).rejects.toThrow('this audit is blind')
    await cases.saveSettings(dataset, AuditSettings.parse({ blind: false }))
    expect(await read('annotator')).toMatchObject({ decisions: [{ annotator: 'ann' }] })
    expect(await cases.history({ ...ref, role: 'annotator' })).toHaveLength(1)
  })

  it('tells of every dataset how far it is, also beside one that is broken', async () => {
    const { cases, study, dataset } = open(await auditedStudy(), [{ check: 'grave', record: '00000', sentence: '…' }])
    await cases.saveSettings(dataset, AuditSettings.parse({ assignment: { annotators: ['ann', 'bo'], each: 2 } }))
    await cases.decide({ ...person(dataset), decisions: [draft('a'), draft('b', { record: '00001' })] })
    await cases.decide({ ...person(dataset, 'bo'), decisions: [draft('c'), draft('d', { record: '00001', decision: 'reject' })] })
    expect(await cases.status(dataset)).toEqual([{
      dataset, name: 'edits', probes: 6, states: { undecided: 4, keep: 1, reject: 0, fix: 0, unsure: 0, disputed: 1, stale: 0 }, double: 2, decisions: 4,
      annotators: [{ annotator: 'ann', assigned: 6, decided: 2 }, { annotator: 'bo', assigned: 6, decided: 2 }], findings: 1, notes: [],
    }])
    const source = temporaryFolder()
    const { id } = await importDataset(study, { file: putDataset(source, [mmeditRecord(0)]), imageRoot: source, name: 'other' })
    rmSync(study.layout.dataset(id).records)
    expect((await cases.status(undefined)).map(({ dataset, probes, notes }) => [dataset, probes, notes])).toEqual([['edits', 6, []], ['other', 0, [expect.stringContaining('has lost its file')]]])
    await expect(cases.status(id)).rejects.toThrow('has lost its file')
  })

  it('works in a study that may only be read, but for deciding', async () => {
    const made = await auditedStudy()
    putDecisions(made.study, made.dataset, 'ann', [line(), '{"torn'], false)
    const { cases, dataset } = open({ ...made, study: await openWorkspace(made.study.root, { access: 'read' }) })
    expect(await queueOf(cases, {})).toMatchObject({ assigned: 6, notes: [expect.stringContaining('ends in the middle of line 2')] })
    expect(await cases.read({ ...person(dataset), items: [0] })).toHaveLength(1)
    expect(await cases.status(dataset)).toHaveLength(1)
    for (const change of [cases.decide({ ...person(dataset), decisions: [draft('a')] }), cases.undo(person(dataset)), cases.saveSettings(dataset, AuditSettings.parse({}))])
      await expect(change).rejects.toThrow('For reading only.')
  })
})
