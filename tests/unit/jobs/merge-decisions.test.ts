// Decisions that come from another machine: nothing here changes but by what is added.
import { copyFileSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { Decision } from '../../../src/preload/contract/decisions.ts'
import type { DatasetId } from '../../../src/preload/contract/identifiers.ts'
import { agreementOf } from '../../../src/main/audits/agreement.ts'
import { createAuditBooks } from '../../../src/main/audits/books.ts'
import type { AuditBooks } from '../../../src/main/audits/books.ts'
import { mergeDecisions } from '../../../src/main/jobs/merge-decisions.ts'
import { openOwnPictures } from '../../../src/main/workspace/pictures.ts'
import type { Study } from '../../../src/main/workspace/open-workspace.ts'
import { auditedStudy } from '../audits/study.ts'
import { lineAbout } from '../audits/book-of.ts'
import { temporaryFolder } from '../workspace/study.ts'

const opened: AuditBooks[] = []
afterEach(async () => {
  for (const books of opened.splice(0))
    await books.close()
})

interface Place { readonly study: Study, readonly dataset: DatasetId, readonly books: AuditBooks }
async function place(): Promise<Place> {
  const made = await auditedStudy(4)
  const books = createAuditBooks(made.study)
  opened.push(books)
  return { ...made, books }
}

/** Whole lines of each file of the audit. */
function filesOf({ study, dataset }: Place): Record<string, string[]> {
  const { folder } = study.layout.audit(dataset)
  return Object.fromEntries(readdirSync(folder).filter(name => name.endsWith('.jsonl')).sort().map(name => [name, readFileSync(join(folder, name), 'utf8').split('\n').filter(Boolean)]))
}
const idsOf = (there: Place): Record<string, string[]> => Object.fromEntries(Object.entries(filesOf(there)).map(([name, lines]) => [name, lines.map(line => (JSON.parse(line) as Decision).id)]))
const put = (path: string, lines: readonly unknown[]): string => {
  writeFileSync(path, lines.map(line => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join(''))
  return path
}
const merge = ({ study, books, dataset }: Place, from: string): ReturnType<typeof mergeDecisions> => mergeDecisions(study, books, dataset, from)

/** All that an audit says, for comparing. */
async function stateOf({ books, dataset }: Place): Promise<unknown> {
  const book = await books.open(dataset)
  const items = Array.from({ length: book.probes.count }, (_, item) => item)
  return {
    finals: items.map(book.finalOf), said: items.map(item => [...book.said(item, 'annotator'), ...book.said(item, 'adjudicator')].map(({ id }) => id)),
    history: items.map(item => book.replay.history(`${book.probes.kindOf(item)}/0/${book.probes.recordOf(item)}`).map(({ id }) => id)), agreement: agreementOf(book, 'decision'),
  }
}

describe('merging decisions', () => {
  it('appends what is new to the annotators\' own files, and nothing the second time', async () => {
    const here = await place()
    const { probes } = await here.books.open(here.dataset)
    const [a1, b1, b2, z1] = [lineAbout(probes, 0, 'anna', 'keep'), lineAbout(probes, 0, 'Ben B.', 'keep'), lineAbout(probes, 1, 'Ben B.', 'reject', { reason: 'other' }), lineAbout(probes, 1, 'zoe', 'fix', { role: 'adjudicator' })]
    await here.books.append(here.dataset, 'anna', [a1])
    const folder = temporaryFolder()
    // Two files, the same lines in both, in another order; a file that is no decisions; one that is not looked at.
    put(join(folder, 'from-ben.jsonl'), [b2, b1, a1])
    put(join(folder, 'all.jsonl'), [a1, b1, z1])
    put(join(folder, 'notes.txt'), ['hello'])
    const before = readdirSync(folder).map(name => readFileSync(join(folder, name), 'utf8'))
    expect(await merge(here, folder)).toEqual({ files: 2, added: 3, known: 3, annotators: ['Ben B.', 'zoe'], notes: [] })
    expect(idsOf(here)).toEqual({ 'anna.jsonl': [a1.id], 'ben-b.jsonl': [b1.id, b2.id], 'zoe.jsonl': [z1.id] })
    const after = filesOf(here)
    expect(await merge(here, folder)).toEqual({ files: 2, added: 0, known: 6, annotators: [], notes: [] })
    expect(filesOf(here)).toEqual(after)
    expect(readdirSync(folder).map(name => readFileSync(join(folder, name), 'utf8'))).toEqual(before)
    // A program that starts later reads the same.
    const again = createAuditBooks(here.study)
    opened.push(again)
    expect(await stateOf({ ...here, books: again })).toEqual(await stateOf(here))
    expect((await again.open(here.dataset)).finalOf(0)).toEqual({ state: 'keep', by: 'agreement', keptBy: 2 })
  })

  it('gives the same state as copying the file into the folder', async () => {
    const here = await place()
    const { probes } = await here.books.open(here.dataset)
    const early = [lineAbout(probes, 0, 'anna', 'keep'), lineAbout(probes, 2, 'ben', 'reject')]
    const own = [lineAbout(probes, 0, 'anna', 'reject'), lineAbout(probes, 1, 'anna', 'keep')]
    const late = [lineAbout(probes, 0, 'ben', 'reject'), lineAbout(probes, 1, 'anna', 'unsure'), lineAbout(probes, 0, 'anna', 'keep', { undoes: own[0]!.id })]
    await here.books.append(here.dataset, 'anna', own)
    const there: Place = { ...here, books: createAuditBooks(here.study) }
    opened.push(there.books)
    const from = put(join(temporaryFolder(), 'laptop.jsonl'), [late[0], early[1], late[2], early[0], late[1]])
    // Copied while the audit is open …
    await there.books.open(here.dataset)
    const copied = here.study.layout.audit(here.dataset).decisions('laptop')
    copyFileSync(from, copied)
    const byCopy = await stateOf(there)
    await there.books.close()
    // … and merged where it is not.
    writeFileSync(copied, '')
    const merged = createAuditBooks(here.study)
    opened.push(merged)
    await merge({ ...here, books: merged }, from)
    expect(idsOf(here)['ben.jsonl']).toEqual([late[0]!.id, early[1]!.id])
    expect(await stateOf({ ...here, books: merged })).toEqual(byCopy)
    expect((await merged.open(here.dataset)).own(1, 'anna', 'annotator')?.decision).toBe('unsure')
  })

  it('finds the audit of the same dataset in another study, and brings the pictures of its fixes', async () => {
    const [here, other] = [await place(), await place()]
    const { probes } = await other.books.open(other.dataset)
    const picture = await openOwnPictures(other.study.layout.pictures).add('cat.png', readFileSync(join(import.meta.dirname, '../../fixtures/blip-2/images/grey.png')))
    const lost = 'f'.repeat(64) as typeof picture.hash
    await other.books.append(other.dataset, 'ben', [lineAbout(probes, 1, 'ben', 'fix', { fix: { image: picture.hash } }), lineAbout(probes, 3, 'ben', 'fix', { fix: { image: lost, prompt: 'x?' } })])
    const { notes, ...counts } = await merge(here, other.study.root)
    expect(counts).toEqual({ files: 1, added: 2, known: 0, annotators: ['ben'] })
    expect(notes).toEqual(['1 picture that fixes name is not in this study: copy it from the other study\'s folder \'pictures\' into the one here.'])
    expect((await openOwnPictures(here.study.layout.pictures).read(picture.hash))?.mime).toBe('image/png')
    // Its audits/ alone, the dataset's folder alone, and one file are the same.
    for (const from of [other.study.layout.audits, other.study.layout.audit(other.dataset).folder, other.study.layout.audit(other.dataset).decisions('ben')])
      expect(await merge(here, from)).toMatchObject({ files: 1, added: 0, known: 2 })
  })

  it('keeps what is here where an id says something else there', async () => {
    const here = await place()
    const { probes } = await here.books.open(here.dataset)
    const own = lineAbout(probes, 0, 'anna', 'keep')
    await here.books.append(here.dataset, 'anna', [own])
    const twice = lineAbout(probes, 1, 'ben', 'keep')
    const { added, known, notes } = await merge(here, put(join(temporaryFolder(), 'x.jsonl'), [{ ...own, decision: 'reject' }, twice, { ...twice, decision: 'unsure' }]))
    expect([added, known]).toEqual([1, 2])
    expect(notes).toEqual(['2 decisions are known here under the same id and said otherwise there; what is here stays.'])
    const book = await here.books.open(here.dataset)
    expect([book.own(0, 'anna', 'annotator')?.decision, book.own(1, 'ben', 'annotator')?.decision]).toEqual(['keep', 'keep'])
  })

  it('keeps decisions about what the dataset has otherwise or not at all, and says so', async () => {
    const here = await place()
    const { probes } = await here.books.open(here.dataset)
    const lines = [lineAbout(probes, 0, 'ben', 'keep'), lineAbout(probes, 1, 'ben', 'keep', { content: 'other' }), lineAbout(probes, 2, 'ben', 'keep', { record: 'gone' })]
    expect(await merge(here, put(join(temporaryFolder(), 'x.jsonl'), lines))).toEqual({ files: 1, added: 3, known: 0, annotators: ['ben'], notes: [
      '1 decision is about a probe that the dataset has otherwise now; it is kept and shown as stale.',
      '1 decision is about a probe that the dataset does not have; it is kept and does not count.',
    ] })
    expect((await here.books.open(here.dataset)).finalOf(1).state).toBe('stale')
  })

  it('refuses files that are about another dataset altogether', async () => {
    const here = await place()
    const { probes } = await here.books.open(here.dataset)
    const from = put(join(temporaryFolder(), 'x.jsonl'), [lineAbout(probes, 0, 'ben', 'keep', { content: 'a' }), lineAbout(probes, 1, 'ben', 'keep', { record: 'gone' })])
    await expect(merge(here, from)).rejects.toThrow(/None of the 2 decisions in '.*x\.jsonl' is about a probe as dataset 'edits' has it.*Nothing was taken/)
    expect((await here.books.open(here.dataset)).replay.count()).toBe(0)
  })

  it('takes the good lines of a hostile file, and nothing leaves the audit\'s folder', async () => {
    const here = await place()
    const { probes } = await here.books.open(here.dataset)
    const good = lineAbout(probes, 0, '../../../evil', 'keep')
    const proto = lineAbout(probes, 1, '__proto__', 'keep')
    const from = put(join(temporaryFolder(), 'x.jsonl'), [
      '{', 'null', '[]', '""', 'x'.repeat(100_000), JSON.stringify({ ...good, id: 'short' }), JSON.stringify({ ...good, id: 'long-enough-1', decision: 'delete' }),
      JSON.stringify({ ...good, id: 'long-enough-2', index: -1 }), JSON.stringify({ ...good, id: 'long-enough-3', at: 'zzzz' }), JSON.stringify({ ...good, id: 'long-enough-4', annotator: '' }),
      JSON.stringify({ ...good, id: 'long-enough-5', decision: 'fix', fix: {} }), '', { ...good, surprise: { deep: true } }, proto,
    ])
    writeFileSync(from, `${readFileSync(from, 'utf8')}{"id":"torn-`)
    const { added, annotators, notes } = await merge(here, from)
    expect({ added, annotators }).toEqual({ added: 2, annotators: ['../../../evil', '__proto__'] })
    expect(Object.keys(filesOf(here))).toEqual(['evil.jsonl', 'proto.jsonl'])
    expect(JSON.parse(filesOf(here)['evil.jsonl']![0]!)).toEqual(good)
    expect(notes.length).toBeLessThan(10)
    expect(notes[0]).toBe('File \'x.jsonl\', line 1 is not JSON; it is left out.')
    expect(notes.join(' ')).toMatch(/'x\.jsonl' has more lines that cannot be used \(6 beside those named\)/)
    expect((await here.books.open(here.dataset)).own(1, '__proto__', 'annotator')?.decision).toBe('keep')
  })

  it('says what is missing', async () => {
    const here = await place()
    const folder = temporaryFolder()
    await expect(merge(here, join(folder, 'nowhere'))).rejects.toThrow(/There is no file or folder '.*nowhere'\. Give a file of decisions/)
    await expect(merge(here, folder)).rejects.toThrow(/has no decisions: no file in it ends in \.jsonl/)
    mkdirSync(join(folder, 'audits', 'others'), { recursive: true })
    await expect(merge(here, folder)).rejects.toThrow(/Study '.*' has no audit of dataset 'edits'\. It has audits of 'others'/)
    if (process.platform !== 'win32')
      await expect(merge(here, '/dev/null')).rejects.toThrow('is neither a file nor a folder')
    // A folder that is called like a file, and a link to nowhere, hide only themselves.
    const odd = temporaryFolder()
    mkdirSync(join(odd, 'folder.jsonl'))
    if (process.platform !== 'win32')
      symlinkSync(join(odd, 'gone'), join(odd, 'link.jsonl'))
    put(join(odd, 'ok.jsonl'), [lineAbout((await here.books.open(here.dataset)).probes, 0, 'ben', 'keep')])
    const { files, added, notes } = await merge(here, odd)
    expect({ files, added }).toEqual({ files: 1, added: 1 })
    expect(notes[0]).toMatch(/folder\.jsonl' is no plain file and is left out\./)
  })

  it('takes nothing from its own folder', async () => {
    const here = await place()
    const { probes } = await here.books.open(here.dataset)
    await here.books.append(here.dataset, 'anna', [lineAbout(probes, 0, 'anna', 'keep')])
    const before = filesOf(here)
    expect(await merge(here, here.study.root)).toEqual({ files: 1, added: 0, known: 1, annotators: [], notes: [] })
    expect(filesOf(here)).toEqual(before)
  })
})
