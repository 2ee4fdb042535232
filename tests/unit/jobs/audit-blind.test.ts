// A blind audit: whatever an annotator may ask, the answer is the same as if nobody else had said anything.
import { describe, expect, it, onTestFinished } from 'vitest'
import { QueueRequest } from '../../../src/preload/contract/audits.ts'
import { choices } from '../../../src/preload/contract/decisions.ts'
import type { Decision } from '../../../src/preload/contract/decisions.ts'
import type { DatasetId } from '../../../src/preload/contract/identifiers.ts'
import { createAuditBooks } from '../../../src/main/audits/books.ts'
import type { AuditBooks } from '../../../src/main/audits/books.ts'
import { createImageStore } from '../../../src/main/datasets/image-store.ts'
import { createAuditCases } from '../../../src/main/jobs/audit-cases.ts'
import type { AuditCases } from '../../../src/main/jobs/audit-cases.ts'
import { createRecordQueries } from '../../../src/main/query/records.ts'
import { writeSlice } from '../../../src/main/workspace/slices.ts'
import type { Study } from '../../../src/main/workspace/open-workspace.ts'
import { auditedStudy } from '../audits/study.ts'
import { lineAbout } from '../audits/book-of.ts'

interface Audit { readonly study: Study, readonly cases: AuditCases, readonly books: AuditBooks, readonly dataset: DatasetId }
let alone: Audit
let among: Audit

async function audit(): Promise<Audit> {
  const { study, dataset } = await auditedStudy(6)
  const books = createAuditBooks(study)
  onTestFinished(books.close)
  const cases = createAuditCases({
    study, books, queries: createRecordQueries(study, createImageStore()), checks: { byRecord: async () => Promise.resolve(new Map()), list: () => [] },
    influence: async book => Promise.resolve({ values: new Float64Array(book.probes.count).fill(0.5), notes: [] }), checkWritable: () => undefined, onChange: () => undefined,
  })
  return { study, cases, books, dataset }
}

const secret = 'SECRET'

async function begin(): Promise<void> {
  alone = await audit()
  among = await audit()
  for (const { books, dataset } of [alone, among]) {
    const { probes } = await books.open(dataset)
    const own = choices.map((decision, item): Decision => ({ ...lineAbout(probes, item, 'anna', decision), id: `anna-${decision}-1`, at: `2026-11-01T09:00:0${item}.000Z` }))
    await books.append(dataset, 'anna', own)
  }
  const { books, dataset } = among
  const { probes } = await books.open(dataset)
  const items = Array.from({ length: probes.count }, (_, item) => item)
  await books.append(dataset, 'ben', items.map(item => lineAbout(probes, item, 'ben', item % 2 === 0 ? 'reject' : 'fix', { note: secret, reason: 'unsafe', flag: true, fix: { prompt: `${secret}?` } })))
  await books.append(dataset, 'cleo', items.map(item => lineAbout(probes, item, 'cleo', 'keep', item > 6 ? { content: 'other' } : {})))
  await books.append(dataset, 'zoe', items.map(item => lineAbout(probes, item, 'zoe', 'reject', { role: 'adjudicator', note: secret })))
}

/** Both answers, without the times of what is written now. */
async function both(ask: (audit: Audit) => Promise<unknown>): Promise<void> {
  const said = await Promise.all([alone, among].map(async one => JSON.stringify(await ask(one).catch((error: unknown) => String(error))).replaceAll(/"(?:at|hash)":"[^"]*"/g, '')))
  expect(said[1]).toBe(said[0])
  expect(said[1]).not.toContain(secret)
}

describe('an annotator of a blind audit', () => {
  it('gets the same queue, whatever it is filtered and sorted by', async () => {
    await begin()
    const wishes = [
      ...QueueRequest.shape.show.unwrap().options.map(show => ({ show })), ...QueueRequest.shape.sort.unwrap().options.map(sort => ({ sort })),
      { sample: 3, seed: 2 }, { kinds: ['textRephrase'] }, { search: '1' }, { differ: true }, { said: [{ annotator: 'ben', decisions: ['reject'] }] }, { said: [{ flag: true }] },
    ]
    for (const wish of wishes)
      await both(({ cases, dataset }) => cases.queue(QueueRequest.parse({ dataset, annotator: 'anna', ...wish })))
  })
  it('is told why it may not ask by what others say', async () => {
    await begin()
    for (const wish of [{ show: 'disputed' }, { show: 'stale' }, { sort: 'disagreement' }, { differ: true }, { said: [{ annotator: 'ben' }] }])
      await expect(among.cases.queue(QueueRequest.parse({ dataset: among.dataset, annotator: 'anna', ...wish }))).rejects.toThrow('this audit is blind')
    await expect(among.cases.history({ dataset: among.dataset, record: '00000', kind: 'textRephrase', index: 0, annotator: 'anna', role: 'annotator' })).rejects.toThrow('This audit is blind')
  })
  it('may not go through a slice that depends on decisions; through others it may', async () => {
    await begin()
    const { study, cases, dataset } = among
    const nothing = { search: '', facets: {} }
    const slices = await Promise.all([
      { name: 'Rejected', filter: { ...nothing, facets: { audit: ['rejected'] } } }, { name: 'By SQL', filter: nothing, sql: 'SELECT record FROM Decisions' }, { name: 'Ones', filter: { ...nothing, search: '1' } },
    ].map(draft => writeSlice(study, draft)))
    const ask = (i: number, role: 'annotator' | 'adjudicator') => cases.queue(QueueRequest.parse({ dataset, annotator: 'anna', role, slice: slices[i]!.id }))
    await expect(ask(0, 'annotator')).rejects.toThrow('Slice \'Rejected\' depends on what was decided, and this audit is blind.')
    await expect(ask(1, 'annotator')).rejects.toThrow('Slice \'By SQL\' depends')
    await expect(ask(2, 'annotator')).resolves.toMatchObject({ decided: 2 })
    await expect(ask(0, 'adjudicator')).resolves.toBeDefined()
  })
  it('reads the same probes', async () => {
    await begin()
    const items = [0, 1, 2, 3, 4, 5, 6, 7]
    await both(({ cases, dataset }) => cases.read({ dataset, items, annotator: 'anna', role: 'annotator' }))
    await both(({ cases, dataset }) => cases.read({ dataset, items, annotator: 'anna', role: 'annotator', influence: { runs: [], variant: 'strict' } }))
    await both(({ cases, dataset }) => cases.read({ dataset, items, role: 'annotator' }))
    await both(({ cases, dataset }) => cases.probes({ dataset, items, annotator: 'anna', role: 'annotator' }))
  })
  it('hears the same when it decides and takes back', async () => {
    await begin()
    const decisions = [{ id: 'anna-new-1', record: '00003', kind: 'imageRephrase' as const, index: 0, decision: 'keep' as const }]
    await both(({ cases, dataset }) => cases.decide({ dataset, annotator: 'anna', role: 'annotator', decisions }))
    // Ids of lines that take back are made here.
    await both(async ({ cases, dataset }) => (await cases.undo({ dataset, annotator: 'anna', role: 'annotator' })).items)
  })
  it('sees of the others only how many decisions there are', async () => {
    await begin()
    const told = JSON.stringify([await among.cases.status(among.dataset), await among.cases.agreement({ dataset: among.dataset, by: 'decision' })])
    expect(told).not.toContain(secret)
    expect(told).not.toMatch(/"(?:record|item|index|content)"/)
  })
})

describe('everybody else', () => {
  it('an adjudicator sees all, and so does an annotator once the audit is not blind', async () => {
    await begin()
    const { cases, dataset } = among
    const [item] = await cases.read({ dataset, items: [0], annotator: 'zoe', role: 'adjudicator' })
    expect(item!.decisions?.map(({ annotator }) => annotator)).toEqual(['anna', 'ben', 'cleo', 'zoe'])
    expect(item!.final?.state).toBe('reject')
    await cases.saveSettings(dataset, { ...await cases.settings(dataset), blind: false })
    expect((await cases.read({ dataset, items: [0], annotator: 'anna', role: 'annotator' }))[0]!.decisions).toHaveLength(4)
  })
})
