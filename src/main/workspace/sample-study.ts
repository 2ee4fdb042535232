// The sample study: made on first use from the resources that come with the program, refreshed when they change; runs and own editors stay.
import { createHash } from 'node:crypto'
import { open, readFile, readdir, stat } from 'node:fs/promises'
import { basename, extname, join, resolve } from 'node:path'
import { Dataset } from '../../preload/contract/datasets.ts'
import { DatasetId, ModelId } from '../../preload/contract/identifiers.ts'
import type { Model } from '../../preload/contract/models.ts'
import { messageOf } from '../base/errors.ts'
import { listDatasets } from './datasets.ts'
import { editorIds, putEditor, removeEditor } from './editors.ts'
import { importDataset } from './import-dataset.ts'
import { readJsonFile, writeJsonFile } from './json-file.ts'
import { addModel, getModel, listModels } from './models.ts'
import { openWorkspace } from './open-workspace.ts'
import type { Study } from './open-workspace.ts'

export const sampleModelId = ModelId.parse('sample')

/** Dataset id → the file of resources/sample-study/data it is imported from. */
export const sampleDatasets = [
  { id: DatasetId.parse('e-vqa-train'), file: 'vqa_train.json' },
  { id: DatasetId.parse('e-vqa-eval'), file: 'vqa_eval.json' },
  { id: DatasetId.parse('e-ic-train'), file: 'caption_train_edit.json' },
  { id: DatasetId.parse('e-ic-eval'), file: 'caption_eval_edit.json' },
] as const

const Licences = Dataset.shape.licences.unwrap()

export interface SampleOptions {
  /** The folder resources/sample-study that came with the program. */
  readonly resources: string
  /** Where the study is or will be, see `sampleStudyFolder`. */
  readonly folder: string
  /** Reads a checkpoint folder's facts (config and tensor headers only). */
  readonly describeModel: (path: string) => Promise<Omit<Model, 'id'>>
  /** Reads the fingerprint of the checkpoint that a shipped editor was trained on; rejects for a file that is none. */
  readonly describeEditor: (path: string) => Promise<{ readonly fingerprint: string }>
  /** `read` opens an existing sample study beside a program that writes it. Default: write. */
  readonly access?: 'write' | 'read'
  readonly progress?: (sentence: string) => void
}

/** First 64 KiB: header and some weights, enough to see that another checkpoint was put there. */
async function headOf(path: string): Promise<Uint8Array> {
  const handle = await open(path, 'r')
  try {
    const head = Buffer.alloc(64 * 1024)
    const { bytesRead } = await handle.read(head, 0, head.length, 0)
    return head.subarray(0, bytesRead)
  }
  finally {
    await handle.close()
  }
}

async function filesUnder(folder: string): Promise<number> {
  return (await readdir(folder, { recursive: true }).catch(() => [])).length
}

/** Trained editors that come with the program, by file name. */
async function shippedEditors(resources: string): Promise<string[]> {
  return (await readdir(join(resources, 'editors')).catch(() => [])).filter(name => extname(name) === '.safetensors').sort()
}

/** Under its own id, so that it never takes the place of an editor that was trained here. */
export const shippedEditorId = (file: string): string => `${basename(file, extname(file))}-shipped`

/** Copies those that fit the model; others were trained on an earlier one and are left out, also where they were copied before. @returns their ids. */
async function copyEditors(study: Study, resources: string, fingerprint: string, { describeEditor, progress }: SampleOptions): Promise<string[]> {
  const ids: string[] = []
  for (const name of await shippedEditors(resources)) {
    const file = join(resources, 'editors', name)
    try {
      if ((await describeEditor(file)).fingerprint === fingerprint) {
        await putEditor(study, shippedEditorId(name), file)
        ids.push(shippedEditorId(name))
      }
      else {
        progress?.(`Editor '${name}' of the sample study was trained on another checkpoint and is left out.`)
      }
    }
    catch (error) {
      progress?.(messageOf(error))
    }
  }
  for (const id of study.file.sample?.editors?.ids ?? []) {
    if (!ids.includes(id))
      await removeEditor(study, id)
  }
  return ids
}

/** Changes when an editor is added, removed or trained again. */
async function editorsVersionOf(resources: string): Promise<string> {
  const hash = createHash('sha256')
  for (const name of await shippedEditors(resources))
    hash.update(name).update(await readFile(join(resources, 'editors', name)))
  return hash.digest('hex').slice(0, 16)
}

/** Changes when the records, the licences, the model or the number of drawn pictures change. */
async function versionOf(resources: string): Promise<string> {
  const hash = createHash('sha256')
  for (const { file } of sampleDatasets)
    hash.update(await readFile(join(resources, 'data', file)))
  hash.update(await readFile(join(resources, 'licences.json')))
  const model = join(resources, 'model')
  for (const name of (await readdir(model)).sort()) {
    const { size } = await stat(join(model, name))
    hash.update(`${name} ${size} `).update(await headOf(join(model, name)))
  }
  return hash.update(`pictures ${await filesUnder(join(resources, 'images'))}`).digest('hex').slice(0, 16)
}

async function checkResources(resources: string): Promise<void> {
  for (const name of ['data', 'model', 'images']) {
    const stats = await stat(join(resources, name)).catch(() => undefined)
    if (!stats?.isDirectory())
      throw new Error(`The sample study's folder '${join(resources, name)}' is missing. ${name === 'images' ? 'Its pictures are drawn by the build; run npm start once.' : 'Is the program complete?'}`)
  }
}

async function isWhole(study: Study): Promise<boolean> {
  const { datasets } = await listDatasets(study)
  const { models } = await listModels(study)
  return sampleDatasets.every(({ id }) => datasets.some(dataset => dataset.id === id)) && models.some(({ id }) => id === sampleModelId)
}

interface Versions { readonly data: string, readonly editors: string }

const versionsOf = async (resources: string): Promise<Versions> => ({ data: await versionOf(resources), editors: await editorsVersionOf(resources) })

async function refresh(study: Study, resources: string, versions: Versions, options: SampleOptions): Promise<void> {
  const { describeModel, progress } = options
  // New editors alone are copied in a moment; everything else is imported again.
  if (!await hasData(study, resources, versions)) {
    const licences = await readJsonFile(join(resources, 'licences.json'), Licences)
    await addModel(study, { ...await describeModel(join(resources, 'model')), name: 'sample', id: sampleModelId })
    for (const { id, file } of sampleDatasets) {
      progress?.(`Importing ${id} into the sample study.`)
      await importDataset(
        study,
        { file: join(resources, 'data', file), imageRoot: join(resources, 'images'), name: id },
        { licences, replace: id },
      )
    }
  }
  const ids = await copyEditors(study, resources, (await getModel(study, sampleModelId)).fingerprint, options)
  // Last, so that an interrupted refresh is done again.
  await writeJsonFile(study.layout.workspace, { ...study.file, sample: { resources, version: versions.data, editors: { version: versions.editors, ids } } })
}

async function hasData(study: Study, resources: string, { data }: Versions): Promise<boolean> {
  const { sample } = study.file
  return sample?.version === data && sample.resources === resources && await isWhole(study)
}

async function isCurrent(study: Study, resources: string, versions: Versions): Promise<boolean> {
  const { version, ids } = study.file.sample?.editors ?? { version: '', ids: [] }
  return version === versions.editors && await hasData(study, resources, versions) && isSubset(ids, await editorIds(study))
}

const isSubset = (some: readonly string[], all: readonly string[]): boolean => some.every(item => all.includes(item))

/** Reading does not need the pid file; a study that is out of date is refreshed first if nobody else is writing it. */
async function openForReading(options: SampleOptions, resources: string): Promise<Study> {
  const study = await openWorkspace(options.folder, { access: 'read' })
  try {
    await checkResources(resources)
    if (await isCurrent(study, resources, await versionsOf(resources)))
      return study
    await (await openSampleStudy({ ...options, access: 'write' })).close()
    return await openWorkspace(options.folder, { access: 'read' })
  }
  catch (error) {
    options.progress?.(`The sample study is read as it is: ${messageOf(error)}`)
    return study
  }
}

/**
 * Opens the sample study, making or refreshing it as needed. Its model and pictures stay in the resources; the study points there,
 * and is pointed anew when the program has moved. Trained editors are copied.
 */
export async function openSampleStudy(options: SampleOptions): Promise<Study> {
  const resources = resolve(options.resources)
  if (options.access === 'read')
    return await openForReading(options, resources)
  const study = await openWorkspace(options.folder, { name: 'Sample study' })
  try {
    await checkResources(resources)
    const versions = await versionsOf(resources)
    if (!await isCurrent(study, resources, versions))
      await refresh(study, resources, versions, options)
    return study
  }
  catch (error) {
    await study.close()
    throw error
  }
}
