// Cleaned datasets: what leaves and what is fixed under each policy, the files beside, and the way back into a study.
import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createAuditBooks } from '../../../src/main/audits/books.ts'
import { sha256 } from '../../../src/main/base/hash.ts'
import { createImageStore } from '../../../src/main/datasets/image-store.ts'
import { createCleanCases } from '../../../src/main/jobs/clean-cases.ts'
import { createPictures } from '../../../src/main/jobs/pictures.ts'
import { createRecordQueries } from '../../../src/main/query/records.ts'
import { writeAuditSettings } from '../../../src/main/workspace/audit-settings.ts'
import { CleanManifest } from '../../../src/main/workspace/clean-manifest.ts'
import { getDataset } from '../../../src/main/workspace/datasets.ts'
import { importDataset } from '../../../src/main/workspace/import-dataset.ts'
import type { Study } from '../../../src/main/workspace/open-workspace.ts'
import { openOwnPictures } from '../../../src/main/workspace/pictures.ts'
import { CleanRequest } from '../../../src/preload/contract/audits.ts'
import { AuditSettings } from '../../../src/preload/contract/decisions.ts'
import type { Decision, Fix } from '../../../src/preload/contract/decisions.ts'
import type { Dataset } from '../../../src/preload/contract/datasets.ts'
import type { DatasetId, ImageHash } from '../../../src/preload/contract/identifiers.ts'
import type { EditRecord, Problem, ProbeKind } from '../../../src/preload/contract/records.ts'
import { mmeditRecord, png, put, putDataset, temporaryFolder, temporaryStudy } from '../workspace/study.ts'

type Said = readonly [annotator: string, record: number, kind: ProbeKind, decision: Decision['decision'], extra?: Partial<Decision>]

function bench(study: Study) {
  const images = createImageStore()
  const own = openOwnPictures(study.layout.pictures)
  const queries = createRecordQueries(study, images)
  const books = createAuditBooks(study)
  onTestFinished(books.close)
  const cases = createCleanCases({ study, books, queries, pictures: createPictures(images, own), checkWritable: () => undefined })
  let lines = 0
  return {
    own,
    queries,
    cases,
    clean: (dataset: Dataset, change: Partial<CleanRequest> = {}) => cases.export(CleanRequest.parse({ dataset: dataset.id, ...change })),
    async say(dataset: DatasetId, ...said: readonly Said[]) {
      const { probes } = await books.open(dataset)
      for (const [annotator, record, kind, decision, extra] of said) {
        const ref = { record: String(record).padStart(5, '0'), kind, index: 0 }
        const n = ++lines
        await books.append(dataset, annotator, [{
          ...ref, id: `line-${String(n).padStart(8, '0')}`, at: new Date(Date.UTC(2026, 0, 1) + n * 1000).toISOString(), annotator, role: 'annotator', decision, content: probes.contentOf(probes.itemOf(ref)!), ...extra,
        }])
      }
    },
  }
}

const readLines = <T>(path: string): T[] => readFileSync(path, 'utf8').split('\n').filter(line => line !== '').map(line => JSON.parse(line) as T)
const recordsOf = (study: Study, { id }: Pick<Dataset, 'id'>): EditRecord[] => readLines(study.layout.dataset(id).records)
const problemsOf = (study: Study, { id }: Pick<Dataset, 'id'>): Problem[] => readLines(study.layout.dataset(id).problems)
const manifestIn = (folder: string): CleanManifest => CleanManifest.parse(JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')))
const filesIn = (folder: string): Record<string, string> => Object.fromEntries(readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort().filter(name => statSync(join(folder, name)).isFile()).map(name => [name, sha256(readFileSync(join(folder, name)))]))

async function start(records: readonly unknown[] = Array.from({ length: 6 }, (_, i) => mmeditRecord(i))) {
  const study = await temporaryStudy()
  const source = temporaryFolder()
  const dataset = await importDataset(study, { file: putDataset(source, records), name: 'edits' })
  return { study, source, dataset, ...bench(study) }
}

const shown = ({ probes }: EditRecord): string[] => Object.keys(probes)
const rephrase = (prompt: string): { fix: Fix } => ({ fix: { prompt } })

describe('policies', () => {
  async function audited() {
    const all = await start()
    await all.say(all.dataset.id,
      ['ann', 0, 'textRephrase', 'reject', { reason: 'meaning-changed', note: 'another animal' }],
      ['ann', 1, 'textRephrase', 'fix', rephrase('Which thing is it then?')],
      ['ann', 2, 'textRephrase', 'keep'], ['bob', 2, 'textRephrase', 'keep'],
      ['ann', 3, 'textRephrase', 'keep'], ['bob', 3, 'textRephrase', 'reject'],
      ['ann', 4, 'imageRephrase', 'unsure'], ['ann', 5, 'unrelatedText', 'reject'])
    return all
  }

  it.each<[CleanRequest['counts'], (string | undefined)[], number, number]>([
    ['without-rejected', [undefined, undefined, 'Which thing is number 2?', 'Which thing is number 3?', 'Which thing is number 4?', 'Which thing is number 5?'], 2, 0],
    ['with-fixes', [undefined, 'Which thing is it then?', 'Which thing is number 2?', 'Which thing is number 3?', 'Which thing is number 4?', 'Which thing is number 5?'], 1, 1],
    ['double-kept', [undefined, undefined, 'Which thing is number 2?', undefined, undefined, undefined], 11, 0],
  ])('%s', async (counts, texts, removedProbes, fixedProbes) => {
    const { study, dataset, clean } = await audited()
    const made = await clean(dataset, { counts })
    expect(made).toMatchObject({ removedProbes, fixedProbes, records: 6, removedRecords: 0 })
    const list = JSON.parse(readFileSync(made.file, 'utf8')) as Record<string, unknown>[]
    expect(list.map(({ rephrase: text }) => text)).toEqual(texts)
    // The audit is not about unrelated texts: what was said of one changes nothing.
    expect(list[5]!.loc).toBe('nq question: who was king 5')
    const again = await importDataset(study, { file: made.file })
    const expected = recordsOf(study, dataset).map((record, i): EditRecord => {
      const { textRephrase, imageRephrase, ...others } = record.probes
      const text = texts[i] === undefined ? {} : { textRephrase: [{ ...textRephrase![0]!, prompt: texts[i] }] }
      return { ...record, probes: { ...text, ...(counts === 'double-kept' ? {} : { imageRephrase: imageRephrase! }), ...others } }
    })
    expect(recordsOf(study, again)).toEqual(expected)
    expect({ ...again, id: 0, importedAt: 0, problemCount: 0 }).toEqual({ ...dataset, id: 0, importedAt: 0, problemCount: 0, name: `edits ${{ 'without-rejected': 'without rejected', 'with-fixes': 'with fixes', 'double-kept': 'double-kept' }[counts]}`, source: made.file })
    expect(problemsOf(study, again).map(({ index, field, severity }) => ({ index, field, severity }))).toEqual(
      expected.flatMap((record, index) => [...(record.probes.textRephrase ? [] : ['rephrase']), ...(record.probes.imageRephrase ? [] : ['image_rephrase'])].map(field => ({ index, field, severity: 'odd' }))))
  })

  it('leaves records out whole and keeps the ids of the others through the manifest', async () => {
    const { study, dataset, clean } = await audited()
    const made = await clean(dataset, { counts: 'without-rejected', whole: true })
    expect(made).toMatchObject({ records: 4, removedRecords: 2, removedProbes: 8 })
    expect(manifestIn(made.folder).ids).toEqual(['00002', '00003', '00004', '00005'])
    const again = await importDataset(study, { file: made.file })
    expect(recordsOf(study, again)).toEqual(recordsOf(study, dataset).slice(2).map((record, index) => ({ ...record, index })))
    expect(again.problemCount).toBe(0)
  })

  it('says what would be left if that is nothing', async () => {
    const { dataset, clean, say, study } = await start([mmeditRecord(0)])
    await say(dataset.id, ['ann', 0, 'textRephrase', 'reject'])
    await expect(clean(dataset, { whole: true })).rejects.toThrow('No record of dataset \'edits\' would be left.')
    expect(readdirSync(study.layout.exports)).toEqual([])
  })

  it('does not follow decisions about what the dataset no longer holds', async () => {
    const { dataset, clean, say } = await start()
    await say(dataset.id, ['ann', 0, 'textRephrase', 'reject', { content: 'something else' }])
    expect(await clean(dataset)).toMatchObject({ removedProbes: 0, notes: ['No probe leaves and none is fixed: the file holds what the dataset holds.'] })
  })
})

describe('pictures', () => {
  async function withPicture() {
    const all = await start()
    const other = join(import.meta.dirname, '../../../resources/sample-study/images/eval/00002.png')
    const { hash } = await all.own.add('other.png', readFileSync(other))
    await all.say(all.dataset.id, ['ann', 1, 'imageRephrase', 'fix', { fix: { image: hash } }])
    return { ...all, hash, other }
  }

  it('one rephrase root holds the fixed ones and links to the others', async () => {
    const { study, source, dataset, clean, hash } = await withPicture()
    const made = await clean(dataset)
    const list = JSON.parse(readFileSync(made.file, 'utf8')) as Record<string, string>[]
    expect(list.map(one => one.image_rephrase)).toEqual(list.map((_, i) => i === 1 ? `fixed/${hash}.png` : 'val2014/b.png'))
    const linked = join(made.folder, 'pictures/rephrase/val2014/b.png')
    expect(statSync(linked).ino).toBe(statSync(join(source, 'val2014/b.png')).ino)
    expect(sha256(readFileSync(join(made.folder, 'pictures/rephrase/fixed', `${hash}.png`)))).toBe(hash)
    expect(readdirSync(join(made.folder, 'pictures/rephrase/val2014'))).toEqual(['b.png'])
    expect(manifestIn(made.folder)).toMatchObject({ imageRoots: { rephrase: 'pictures/rephrase' }, pictures: { rephrase: { linked: 1, fixed: [{ file: `fixed/${hash}.png`, sha256: hash }] } } })
    const again = await importDataset(study, { file: made.file })
    expect(again.imageRoots).toEqual({ image: dataset.imageRoots.image, rephrase: join(made.folder, 'pictures/rephrase') })
    expect(again.problemCount).toBe(0)
    // What is exported from there holds the same bytes: pictures that were fixed once are pictures like others.
    const next = await clean(again)
    expect(readFileSync(next.file, 'utf8')).toBe(readFileSync(made.file, 'utf8'))
  })

  it('of unrelated questions are fixed under the image root, and only there', async () => {
    const { study, dataset, clean, say, own } = await start()
    await writeAuditSettings(study, dataset.id, AuditSettings.parse({ kinds: ['unrelatedImage', 'unrelatedText'] }))
    const { hash } = await own.add('other.png', readFileSync(join(import.meta.dirname, '../../../resources/sample-study/images/eval/00002.png')))
    await say(dataset.id, ['ann', 1, 'unrelatedImage', 'fix', { fix: { image: hash, prompt: 'What game is it?' } }], ['ann', 2, 'unrelatedText', 'fix', { fix: { image: hash } }])
    const made = await clean(dataset)
    expect(made).toMatchObject({ fixedProbes: 1, removedProbes: 1 })
    const list = JSON.parse(readFileSync(made.file, 'utf8')) as Record<string, string>[]
    expect(list[1]).toMatchObject({ m_loc: `fixed/${hash}.png`, m_loc_q: 'What game is it?', m_loc_a: 'riding', image: 'val2014/a.png' })
    expect(list[2]).not.toHaveProperty('loc')
    expect(made.notes[0]).toBe('Record \'00002\': its unrelated text leaves although it was fixed, for its fix has a picture, and the probe has none.')
    // Edits and unrelated pictures share a root: both are in the folder.
    expect(readdirSync(join(made.folder, 'pictures/image/val2014'))).toEqual(['a.png', 'c.png'])
    const again = await importDataset(study, { file: made.file })
    expect(again.imageRoots).toEqual({ image: join(made.folder, 'pictures/image'), rephrase: dataset.imageRoots.rephrase })
    expect(problemsOf(study, again).map(({ index, field }) => [index, field])).toEqual([[2, 'loc'], [2, 'loc_ans']])
  })

  it('that are missing at the source are told of, and one in the way of a fixed one is not overwritten', async () => {
    const { study, source, dataset, clean, hash } = await withPicture()
    rmSync(join(source, 'val2014/b.png'))
    const made = await clean(dataset)
    expect(made.notes[0]).toBe('1 picture was missing at the source and could not be put beside the dataset.')
    put(join(source, `fixed/${hash}.png`), 'another picture')
    const records = Array.from({ length: 3 }, (_, i) => mmeditRecord(i, i === 0 ? { image_rephrase: `fixed/${hash}.png` } : {}))
    const odd = await importDataset(study, { file: put(join(source, 'vqa_odd.json'), JSON.stringify(records)), name: 'odd' })
    const tools = bench(study)
    await tools.say(odd.id, ['ann', 1, 'imageRephrase', 'fix', { fix: { image: hash as ImageHash } }])
    await expect(tools.clean(odd)).rejects.toThrow(`The picture 'fixed/${hash}.png' of the folder 'rephrase' has the name of a fixed one and is another picture.`)
    expect(readdirSync(study.layout.exports)).toEqual(['edits-with-fixes'])
  })

  it('leave with their probe, and it is said, where the fix\'s picture is not in the study', async () => {
    const { study, dataset, clean } = await withPicture()
    rmSync(study.layout.pictures, { recursive: true })
    const made = await clean(dataset)
    expect(made).toMatchObject({ removedProbes: 1, fixedProbes: 0 })
    expect(made.notes.join(' ')).toMatch(/Record '00001': its image rephrase leaves although it was fixed, for the picture of its fix .* is not in the study\./)
  })

  it('leave where MMEdit has no word for a fix: a question beside an image rephrase', async () => {
    const { dataset, clean, say } = await start()
    await say(dataset.id, ['ann', 2, 'imageRephrase', 'fix', rephrase('what now?')])
    const made = await clean(dataset)
    expect(made).toMatchObject({ removedProbes: 1, fixedProbes: 0 })
    expect(made.notes[0]).toBe('Record \'00002\': its image rephrase leaves although it was fixed, for its fix asks for an image rephrase with a question of its own, which the file cannot say.')
    expect(readFileSync(join(made.folder, 'diff.md'), 'utf8')).toContain('removed (fixed by one annotator; it leaves all the same, for its fix asks for')
  })
})

describe('files', () => {
  it('are the same bytes for the same data, and an export that is there is left alone', async () => {
    const { study, dataset, clean, say } = await start()
    await say(dataset.id, ['ann', 0, 'textRephrase', 'reject'])
    const first = await clean(dataset)
    const before = filesIn(first.folder)
    expect(Object.keys(before)).toEqual(['decisions.csv', 'diff.md', 'edits_vqa.json', 'manifest.json'])
    expect(await clean(dataset)).toMatchObject({ folder: first.folder })
    expect(readdirSync(study.layout.exports)).toEqual(['edits-with-fixes'])
    // Made anew elsewhere in time, by another process: the same.
    rmSync(first.folder, { recursive: true })
    const again = await bench(study).clean(dataset)
    expect(filesIn(again.folder)).toEqual(before)
    await say(dataset.id, ['ann', 1, 'textRephrase', 'reject'])
    expect((await clean(dataset)).folder).toBe(`${first.folder}-2`)
    expect(filesIn(first.folder)).toEqual(before)
  })

  it('are told of before they are written', async () => {
    const { study, dataset, clean, say } = await start()
    await say(dataset.id, ['ann', 0, 'textRephrase', 'reject'], ['ann', 1, 'textRephrase', 'fix', rephrase('x')])
    for (const change of [{}, { whole: true }, { counts: 'double-kept' as const }, { counts: 'without-rejected' as const, name: 'A b' }]) {
      const told = await clean(dataset, { ...change, keep: false })
      expect(readdirSync(study.layout.exports)).toEqual([])
      expect(await clean(dataset, change)).toEqual({ ...told, kept: true })
      rmSync(told.folder, { recursive: true })
    }
  })

  it('a manifest tells hashes, people, reasons and settings', async () => {
    const { study, source, dataset, clean, say } = await start()
    await writeAuditSettings(study, dataset.id, AuditSettings.parse({ guidelines: 'Be fair.' }))
    await say(dataset.id, ['ann', 0, 'textRephrase', 'reject', { reason: 'unsafe' }], ['bob', 0, 'textRephrase', 'keep'], ['cy', 0, 'textRephrase', 'reject', { reason: 'unsafe', role: 'adjudicator' }], ['ann', 1, 'textRephrase', 'fix', rephrase('x')], ['ann', 2, 'textRephrase', 'reject', { reason: 'unsafe' }], ['bob', 2, 'textRephrase', 'reject', { reason: 'other' }])
    const made = await clean(dataset, { name: '../My Set!' })
    expect(basename(made.folder)).toBe('my-set')
    const manifest = manifestIn(made.folder)
    expect(manifest).toMatchObject({
      source: { dataset: 'edits', file: 'vqa_eval.json', fileSha256: sha256(readFileSync(join(source, 'vqa_eval.json'))), recordsSha256: sha256(readFileSync(study.layout.dataset(dataset.id).records)), records: 6 },
      policy: { counts: 'with-fixes', whole: false },
      states: { reject: 2, fix: 1, undecided: 9 },
      reasons: { 'unsafe': 1, '(none in common)': 1 },
      annotators: [{ name: 'ann', decisions: 3, keep: 0, reject: 2, fix: 1, unsure: 0 }, { name: 'bob', decisions: 2, keep: 1, reject: 1 }],
      adjudicators: [{ name: 'cy', decisions: 1, reject: 1 }],
      decisions: { lines: 6, held: 6 },
      settings: { guidelinesSha256: sha256('Be fair.') },
      command: 'npx mmedit audits export --dataset edits --counts with-fixes --name my-set',
      ids: null,
    })
    for (const { file, sha256: hash } of manifest.files)
      expect(sha256(readFileSync(join(made.folder, file)))).toBe(hash)
    expect(manifest.kinds.find(({ kind }) => kind === 'textRephrase')).toEqual({ kind: 'textRephrase', audited: true, probes: 6, removed: 2, fixed: 1, kept: 3 })
    expect(readFileSync(made.file, 'utf8')).not.toContain(source)
  })

  it('the diff can be read', async () => {
    const { dataset, clean, say } = await start()
    await say(dataset.id, ['ann', 0, 'textRephrase', 'reject', { reason: 'meaning-changed', note: 'an *other*\nanimal' }], ['ann', 1, 'textRephrase', 'fix', rephrase('Which is it?')])
    const made = await clean(dataset)
    const diff = readFileSync(join(made.folder, 'diff.md'), 'utf8')
    expect(diff.slice(diff.indexOf('## Record 00000'))).toBe(`## Record 00000

“What is number 0?” → “cat 0”

- **text rephrase** removed (rejected by one annotator: meaning changed)
  - text: “Which thing is number 0?”, expected “cat 0”
  - ann: reject, meaning changed. “an \\*other\\* animal”

## Record 00001

“What is number 1?” → “cat 1”

- **text rephrase** fixed (fixed by one annotator)
  - text: “Which thing is number 1?” → “Which is it?”
  - ann: fix
`)
    expect(diff).toContain('1 probe removed, 1 probe fixed, 0 records removed; 6 records left.')
  })

  it('decisions are CSV with what holds on every line', async () => {
    const { dataset, cases, say } = await start()
    await say(dataset.id, ['ann', 1, 'textRephrase', 'fix', { fix: { prompt: 'a "b", c' }, note: '=HYPERLINK("x")', seconds: 1.5 }], ['bob', 0, 'imageRephrase', 'keep', { flag: true, content: 'old' }], ['ann', 0, 'textRephrase', 'none', { note: 'hm' }])
    const { text, count, file } = await cases.decisions({ dataset: dataset.id, keep: true })
    expect(count).toBe(3)
    expect(readFileSync(file, 'utf8')).toBe(text)
    expect(text.split('\r\n')).toEqual([
      'dataset,record,kind,index,annotator,role,decision,reason,fix_prompt,fix_image,note,flag,seconds,at,stale,final_state,final_by',
      'edits,00000,textRephrase,0,ann,annotator,none,,,,hm,false,,2026-01-01T00:00:03.000Z,false,undecided,nobody',
      'edits,00000,imageRephrase,0,bob,annotator,keep,,,,,true,,2026-01-01T00:00:02.000Z,true,stale,nobody',
      'edits,00001,textRephrase,0,ann,annotator,fix,,"a ""b"", c",,"\'=HYPERLINK(""x"")",false,1.5,2026-01-01T00:00:01.000Z,false,fix,one',
      '',
    ])
    rmSync(file)
    await cases.decisions({ dataset: dataset.id, keep: false })
    expect(existsSync(file)).toBe(false)
  })

  it('nothing is left of an export that cannot be written', async () => {
    const { study, dataset, clean } = await start()
    rmSync(study.layout.exports, { recursive: true })
    writeFileSync(study.layout.exports, '')
    await expect(clean(dataset)).rejects.toThrow('There is a file where the folder should be. Move it away.')
    rmSync(study.layout.exports)
    mkdirSync(study.layout.exports)
    if (process.getuid?.() !== 0 && process.platform !== 'win32') {
      chmodSync(study.layout.exports, 0o500)
      await expect(clean(dataset)).rejects.toThrow('The folder may not be written.')
      chmodSync(study.layout.exports, 0o700)
    }
    put(join(study.layout.exports, 'edits-with-fixes'), 'a file of that name')
    expect(basename((await clean(dataset)).folder)).toBe('edits-with-fixes-2')
  })
})

describe('import', () => {
  it('takes name, roots and licences from the manifest beside, unless the request says otherwise', async () => {
    const { study, source, dataset, clean } = await start()
    const made = await clean(dataset)
    expect(await importDataset(study, { file: made.file })).toMatchObject({ id: 'edits-with-fixes', name: 'edits with fixes', imageRoots: { image: source, rephrase: source }, problemCount: 0 })
    const other = temporaryFolder()
    put(join(other, 'val2014/a.png'), png())
    expect(await importDataset(study, { file: made.file, imageRoot: other, name: 'mine' })).toMatchObject({ name: 'mine', imageRoots: { image: other, rephrase: other } })
    expect(await importDataset(study, { file: made.file, rephraseRoot: other })).toMatchObject({ imageRoots: { image: source, rephrase: other } })
  })

  it('says so where the file was changed since', async () => {
    const { study, dataset, clean } = await start()
    const made = await clean(dataset)
    writeFileSync(made.file, readFileSync(made.file, 'utf8').replace('number 3?', 'number three?'))
    const again = await importDataset(study, { file: made.file })
    expect(problemsOf(study, again)).toEqual([{ file: 'edits_vqa.json', severity: 'odd', reason: 'The file is not as it was exported: its SHA-256 is not the one in \'manifest.json\'. Its records are taken as they are.' }])
    expect(recordsOf(study, again)[3]!.edit.prompt).toBe('What is number three?')
  })

  it('a manifest of something else is none', async () => {
    const { study } = await start()
    const folder = temporaryFolder()
    const file = putDataset(folder, [mmeditRecord(1)])
    for (const text of ['{}', 'not JSON', '{"mmedit":1,"kind":"cleaned dataset"}']) {
      put(join(folder, 'manifest.json'), text)
      expect((await importDataset(study, { file })).imageRoots).toEqual({ image: folder, rephrase: folder })
    }
  })

  it('keeps ids where the source had records that were dropped, and says what it did not hold', async () => {
    const { study, dataset, clean } = await start([mmeditRecord(0, { extra: 1 }), { src: 'no target' }, mmeditRecord(2)])
    const made = await clean(dataset)
    expect(made.notes.slice(1)).toEqual(['The import dropped 1 record of the source; they are not in this file.', 'Of the source: 1 record has the extra key "extra", which is not read. It is not in this file.'])
    const again = await importDataset(study, { file: made.file })
    expect(recordsOf(study, again).map(({ id }) => id)).toEqual(['00000', '00002'])
    expect(readFileSync((await clean(again)).file, 'utf8')).toBe(readFileSync(made.file, 'utf8'))
    expect((await getDataset(study, again.id)).recordCount).toBe(2)
    expect(recordsOf(study, again).flatMap(shown)).toHaveLength(8)
  })
})
