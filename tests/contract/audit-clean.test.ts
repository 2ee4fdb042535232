// An audit's way out and back in, through the contract: decide, see it in the records, export, import, and the same study is there.
import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Backend } from '../../src/main/backend.ts'
import type { DatasetId } from '../../src/preload/contract/identifiers.ts'
import { makeStudy, openFakeBackend } from './support/study.ts'
import { transports } from './support/transports.ts'
import type { Client } from './support/transports.ts'

const dataset = 'edits' as DatasetId

describe('audits export', () => {
  let study: Awaited<ReturnType<typeof makeStudy>>
  let backend: Backend
  let client: Client
  let close: () => Promise<void>

  const say = (record: string, decision: 'keep' | 'reject' | 'fix' | 'none', more: { reason?: string, fix?: { prompt: string } } = {}, annotator = 'ann') =>
    client.audits.decide({ dataset, annotator, decisions: [{ id: `${annotator}-${record}-${decision}`, record, kind: 'textRephrase', index: 0, decision, ...more }] })
  const facet = async (): Promise<Record<string, number> | undefined> => {
    const { facets } = await client.datasets.listRecords({ id: dataset })
    const found = facets.find(one => one.facet === 'audit')
    return found && Object.fromEntries(found.values.map(({ value, count }) => [value, count]))
  }

  beforeAll(async () => {
    study = await makeStudy(['what is this?', 'what is that?', 'what else?', 'and now?'])
    backend = await openFakeBackend(study.folder)
    const connected = await transports[0]!.connect(backend)
    client = connected.client
    close = connected.close
  })
  afterAll(async () => {
    await close()
    await backend.close()
    await study.remove()
  })

  it('records have no facet of an audit that nobody began, but can be asked for it', async () => {
    expect(await facet()).toBeUndefined()
    expect((await client.datasets.listRecords({ id: dataset, facets: { audit: ['rejected'] } })).total).toBe(0)
    expect((await client.datasets.listRecords({ id: dataset, facets: { audit: ['undecided'] } })).total).toBe(4)
    expect(await client.audits.listStates({ dataset, record: '00000' })).toEqual([])
  })

  it('what is decided is a facet at once, and stands beside every probe', async () => {
    await say('00001', 'reject', { reason: 'meaning-changed' })
    expect(await facet()).toEqual({ undecided: 4, rejected: 1 })
    await say('00002', 'fix', { fix: { prompt: 'what else again, please?' } })
    await say('00003', 'keep')
    await say('00003', 'reject', {}, 'bob')
    expect(await facet()).toEqual({ undecided: 4, rejected: 1, fixed: 1, disputed: 1 })
    const page = await client.datasets.listRecords({ id: dataset, facets: { audit: ['rejected', 'disputed'] } })
    expect(page.records.map(({ id }) => id)).toEqual(['00001', '00003'])
    expect((await client.datasets.listIds({ facets: { audit: ['fixed'] } })).records).toEqual([{ dataset, record: '00002' }])
    expect(await client.audits.listStates({ dataset, record: '00001' })).toEqual([
      { record: '00001', kind: 'textRephrase', index: 0, item: expect.any(Number) as number, final: { state: 'reject', by: 'one', keptBy: 0, reason: 'meaning-changed' }, reason: 'Meaning changed' },
      { record: '00001', kind: 'imageRephrase', index: 0, item: expect.any(Number) as number, final: { state: 'undecided', by: 'nobody', keptBy: 0 } },
    ])
    await client.audits.undo({ dataset, annotator: 'bob' })
    expect(await facet()).toEqual({ undecided: 4, rejected: 1, fixed: 1, kept: 1 })
  })

  it('gives the same study without what was rejected, with what was fixed', async () => {
    const told = await client.audits.export({ dataset, keep: false })
    const made = await client.audits.export({ dataset })
    expect(told.kept).toBe(false)
    expect(made).toEqual({ ...told, kept: true })
    expect(made).toMatchObject({ folder: join(study.folder, 'exports', 'edits-with-fixes'), records: 4, removedRecords: 0, removedProbes: 1, fixedProbes: 1 })
    expect(made.files.map(file => basename(file))).toEqual(['edits_vqa.json', 'manifest.json', 'diff.md', 'decisions.csv'])
    const again = await client.datasets.import({ file: made.file })
    expect(again).toMatchObject({ id: 'edits-with-fixes', task: 'e-vqa', recordCount: 4 })
    const [before, after] = await Promise.all([dataset, again.id].map(async id => (await client.datasets.listRecords({ id })).records))
    expect(after).toEqual(before!.map((record) => {
      const { textRephrase, ...others } = record.probes
      if (record.id === '00001')
        return { ...record, probes: others }
      return { ...record, probes: { ...others, textRephrase: record.id === '00002' ? [{ ...textRephrase![0]!, prompt: 'what else again, please?' }] : textRephrase! } }
    }))
    expect((await client.datasets.listProblems({ id: again.id })).problems).toEqual([{ file: 'edits_vqa.json', index: 1, field: 'rephrase', severity: 'odd', reason: '\'rephrase\' is missing; the text rephrase probe is left out.' }])
    const next = await client.audits.export({ dataset: again.id })
    expect(readFileSync(next.file, 'utf8')).toBe(readFileSync(made.file, 'utf8'))
    // The audit of the new dataset has not begun.
    expect(await client.audits.listStates({ dataset: again.id, record: '00001' })).toEqual([])
  })

  it('decisions are a file that names everybody', async () => {
    const { file, count, text } = await client.audits.exportDecisions({ dataset })
    expect(count).toBe(3)
    expect(basename(file)).toBe('edits-decisions.csv')
    expect(text.split('\r\n').slice(1, -1).map(line => line.split(',').slice(1, 7))).toEqual([
      ['00001', 'textRephrase', '0', 'ann', 'annotator', 'reject'], ['00002', 'textRephrase', '0', 'ann', 'annotator', 'fix'], ['00003', 'textRephrase', '0', 'ann', 'annotator', 'keep'],
    ])
  })

  it('refuses what is not there', async () => {
    await expect(client.audits.export({ dataset: 'nope' as DatasetId })).rejects.toMatchObject({ code: 'FAILED', message: 'The study has no dataset \'nope\'. Known: edits, edits-with-fixes.' })
    await expect(client.audits.export({ dataset, counts: 'all' as 'with-fixes' })).rejects.toMatchObject({ code: 'BAD_REQUEST' })
  })
})
