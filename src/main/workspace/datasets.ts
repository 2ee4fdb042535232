// Datasets of a study: list, open, import, remove. The folders are the truth; nothing is remembered elsewhere.
import { access, readdir, rename, rm } from 'node:fs/promises'
import { DatasetId } from '../../preload/contract/identifiers.ts'
import { Dataset } from '../../preload/contract/datasets.ts'
import { EditRecord, Problem } from '../../preload/contract/records.ts'
import { hasCode, messageOf } from '../base/errors.ts'
import { readJsonFile, renameOver, temporaryBeside } from './json-file.ts'
import { createJsonlIndex } from './jsonl-index.ts'
import type { JsonlIndex } from './jsonl-index.ts'
import { isTemporary } from './layout.ts'
import type { DatasetFiles } from './layout.ts'
import type { Study } from './open-workspace.ts'

/** A folder that should hold something and does not, with the sentence why. */
export interface Broken { readonly folder: string, readonly reason: string }

/** Names in a folder, temporaries and hidden files left out; a missing folder is empty. */
export async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).filter(name => !isTemporary(name) && !name.startsWith('.')).sort()
  }
  catch (error) {
    if (hasCode(error, 'ENOENT'))
      return []
    throw error
  }
}

/** Reads one thing a folder; what cannot be read becomes a sentence, not an end. */
export async function readEach<T>(names: readonly string[], read: (name: string) => Promise<T>): Promise<{ items: T[], broken: Broken[] }> {
  const items: T[] = []
  const broken: Broken[] = []
  for (const name of names) {
    try {
      items.push(await read(name))
    }
    catch (error) {
      broken.push({ folder: name, reason: messageOf(error) })
    }
  }
  return { items, broken }
}

/** The dataset of this id; a renamed folder gives the dataset its new id. Throws a sentence if there is none. */
export async function getDataset(study: Study, id: string): Promise<Dataset> {
  const parsed = DatasetId.safeParse(id)
  if (!parsed.success)
    throw new Error(`'${id}' is not a dataset id: ids are lower case letters, digits, dots, dashes and underscores.`)
  const names = await namesIn(study.layout.datasets)
  if (!names.includes(parsed.data))
    throw new Error(`The study has no dataset '${id}'. Known: ${names.join(', ') || 'none yet; import one'}.`)
  return { ...await readJsonFile(study.layout.dataset(parsed.data).dataset, Dataset), id: parsed.data }
}

export async function listDatasets(study: Study): Promise<{ datasets: Dataset[], broken: Broken[] }> {
  const { items, broken } = await readEach(await namesIn(study.layout.datasets), async name => getDataset(study, name))
  return { datasets: items, broken }
}

export interface OpenDataset {
  readonly dataset: Dataset
  readonly files: DatasetFiles
  readonly records: JsonlIndex<EditRecord>
  readonly problems: JsonlIndex<Problem>
}

/** A dataset ready for reading page by page. The indexes are empty until their first `refresh`. Throws a sentence for an unknown id, and where its records are gone. */
export async function openDataset(study: Study, id: string): Promise<OpenDataset> {
  const dataset = await getDataset(study, id)
  const files = study.layout.dataset(dataset.id)
  // No file reads as no records, which would look like an empty dataset.
  if (!await access(files.records).then(() => true, () => false))
    throw new Error(`Dataset '${dataset.id}' has lost its file '${files.records}'. Put it back, or remove the dataset and import '${dataset.source}' again.`)
  return { dataset, files, records: createJsonlIndex(files.records, EditRecord), problems: createJsonlIndex(files.problems, Problem) }
}

/** Removes the dataset's folder; the source file and the pictures stay. False = there was none. */
export async function removeDataset(study: Study, id: DatasetId): Promise<boolean> {
  return await removeFolder(study.layout.dataset(id).folder)
}

/** Renames away first, so that a crash leaves a temporary that is swept, never half a folder. */
export async function removeFolder(folder: string): Promise<boolean> {
  const away = temporaryBeside(folder)
  try {
    await rename(folder, away)
  }
  catch (error) {
    if (hasCode(error, 'ENOENT'))
      return false
    await renameOver(folder, away)
  }
  await rm(away, { recursive: true, force: true })
  return true
}
