// Imports a dataset file into the study: written beside, renamed when whole; an interrupted import leaves nothing.
import { mkdir, open, rename, rm } from 'node:fs/promises'
import { basename, dirname, extname, resolve } from 'node:path'
import { DatasetId } from '../../preload/contract/identifiers.ts'
import type { Dataset, ImportRequest } from '../../preload/contract/datasets.ts'
import type { EditRecord, Problem } from '../../preload/contract/records.ts'
import { isProblem } from '../datasets/formats/format.ts'
import { openSource, startWith } from '../datasets/import.ts'
import { hasCode } from '../base/errors.ts'
import { now } from '../base/log.ts'
import { manifestOf } from './clean-manifest.ts'
import { namesIn, removeFolder } from './datasets.ts'
import { syncFolder, temporaryBeside, writeJsonFile } from './json-file.ts'
import { datasetFiles } from './layout.ts'
import { firstFree, slug } from './names.ts'
import type { Study } from './open-workspace.ts'

/** More problem lines than this are counted, not listed: a file of commas must not fill the disk. */
const problemsListed = 200_000
const flushBytes = 256 * 1024

interface LineWriter { readonly write: (value: unknown) => Promise<void>, readonly close: () => Promise<void> }

async function createLineWriter(path: string): Promise<LineWriter> {
  const handle = await open(path, 'wx')
  let pending: string[] = []
  let size = 0
  const flush = async (): Promise<void> => {
    if (pending.length > 0)
      await handle.appendFile(pending.join(''))
    pending = []
    size = 0
  }
  return {
    async write(value) {
      const line = `${JSON.stringify(value)}\n`
      pending.push(line)
      size += line.length
      if (size >= flushBytes)
        await flush()
    },
    async close() {
      try {
        await flush()
        await handle.sync()
      }
      finally {
        await handle.close()
      }
    },
  }
}

export interface ImportOptions {
  readonly signal?: AbortSignal
  /** Called after every 1,000 records. */
  readonly progress?: (recordCount: number) => void
  readonly licences?: Dataset['licences']
  /** Take exactly this id, in place of a dataset that has it (the sample study's refresh). */
  readonly replace?: DatasetId
}

interface Counts { recordCount: number, problemCount: number, firstProblem: Problem | undefined }

/** Records under the ids they had before a cleaned dataset was exported; `index` stays the place in the file. */
async function* renamed(items: AsyncIterable<EditRecord | Problem>, ids: readonly string[]): AsyncGenerator<EditRecord | Problem> {
  for await (const item of items)
    yield isProblem(item) ? item : { ...item, id: ids[item.index] ?? item.id }
}

async function writeItems(items: AsyncIterable<unknown>, recordsFile: string, problemsFile: string, fileName: string, { signal, progress }: ImportOptions): Promise<Counts> {
  const counts: Counts = { recordCount: 0, problemCount: 0, firstProblem: undefined }
  const records = await createLineWriter(recordsFile)
  const problems = await createLineWriter(problemsFile)
  try {
    for await (const item of items as AsyncIterable<Parameters<typeof isProblem>[0]>) {
      signal?.throwIfAborted()
      if (!isProblem(item)) {
        await records.write(item)
        if (++counts.recordCount % 1000 === 0)
          progress?.(counts.recordCount)
        continue
      }
      counts.firstProblem ??= item
      if (counts.problemCount++ < problemsListed)
        await problems.write(item)
    }
    if (counts.problemCount > problemsListed)
      await problems.write({ file: fileName, severity: 'odd', reason: `${counts.problemCount - problemsListed} further problems are not listed.` } satisfies Problem)
  }
  finally {
    await records.close()
    await problems.close()
  }
  return counts
}

/** Moves the finished folder to its id; a name that is taken gets a number behind it. */
async function settle(study: Study, temporary: string, dataset: Omit<Dataset, 'id'>, wanted: string, replace: DatasetId | undefined): Promise<Dataset> {
  for (let attempt = 0; ; attempt++) {
    const taken = new Set(await namesIn(study.layout.datasets))
    const id = DatasetId.parse(replace ?? firstFree(wanted, taken))
    const whole: Dataset = { id, ...dataset }
    await writeJsonFile(datasetFiles(temporary).dataset, whole)
    if (replace !== undefined)
      await removeFolder(study.layout.dataset(id).folder)
    try {
      await rename(temporary, study.layout.dataset(id).folder)
      await syncFolder(study.layout.datasets)
      return whole
    }
    catch (error) {
      // Another import took the id between looking and renaming.
      if (attempt >= 5 || !['ENOTEMPTY', 'EEXIST', 'EPERM'].some(code => hasCode(error, code)))
        throw error
    }
  }
}

/**
 * Reads a dataset file into `datasets/ID/`. Throws a sentence if the file cannot be read as a dataset or holds no usable record;
 * every smaller fault is a line of problems.jsonl. On error or abort nothing stays behind. A cleaned dataset that its manifest lies beside
 * gets its name, image roots, licences and record ids from there, unless the request says otherwise.
 */
export async function importDataset(study: Study, request: ImportRequest, options: ImportOptions = {}): Promise<Dataset> {
  const file = resolve(request.file)
  const fileName = basename(file)
  const manifest = await manifestOf(file)
  const image = resolve(request.imageRoot ?? manifest?.imageRoots.image ?? dirname(file))
  // An image root that is said stands for the rephrase root too, where the manifest has one for both.
  const isApart = request.imageRoot === undefined || manifest?.imageRoots.rephrase !== manifest?.imageRoots.image
  const imageRoots = { image, rephrase: resolve(request.rephraseRoot ?? (isApart ? manifest?.imageRoots.rephrase : undefined) ?? image) }
  const name = request.name?.trim() || manifest?.name || basename(file, extname(file))
  const licences = options.licences ?? manifest?.licences
  const wanted = slug(name, 'dataset')

  const source = await openSource(file, imageRoots, { format: request.format, signal: options.signal })
  const temporary = temporaryBeside(study.layout.dataset(DatasetId.parse(wanted)).folder)
  await mkdir(temporary, { recursive: true })
  try {
    const files = datasetFiles(temporary)
    const items = startWith(manifest?.changed === undefined ? [] : [{ file: fileName, severity: 'odd', reason: manifest.changed }], manifest?.ids ? renamed(source.items, manifest.ids) : source.items)
    const { recordCount, problemCount, firstProblem } = await writeItems(items, files.records, files.problems, fileName, options)
    if (recordCount === 0)
      throw new Error(`File '${fileName}' holds no usable record${firstProblem ? ` (${problemCount} problems; the first: ${firstProblem.reason})` : ''}. Is it the right file?`)
    const dataset = {
      name,
      format: source.format,
      task: source.task,
      source: file,
      imageRoots,
      recordCount,
      problemCount,
      importedAt: new Date(now()).toISOString(),
      ...(licences ? { licences } : {}),
    }
    return await settle(study, temporary, dataset, wanted, options.replace)
  }
  catch (error) {
    await rm(temporary, { recursive: true, force: true })
    throw error
  }
}
