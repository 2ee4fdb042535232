// Audits of a study kept up to date: with what is decided here, what is copied in, and what becomes of their dataset.
import { appendFileSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { describe, expect, it, onTestFinished } from 'vitest'
import { AuditSettings } from '../../../src/preload/contract/decisions.ts'
import type { Decision } from '../../../src/preload/contract/decisions.ts'
import { DatasetId } from '../../../src/preload/contract/identifiers.ts'
import { createAuditBooks } from '../../../src/main/audits/books.ts'
import type { AuditBooks } from '../../../src/main/audits/books.ts'
import { writeAuditSettings } from '../../../src/main/workspace/audit-settings.ts'
import { removeDataset } from '../../../src/main/workspace/datasets.ts'
import { decisionFile } from '../../../src/main/workspace/decisions.ts'
import { importDataset } from '../../../src/main/workspace/import-dataset.ts'
import type { Study } from '../../../src/main/workspace/open-workspace.ts'
import { mmeditRecord, putDataset, temporaryFolder } from '../workspace/study.ts'
import { auditedStudy, line, putDecisions } from './study.ts'

function booksOf(study: Study): AuditBooks {
  const books = createAuditBooks(study)
  onTestFinished(books.close)
  return books
}

describe('an audit', () => {
  it('starts with nothing, by the defaults, and makes no file', async () => {
    const { study, dataset } = await auditedStudy()
    const book = await booksOf(study).open(dataset)
    expect(book.probes.count).toBe(12)
    expect(book.settings).toEqual(AuditSettings.parse({}))
    expect(Array.from({ length: 12 }, (_, item) => item).filter(book.isAudited)).toEqual([0, 1, 4, 5, 8, 9])
    expect(book.finalOf(0)).toEqual({ state: 'undecided', by: 'nobody', keptBy: 0 })
    expect(book.notes).toEqual([])
    await expect(booksOf(study).open(DatasetId.parse('unknown'))).rejects.toThrow('The study has no dataset \'unknown\'')
  })

  it('is the same book until something changes, and the same again after a restart', async () => {
    const { study, dataset } = await auditedStudy()
    const books = booksOf(study)
    const first = await books.open(dataset)
    expect(await books.open(dataset)).toBe(first)
    const said = line({ content: first.probes.contentOf(0) })
    const second = await books.append(dataset, 'ann', [said])
    expect(second.version).not.toBe(first.version)
    expect(second.own(0, 'ann', 'annotator')).toEqual(said)
    expect(await books.open(dataset)).toBe(second)
    await writeAuditSettings(study, dataset, AuditSettings.parse({ kinds: ['unrelatedText'] }))
    const third = await books.open(dataset)
    expect([third.isAudited(0), third.isAudited(2)]).toEqual([false, true])
    const again = await booksOf(study).open(dataset)
    expect(again.version).toBe(third.version)
    expect(again.finalOf(0)).toEqual({ state: 'keep', by: 'one', keptBy: 1 })
  })

  it('writes a line once however often and however closely it is sent', async () => {
    const { study, dataset } = await auditedStudy()
    const books = booksOf(study)
    const [a, b] = [line(), line({ record: '00001' })]
    await Promise.all([books.append(dataset, 'ann', [a, b]), books.append(dataset, 'ann', [a]), books.append(dataset, 'ann', [b, b])])
    await booksOf(study).append(dataset, 'ann', [a])
    expect(readFileSync(decisionFile(study, dataset, 'ann'), 'utf8')).toBe(`${JSON.stringify(a)}\n${JSON.stringify(b)}\n`)
  })

  it('lets nobody come between seeing and writing', async () => {
    const { study, dataset } = await auditedStudy()
    const books = booksOf(study)
    const counts: number[] = []
    await Promise.all(Array.from({ length: 5 }, async () => books.write(dataset, 'ann', (book) => {
      counts.push(book.replay.count())
      return [line()]
    })))
    expect(counts).toEqual([0, 1, 2, 3, 4])
  })

  it('does not take for said what could not be written', async () => {
    const { study, dataset } = await auditedStudy()
    const books = booksOf(study)
    await books.open(dataset)
    const path = decisionFile(study, dataset, 'ann')
    mkdirSync(path, { recursive: true })
    await expect(books.append(dataset, 'ann', [line()])).rejects.toThrow(/^Nothing was saved: /)
    expect((await books.open(dataset)).replay.count()).toBe(0)
    rmSync(study.layout.audits, { recursive: true })
    // A file where the folder should be.
    writeFileSync(study.layout.audits, '')
    await expect(books.open(dataset)).rejects.toThrow(/^Folder '.*edits' with the audit's decisions could not be read \(ENOTDIR.*\)\. Is it a folder that you may read\?$/)
    rmSync(study.layout.audits)
    expect((await books.append(dataset, 'ann', [line()])).replay.count()).toBe(1)
  })

  it('follows files that are copied in, replaced and taken away', async () => {
    const { study, dataset } = await auditedStudy()
    const books = booksOf(study)
    const { probes } = await books.open(dataset)
    const about = (change: Partial<Decision> = {}): Decision => line({ content: probes.contentOf(0), ...change })
    await books.append(dataset, 'ann', [about()])
    const path = putDecisions(study, dataset, 'copied', [about({ annotator: 'bo', decision: 'reject' })])
    expect((await books.open(dataset)).finalOf(0).state).toBe('disputed')
    appendFileSync(path, `${JSON.stringify(about({ annotator: 'bo', decision: 'keep' }))}\n`)
    expect((await books.open(dataset)).finalOf(0)).toEqual({ state: 'keep', by: 'agreement', keptBy: 2 })
    renameSync(path, `${path}.away`)
    const alone = await books.open(dataset)
    expect(alone.finalOf(0)).toEqual({ state: 'keep', by: 'one', keptBy: 1 })
    expect(alone.replay.people('annotator')).toEqual(['ann'])
  })

  it('says what is odd: decisions about probes that are gone, clocks that are ahead, lines that are torn', async () => {
    const { study, dataset } = await auditedStudy()
    putDecisions(study, dataset, 'bo', [line({ annotator: 'bo', record: 'gone' }), line({ annotator: 'bo', record: 'gone' }), line({ annotator: 'bo', at: '2999-01-01T00:00:00.000Z' }), '{"torn'], false)
    expect((await booksOf(study).open(dataset)).notes).toEqual([
      expect.stringContaining('File \'audits/edits/bo.jsonl\' ends in the middle of line 4'),
      'Decisions about a probe that the dataset does not have any more are kept and do not count.',
      'Decisions of \'bo\' are dated up to 2999-01-01T00:00:00.000Z: the clock of a machine was wrong. Their order holds, their speed does not.',
    ])
  })

  it('counts a line that was copied once, and says where a copy was changed', async () => {
    const { study, dataset } = await auditedStudy()
    const [a, b] = [line(), line({ record: '00001' })]
    putDecisions(study, dataset, 'ann', [a, b])
    putDecisions(study, dataset, 'ann-copy', ['\uFEFF' + JSON.stringify(a) + '\r', JSON.stringify({ ...b, decision: 'reject' })])
    const books = booksOf(study)
    const book = await books.open(dataset)
    expect(book.replay.count()).toBe(2)
    expect(book.notes).toEqual([`Two lines of id '${b.id}' say different things: a copy was changed. The one that was read first counts; correct the other file.`])
    await books.append(dataset, 'ann', [line()])
    expect((await books.open(dataset)).notes).toHaveLength(1)
  })

  it('forgets a dataset that is removed, and knows one that is imported in its place', async () => {
    const { study, dataset } = await auditedStudy()
    const books = booksOf(study)
    const before = await books.open(dataset)
    await books.append(dataset, 'ann', [0, 4].map(item => line({ ...before.probes.refOf(item), content: before.probes.contentOf(item) })))
    await removeDataset(study, dataset)
    books.forget(dataset)
    await expect(books.open(dataset)).rejects.toThrow('The study has no dataset \'edits\'')
    const source = temporaryFolder()
    await importDataset(study, { file: putDataset(source, [mmeditRecord(0), mmeditRecord(1, { rephrase: 'Other words?' })]), imageRoot: source, name: 'edits' })
    const after = await books.open(dataset)
    expect(after.probes.count).toBe(8)
    expect([0, 4].map(item => after.finalOf(item).state)).toEqual(['keep', 'stale'])
    rmSync(study.layout.dataset(dataset).records)
    await expect(books.open(dataset)).rejects.toThrow(/has lost its file '.*records\.jsonl'\. Put it back/)
  })
})
