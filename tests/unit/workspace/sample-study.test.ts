import { existsSync, readFileSync, rmSync, statSync } from 'node:fs'
import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { listDatasets, removeDataset } from '../../../src/main/workspace/datasets.ts'
import { dataHome, sampleStudyFolder } from '../../../src/main/workspace/home.ts'
import { getModel } from '../../../src/main/workspace/models.ts'
import { editorIds } from '../../../src/main/workspace/editors.ts'
import { openWorkspace } from '../../../src/main/workspace/open-workspace.ts'
import { openSampleStudy, sampleDatasets, sampleModelId } from '../../../src/main/workspace/sample-study.ts'
import type { SampleOptions } from '../../../src/main/workspace/sample-study.ts'
import { mmeditRecord, put, putDataset, temporaryFolder } from './study.ts'

const licences = [{ name: 'Noto Emoji', licence: 'Apache-2.0', url: 'https://example.org', attribution: 'Google' }]

/** A resources folder with one record a dataset, and the options to open it. */
function resources(): SampleOptions & { described: string[] } {
  const folder = join(temporaryFolder(), 'sample-study')
  putDataset(join(folder, 'images'), [], 'ignored.json')
  for (const { file } of sampleDatasets)
    put(join(folder, 'data', file), JSON.stringify([mmeditRecord(0)]))
  put(join(folder, 'licences.json'), JSON.stringify(licences))
  put(join(folder, 'model', 'config.json'), '{}')
  put(join(folder, 'model', 'model.safetensors'), 'weights')
  const described: string[] = []
  return {
    resources: folder,
    folder: join(temporaryFolder(), 'study'),
    described,
    describeEditor: path => Promise.resolve({ fingerprint: readFileSync(path, 'utf8') }),
    describeModel: async (path) => {
      described.push(path)
      return { name: 'from the folder', path, architecture: 'blip-2', parameterCount: 1, sizeBytes: statSync(join(path, 'model.safetensors')).size, dtype: 'float16', fingerprint: 'f' }
    },
  }
}

async function copied(folder: string): Promise<string> {
  const target = join(temporaryFolder(), 'copy')
  await cp(folder, target, { recursive: true })
  return target
}

describe('the sample study', () => {
  it('is made on first use with the model, the four datasets and their licences', async () => {
    const options = resources()
    const sentences: string[] = []
    const study = await openSampleStudy({ ...options, progress: sentence => sentences.push(sentence) })
    expect(study.name).toBe('Sample study')
    const { datasets, broken } = await listDatasets(study)
    expect(broken).toEqual([])
    expect(datasets.map(({ id, task, licences: own, imageRoots }) => ({ id, task, own, image: imageRoots.image }))).toEqual(
      ['e-ic-eval', 'e-ic-train', 'e-vqa-eval', 'e-vqa-train'].map(id => ({ id, task: id.startsWith('e-ic') ? 'e-ic' : 'e-vqa', own: licences, image: join(options.resources, 'images') })),
    )
    expect(datasets.map(({ problemCount }) => problemCount)).toEqual([0, 0, 0, 0])
    expect(await getModel(study, 'sample')).toMatchObject({ id: sampleModelId, name: 'sample', path: join(options.resources, 'model') })
    expect(sentences).toHaveLength(4)
    await study.close()
  })

  it('is opened again as it is, and made whole when something is gone', async () => {
    const options = resources()
    const first = await openSampleStudy(options)
    const before = readFileSync(first.layout.dataset(sampleDatasets[0].id).dataset, 'utf8')
    await first.close()
    const second = await openSampleStudy(options)
    expect(options.described).toHaveLength(1)
    expect(readFileSync(second.layout.dataset(sampleDatasets[0].id).dataset, 'utf8')).toBe(before)
    await removeDataset(second, sampleDatasets[1].id)
    await second.close()
    const third = await openSampleStudy(options)
    expect((await listDatasets(third)).datasets).toHaveLength(4)
    await third.close()
  })

  it('is refreshed when the records, the model or the place change; runs and other datasets stay', async () => {
    const options = resources()
    const study = await openSampleStudy(options)
    const note = put(join(study.layout.runs, 'mine', 'run.json'), '{}')
    await study.close()
    const vqa = async (from: SampleOptions): Promise<unknown> => {
      const opened = await openSampleStudy(from)
      const { datasets } = await listDatasets(opened)
      const model = await getModel(opened, 'sample')
      await opened.close()
      expect(datasets).toHaveLength(4)
      return { records: datasets.find(({ id }) => id === 'e-vqa-eval')?.recordCount, sizeBytes: model.sizeBytes, image: datasets[0]?.imageRoots.image, path: model.path }
    }
    put(join(options.resources, 'data', 'vqa_eval.json'), JSON.stringify([mmeditRecord(0), mmeditRecord(1)]))
    expect(await vqa(options)).toMatchObject({ records: 2, sizeBytes: 7 })
    put(join(options.resources, 'model', 'model.safetensors'), 'retrained')
    expect(await vqa(options)).toMatchObject({ records: 2, sizeBytes: 9 })
    const moved = join(temporaryFolder(), 'moved')
    await cp(options.resources, moved, { recursive: true })
    rmSync(options.resources, { recursive: true })
    expect(await vqa({ ...options, resources: moved })).toMatchObject({ image: join(moved, 'images'), path: join(moved, 'model') })
    expect(existsSync(note)).toBe(true)
  })

  it('brings its trained editors, those that fit the model, and leaves own ones alone', async () => {
    const options = resources()
    put(join(options.resources, 'editors', 'mend-text.safetensors'), 'f')
    put(join(options.resources, 'editors', 'ke-text.safetensors'), 'of an earlier model')
    put(join(options.resources, 'editors', 'README.md'), 'f')
    const sentences: string[] = []
    const study = await openSampleStudy({ ...options, progress: sentence => sentences.push(sentence) })
    expect(await editorIds(study)).toEqual(['mend-text-shipped'])
    expect(sentences.at(-1)).toBe('Editor \'ke-text.safetensors\' of the sample study was trained on another checkpoint and is left out.')
    put(study.layout.editor('mine'), 'f')
    await study.close()
    // A new release brings another one.
    put(join(options.resources, 'editors', 'ke-text.safetensors'), 'f')
    const again = await openSampleStudy(options)
    expect(await editorIds(again)).toEqual(['ke-text-shipped', 'mend-text-shipped', 'mine'])
    await again.close()
    // Nothing was imported again for it.
    expect(options.described).toHaveLength(1)
    // Another model: what was trained on the first one goes, except what is one's own.
    const retrained = await openSampleStudy({ ...options, describeModel: async path => ({ ...await options.describeModel(path), fingerprint: 'g' }), resources: await copied(options.resources) })
    expect(await editorIds(retrained)).toEqual(['mine'])
    await retrained.close()
  })

  it('does a refresh again that was interrupted', async () => {
    const options = resources()
    let fail = true
    const describeModel: SampleOptions['describeModel'] = async (path) => {
      if (fail)
        throw new Error('no model today')
      return options.describeModel(path)
    }
    await expect(openSampleStudy({ ...options, describeModel })).rejects.toThrow('no model today')
    fail = false
    const study = await openSampleStudy({ ...options, describeModel })
    expect((await listDatasets(study)).datasets).toHaveLength(4)
    await study.close()
  })

  it('is refreshed before reading, unless another program is writing it', async () => {
    const options = resources()
    await (await openSampleStudy(options)).close()
    put(join(options.resources, 'data', 'vqa_eval.json'), JSON.stringify([mmeditRecord(0), mmeditRecord(1)]))
    const count = async (): Promise<number | undefined> => {
      const study = await openSampleStudy({ ...options, access: 'read', progress: sentence => sentences.push(sentence) })
      return (await listDatasets(study)).datasets.find(({ id }) => id === 'e-vqa-eval')?.recordCount
    }
    const sentences: string[] = []
    const writer = await openWorkspace(options.folder)
    expect(await count()).toBe(1)
    expect(sentences).toEqual([expect.stringContaining('read as it is: The study is open in another MMEdit Workbench')])
    await writer.close()
    expect(await count()).toBe(2)
  })

  it('says what is missing of the resources', async () => {
    const options = resources()
    rmSync(join(options.resources, 'images'), { recursive: true })
    await expect(openSampleStudy(options)).rejects.toThrow(`The sample study's folder '${join(options.resources, 'images')}' is missing. Its pictures are drawn by the build; run npm start once.`)
  })
})

describe('the user\'s data folder', () => {
  it.skipIf(process.platform === 'win32').each([
    [{ MMEDIT_HOME: '/there' }, 'linux', '/there'],
    [{}, 'linux', '/home/me/.local/share/mmedit-workbench'],
    [{ XDG_DATA_HOME: '/data' }, 'linux', '/data/mmedit-workbench'],
    [{ XDG_DATA_HOME: 'relative' }, 'linux', '/home/me/.local/share/mmedit-workbench'],
    [{}, 'darwin', '/home/me/Library/Application Support/mmedit-workbench'],
    [{ APPDATA: '/appdata' }, 'win32', '/appdata/mmedit-workbench'],
  ])('%j on %s is %s', (env, platform, folder) => {
    expect(dataHome(env, platform, '/home/me')).toBe(folder)
    expect(sampleStudyFolder(folder)).toBe(`${folder}/sample-study`)
  })
})
