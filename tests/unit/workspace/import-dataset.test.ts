import { existsSync, readFileSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { DatasetId } from '../../../src/preload/contract/identifiers.ts'
import type { Problem } from '../../../src/preload/contract/records.ts'
import { getDataset, listDatasets, openDataset, removeDataset } from '../../../src/main/workspace/datasets.ts'
import { importDataset } from '../../../src/main/workspace/import-dataset.ts'
import { mmeditRecord, put, putDataset, temporaryFolder, temporaryStudy } from './study.ts'
import type { Study } from '../../../src/main/workspace/open-workspace.ts'

async function problemsOf(study: Study, id: string): Promise<Problem[]> {
  const { problems } = await openDataset(study, id)
  await problems.refresh()
  return problems.read([...Array(problems.count()).keys()])
}

describe('importing a dataset', () => {
  it('writes records, problems and where they came from', async () => {
    const study = await temporaryStudy()
    const folder = temporaryFolder()
    const file = putDataset(folder, [mmeditRecord(0), mmeditRecord(1, { alt: '' }), mmeditRecord(2)])
    const dataset = await importDataset(study, { file })
    expect(dataset).toMatchObject({ id: 'vqa-eval', name: 'vqa_eval', format: 'mmedit', task: 'e-vqa', source: file, imageRoots: { image: folder, rephrase: folder }, recordCount: 2, problemCount: 1 })
    expect(await getDataset(study, 'vqa-eval')).toEqual(dataset)
    const { records } = await openDataset(study, 'vqa-eval')
    await records.refresh()
    expect((await records.read([0, 1])).map(({ id, index }) => [id, index])).toEqual([['00000', 0], ['00002', 2]])
    expect(await problemsOf(study, 'vqa-eval')).toEqual([{ file: 'vqa_eval.json', index: 1, field: 'alt', severity: 'dropped', reason: expect.stringContaining('empty') }])
    expect(readdirSync(study.layout.datasets)).toEqual(['vqa-eval'])
  })

  it('gives a second import of the same name an id of its own, also when both run at once', async () => {
    const study = await temporaryStudy()
    const file = putDataset(temporaryFolder(), [mmeditRecord(0)])
    const ids = [(await importDataset(study, { file, name: 'Été: VQA!' })).id]
    for (const { id } of await Promise.all([1, 2, 3].map(async () => importDataset(study, { file, name: 'Été: VQA!' }))))
      ids.push(id)
    expect([...ids].sort()).toEqual(['ete-vqa', 'ete-vqa-2', 'ete-vqa-3', 'ete-vqa-4'])
    expect((await listDatasets(study)).datasets.map(({ id }) => id)).toEqual(['ete-vqa', 'ete-vqa-2', 'ete-vqa-3', 'ete-vqa-4'])
  })

  it('replaces a dataset as a whole when asked to', async () => {
    const study = await temporaryStudy()
    const folder = temporaryFolder()
    await importDataset(study, { file: putDataset(folder, [mmeditRecord(0)]), name: 'one' })
    await importDataset(study, { file: putDataset(folder, [mmeditRecord(0), mmeditRecord(1)]), name: 'one' }, { replace: DatasetId.parse('one') })
    expect((await listDatasets(study)).datasets.map(({ id, recordCount }) => [id, recordCount])).toEqual([['one', 2]])
  })

  it('leaves nothing behind when it is stopped or fails', async () => {
    const study = await temporaryStudy()
    const folder = temporaryFolder()
    const file = putDataset(folder, Array.from({ length: 2500 }, (_, i) => mmeditRecord(i)))
    const stop = new AbortController()
    await expect(importDataset(study, { file }, { signal: stop.signal, progress: () => stop.abort(new Error('stopped by the user')) })).rejects.toThrow('stopped by the user')
    expect(readdirSync(study.layout.datasets)).toEqual([])

    const useless = put(join(folder, 'vqa_none.json'), JSON.stringify([mmeditRecord(0, { alt: '' })]))
    await expect(importDataset(study, { file: useless })).rejects.toThrow('File \'vqa_none.json\' holds no usable record (1 problems; the first: \'alt\' is empty')
    expect(readdirSync(study.layout.datasets)).toEqual([])
  })

  it('refuses what cannot be read at all, in one sentence each', async () => {
    const study = await temporaryStudy()
    const folder = temporaryFolder()
    const file = putDataset(folder, [mmeditRecord(0)])
    await expect(importDataset(study, { file: join(folder, 'none.json') })).rejects.toThrow('does not exist. Check the path.')
    await expect(importDataset(study, { file: folder })).rejects.toThrow('is not a file')
    await expect(importDataset(study, { file, imageRoot: join(folder, 'nowhere') })).rejects.toThrow(`Image root '${join(folder, 'nowhere')}' (for image paths) is not a folder.`)
    await expect(importDataset(study, { file, format: 'nope' })).rejects.toThrow('Unknown dataset format \'nope\'. Known: mmedit.')
    await expect(importDataset(study, { file: put(join(folder, 'a.csv'), 'a,b\n'), format: 'mmedit' })).rejects.toThrow('File \'a.csv\' does not look like MMEdit')
    await expect(importDataset(study, { file: put(join(folder, 'a.json'), '') })).rejects.toThrow('is empty. Is the download complete?')
    await expect(importDataset(study, { file: put(join(folder, 'b.json'), Buffer.from([0x1F, 0x8B, 8])) })).rejects.toThrow('It is compressed')
    await expect(importDataset(study, { file: put(join(folder, 'c.json'), Buffer.from('\uFEFF[]', 'utf16le')) })).rejects.toThrow('UTF-16')
    await expect(importDataset(study, { file: put(join(folder, 'd.json'), '{"src":1}') })).rejects.toThrow('It holds one JSON object')
    await expect(importDataset(study, { file: put(join(folder, 'e.json'), '[{"a":1}]') })).rejects.toThrow('has no known dataset format')
    expect(readdirSync(study.layout.datasets)).toEqual([])
  })

  it('guesses the task from the prompts and says so', async () => {
    const study = await temporaryStudy()
    const folder = temporaryFolder()
    const questions = await importDataset(study, { file: putDataset(folder, [mmeditRecord(0)], 'mine.json') })
    expect(questions.task).toBe('e-vqa')
    expect(await problemsOf(study, questions.id)).toEqual([{ file: 'mine.json', severity: 'odd', reason: expect.stringContaining('1 of the first 1 prompts end with \'?\', so the records were read as E-VQA') }])
    const captions = await importDataset(study, { file: putDataset(folder, [mmeditRecord(0, { src: 'a photo of' })], 'other.json') })
    expect(captions.task).toBe('e-ic')
    expect((await importDataset(study, { file: putDataset(folder, [mmeditRecord(0)], 'caption_eval_edit.json') })).task).toBe('e-ic')
  })

  it.skipIf(process.platform === 'win32')('drops records whose pictures lead out of the root through a link, and keeps links that stay inside', async () => {
    const study = await temporaryStudy()
    const folder = temporaryFolder()
    const outside = temporaryFolder()
    put(join(outside, 'secret.png'), 'secret')
    const file = putDataset(folder, [
      mmeditRecord(0),
      mmeditRecord(1, { image: 'val2014/leak.png' }),
      mmeditRecord(2, { m_loc: 'door/secret.png' }),
      mmeditRecord(3, { image: 'val2014/inside.png' }),
      mmeditRecord(4, { image: 'val2014' }),
      mmeditRecord(5, { image: 'val2014/a.png/x.png' }),
      mmeditRecord(6, { image: './/val2014\\a.png' }),
    ])
    symlinkSync(join(outside, 'secret.png'), join(folder, 'val2014', 'leak.png'))
    symlinkSync(outside, join(folder, 'door'))
    symlinkSync(join(folder, 'val2014', 'a.png'), join(folder, 'val2014', 'inside.png'))
    const dataset = await importDataset(study, { file })
    expect((await problemsOf(study, dataset.id)).map(({ index, severity, field }) => [index, severity, field])).toEqual([
      [1, 'dropped', 'edit'],
      [2, 'dropped', 'unrelatedImage'],
      [4, 'odd', 'edit'],
      [5, 'odd', 'edit'],
    ])
    expect(dataset.recordCount).toBe(5)
  })

  it('imports 10,000 records in a few seconds with flat memory', async () => {
    const study = await temporaryStudy()
    const file = putDataset(temporaryFolder(), Array.from({ length: 10_000 }, (_, i) => mmeditRecord(i, { note: 'x'.repeat(500) })), 'vqa_train.json')
    const before = process.memoryUsage().heapUsed
    const start = process.cpuUsage()
    let peak = 0
    const dataset = await importDataset(study, { file }, { progress: () => (peak = Math.max(peak, process.memoryUsage().heapUsed)) })
    expect(dataset.recordCount).toBe(10_000)
    // Processor time, not the clock: the machine may be shared with a training run.
    const { user, system } = process.cpuUsage(start)
    expect((user + system) / 1e6).toBeLessThan(5)
    expect(peak - before).toBeLessThan(120e6)
  })
})

describe('datasets of a study', () => {
  it('lists what is there and names what is broken', async () => {
    const study = await temporaryStudy()
    const file = putDataset(temporaryFolder(), [mmeditRecord(0)])
    await importDataset(study, { file, name: 'good' })
    put(join(study.layout.datasets, 'broken', 'dataset.json'), '{')
    put(join(study.layout.datasets, 'Not An Id', 'x'), '')
    const { datasets, broken } = await listDatasets(study)
    expect(datasets.map(({ id }) => id)).toEqual(['good'])
    expect(broken).toEqual([
      { folder: 'Not An Id', reason: expect.stringContaining('is not a dataset id') },
      { folder: 'broken', reason: expect.stringContaining('dataset.json\' is not JSON') },
    ])
    await expect(getDataset(study, '../runs')).rejects.toThrow('is not a dataset id')
    await expect(getDataset(study, 'none')).rejects.toThrow('The study has no dataset \'none\'. Known: Not An Id, broken, good.')
  })

  it('does not open one whose records are gone as if it were empty', async () => {
    const study = await temporaryStudy()
    const { id } = await importDataset(study, { file: putDataset(temporaryFolder(), [mmeditRecord(0)]) })
    rmSync(study.layout.dataset(id).records)
    await expect(openDataset(study, id)).rejects.toThrow(`Dataset 'vqa-eval' has lost its file '${study.layout.dataset(id).records}'. Put it back, or remove the dataset and import`)
  })

  it('removes the folder and nothing else', async () => {
    const study = await temporaryStudy()
    const file = putDataset(temporaryFolder(), [mmeditRecord(0)])
    const { id } = await importDataset(study, { file })
    expect(await removeDataset(study, id)).toBe(true)
    expect(await removeDataset(study, id)).toBe(false)
    expect(readdirSync(study.layout.datasets)).toEqual([])
    expect(existsSync(file)).toBe(true)
    expect(JSON.parse(readFileSync(file, 'utf8'))).toHaveLength(1)
  })
})
