// A study small enough to count by hand: two runs on eight records, a decision of every kind, and the run that repairs the first.
import { mkdirSync } from 'node:fs'
import type { Decision, Fix } from '../../../src/preload/contract/decisions.ts'
import type { DatasetId, RunId } from '../../../src/preload/contract/identifiers.ts'
import type { EditRecord, Probe, ProbeKind } from '../../../src/preload/contract/records.ts'
import type { ProbeResult, RecordResult, Run, Scores } from '../../../src/preload/contract/runs.ts'
import type { AuditBooks } from '../../../src/main/audits/books.ts'
import { fixHash } from '../../../src/main/audits/fix-hash.ts'
import { contentHash } from '../../../src/main/audits/probe-list.ts'
import { createCounting } from '../../../src/main/jobs/counting.ts'
import type { Counting } from '../../../src/main/jobs/counting.ts'
import { summarise } from '../../../src/main/runs/summary.ts'
import { verdictOf } from '../../../src/main/metrics/verdict.ts'
import type { Study } from '../../../src/main/workspace/open-workspace.ts'
import { writeSummary } from '../../../src/main/workspace/runs.ts'
import { put, temporaryStudy } from '../workspace/study.ts'
import { booksOf, scoredRuns } from './scored-runs.ts'
import type { ScoredRuns } from './scored-runs.ts'

export const dataset = 'e-vqa-eval' as DatasetId

/** Writes a dataset as an import leaves it. */
export function putRecords(study: Study, id: string, records: readonly EditRecord[], importedAt = '2026-01-01T00:00:00.000Z'): void {
  const files = study.layout.dataset(id as DatasetId)
  put(files.dataset, JSON.stringify({ id, name: id, format: 'jsonl', task: 'e-vqa', source: '/tmp/x', imageRoots: {}, recordCount: records.length, problemCount: 0, importedAt }))
  put(files.records, records.map(record => `${JSON.stringify(record)}\n`).join(''))
}

const probe = (prompt: string): Probe => ({ prompt, form: 'question', expected: 'cat' })
const idOf = (i: number): string => String(i).padStart(5, '0')

/** One probe of each kind; records 0 to 3 have three of portability. */
export const handRecords: readonly EditRecord[] = Array.from({ length: 8 }, (_, i) => ({
  id: idOf(i), index: i, task: 'e-vqa', edit: probe(`${i}?`), stated: 'dog',
  probes: {
    textRephrase: [probe(`text ${i}?`)],
    imageRephrase: [probe(`image ${i}?`)],
    unrelatedText: [probe(`other ${i}?`)],
    unrelatedImage: [probe(`picture ${i}?`)],
    ...(i < 4 ? { portability: [0, 1, 2].map(k => probe(`so ${i} ${k}?`)) } : {}),
  },
}))

/** Everything strict; `nll` beside it is 2 − strict, so that a second reading follows too. */
const both = (strict: number): Record<string, number> => ({ strict, nll: 2 - strict })
const answer = { text: 'cat', expected: [], generated: [] }
const asked = (kind: string, index = 0, more: Partial<ProbeResult> = {}): ProbeResult => ({ kind, index, before: answer, after: answer, ...more })

export interface Row { readonly r: number, readonly t: number, readonly m: number, readonly lt?: number, readonly lm?: number, readonly port?: readonly number[] }

/** `hasOwn` false: from before single probes' scores were kept. */
export function handResult(i: number, { r, t, m, lt = 1, lm = 1, port = [] }: Row, hasOwn = true): RecordResult {
  const scores: Scores = {
    'reliability': both(r), 'text-generality': both(t), 'image-generality': both(m), 'text-locality': both(lt), 'image-locality': both(lm),
    ...(port.length > 0 ? { portability: both(port.reduce((a, b) => a + b, 0) / port.length) } : {}),
  }
  const verdict = verdictOf(scores)
  return {
    record: idOf(i), status: 'done', steps: 1, losses: [1], editMs: 1, elapsedMs: 1, scores, ...(verdict ? { verdict } : {}),
    probes: [
      asked('edit'), ...['textRephrase', 'imageRephrase'].map(kind => asked(kind)),
      ...port.map((own, index) => asked('portability', index, hasOwn ? { scores: { portability: both(own) } } : {})),
      ...['unrelatedText', 'unrelatedImage'].map(kind => asked(kind)),
    ],
  }
}

export const rowsOfA: readonly Row[] = [
  { r: 1, t: 1, m: 1, port: [1, 0, 1] },
  { r: 1, t: 0, m: 1, port: [0, 1, 0] },
  { r: 1, t: 1, m: 0, port: [1, 1, 0] },
  { r: 1, t: 1, m: 1, port: [0, 1, 0] },
  { r: 0, t: 0, m: 0 },
  { r: 1, t: 1, m: 1, lm: 0.5 },
  { r: 1, t: 0, m: 0 },
  { r: 1, t: 1, m: 1 },
]
/** Records 0 to 6, no portability. */
export const rowsOfB: readonly Row[] = [1, 1, 0, 1, 1, 0, 1].map(t => ({ r: 1, t, m: 1 }))

export const betterText: Fix = { prompt: 'Better text?' }
export const betterQuestion: Fix = { prompt: 'Better question?' }

let lines = 0

export function said(annotator: string, i: number, kind: ProbeKind, decision: Decision['decision'], more: Partial<Decision> = {}): Decision {
  const { index = 0 } = more
  const found = handRecords[i]!.probes[kind]![index]!
  return { id: `line-${String(++lines).padStart(8, '0')}`, at: new Date(Date.UTC(2026, 10, 1) + lines * 1000).toISOString(), annotator, role: 'annotator', record: idOf(i), kind, index, decision, content: contentHash(found), ...more }
}

/** What Ann, Bob and Eve said. */
export const handDecisions = (): Decision[] => [
  said('ann', 0, 'textRephrase', 'reject', { reason: 'meaning-changed' }),
  said('ann', 1, 'textRephrase', 'fix', { fix: betterText }),
  ...['ann', 'bob'].map(who => said(who, 2, 'textRephrase', 'keep')),
  said('ann', 3, 'textRephrase', 'keep'), said('bob', 3, 'textRephrase', 'reject'),
  said('ann', 4, 'textRephrase', 'reject'), said('bob', 4, 'textRephrase', 'keep'), said('eve', 4, 'textRephrase', 'keep', { role: 'adjudicator' }),
  said('ann', 5, 'textRephrase', 'unsure'),
  said('ann', 6, 'textRephrase', 'reject', { content: '0123456789abcdef' }),
  said('ann', 7, 'textRephrase', 'keep'),
  ...['ann', 'bob'].map(who => said(who, 2, 'imageRephrase', 'reject')),
  ...['ann', 'bob'].map(who => said(who, 3, 'imageRephrase', 'keep')),
  said('ann', 0, 'portability', 'reject', { index: 1 }),
  said('ann', 1, 'portability', 'fix', { index: 0, fix: betterQuestion }), said('ann', 1, 'portability', 'reject', { index: 2 }),
  ...[0, 1].flatMap(index => ['ann', 'bob'].map(who => said(who, 2, 'portability', 'keep', { index }))),
  // Not what the audit is about.
  said('ann', 0, 'unrelatedText', 'reject'),
]

export function putAudit(study: Study, decisions: readonly Decision[], kinds: readonly ProbeKind[] = ['textRephrase', 'imageRephrase', 'portability'], id = dataset): void {
  const files = study.layout.audit(id)
  mkdirSync(files.folder, { recursive: true })
  put(files.settings, JSON.stringify({ kinds }))
  for (const annotator of new Set(decisions.map(line => line.annotator)))
    put(files.decisions(annotator), decisions.filter(line => line.annotator === annotator).map(line => `${JSON.stringify(line)}\n`).join(''))
}

export interface HandStudy {
  readonly study: Study
  readonly runs: ScoredRuns
  readonly counting: Counting
  readonly books: AuditBooks
  readonly a: Run
  readonly b: Run
  /** Run A's re-run of record 1's fixed probes. */
  readonly repair: (more?: Partial<Record<'text' | 'question', string>>) => Promise<Run>
}

/** A: single edits; B: a stream of edits, one record short. */
export async function handStudy({ hasOwn = true }: { readonly hasOwn?: boolean } = {}): Promise<HandStudy> {
  const study = await temporaryStudy()
  putRecords(study, dataset, handRecords)
  putAudit(study, handDecisions())
  const runs = scoredRuns(study)
  const books = booksOf(study)
  const counting = createCounting({ study, books, listRuns: runs.list })
  const add: ScoredRuns['add'] = async (results, more) => {
    const run = await runs.add(results, more)
    await writeSummary(study, run.id, summarise(results, run.plan.seed))
    return run
  }
  const a = await add(rowsOfA.map((row, i) => handResult(i, row, hasOwn)), { name: 'A' })
  const b = await add(rowsOfB.map((row, i) => handResult(i, row)), { name: 'B', plan: { protocol: 'sequential' } })
  return {
    study, runs, counting, books, a, b,
    repair: ({ text = fixHash(betterText), question = fixHash(betterQuestion) } = {}) => add([{
      ...handResult(1, { r: 1, t: 1, m: 1, port: [1, 1, 0] }),
      probes: [
        asked('edit'),
        asked('textRephrase', 0, { fix: text, asked: { prompt: 'Better text?' }, after: { ...answer, text: 'fixed' } }),
        ...[1, 1, 0].map((own, index) => asked('portability', index, { scores: { portability: both(own) }, ...(index === 0 ? { fix: question } : {}) })),
      ],
    }], { name: 'Fixes of A', plan: { repairs: a.id as RunId } }),
  }
}
