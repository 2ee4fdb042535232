// A foreign file becomes a stream of records and problems: recognise the format, read it, look whether the pictures are there.
import { createReadStream } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import type { ImageRoots } from '../../preload/contract/datasets.ts'
import type { EditRecord, ImageRef, Problem, Task } from '../../preload/contract/records.ts'
import { throwIfAborted } from '../base/async.ts'
import { hasCode } from '../base/errors.ts'
import { formats } from './formats/index.ts'
import { createElementSplitter } from './formats/json-elements.ts'
import { isProblem } from './formats/format.ts'
import type { DatasetFormat, Match, Sample } from './formats/format.ts'
import { createImageCensus } from './image-census.ts'
import type { ImageCensus } from './image-census.ts'

const headBytes = 256 * 1024
const chunkBytes = 1024 * 1024
/** Records whose pictures are looked for at once. */
const batchSize = 64

export interface OpenedSource {
  readonly format: string
  readonly task: Task
  readonly sizeBytes: number
  /** Every record and problem, in file order, each record after its problems. */
  readonly items: AsyncGenerator<EditRecord | Problem>
}

async function readHead(file: string): Promise<{ head: Uint8Array, sizeBytes: number }> {
  let handle
  try {
    handle = await open(file, 'r')
  }
  catch (error) {
    if (hasCode(error, 'ENOENT'))
      throw new Error(`File '${file}' does not exist. Check the path.`, { cause: error })
    if (hasCode(error, 'EACCES'))
      throw new Error(`File '${file}' may not be read. Check its permissions.`, { cause: error })
    throw error
  }
  try {
    const stats = await handle.stat()
    if (stats.isFile() && stats.size === 0)
      throw new Error(`File '${file}' is empty. Is the download complete?`)
    if (!stats.isFile())
      throw new Error(`'${file}' is not a file. Choose a dataset file such as vqa_eval.json.`)
    const head = Buffer.alloc(Math.min(headBytes, stats.size))
    const { bytesRead } = await handle.read(head, 0, head.length, 0)
    return { head: head.subarray(0, bytesRead), sizeBytes: stats.size }
  }
  finally {
    await handle.close()
  }
}

function recognise(sample: Sample, wanted: string | undefined): { format: DatasetFormat, match: Match } {
  if (wanted !== undefined) {
    const format = formats.get(wanted)
    const match = format.match(sample)
    if (!match)
      throw new Error(`File '${sample.fileName}' does not look like ${format.label}: ${format.summary}`)
    return { format, match }
  }
  for (const format of formats.all) {
    const match = format.match(sample)
    if (match)
      return { format, match }
  }
  // A list that cannot be opened has a better reason than "unknown": compressed, UTF-16, one object, nothing at all.
  if (sample.fileName.toLowerCase().includes('.json'))
    createElementSplitter(sample.fileName).push(sample.head)
  throw new Error(`File '${sample.fileName}' has no known dataset format. Known: ${formats.all.map(format => `${format.label}: ${format.summary}`).join(' ')}`)
}

function imagesOf(record: EditRecord): { field: string, ref: ImageRef }[] {
  const found = new Map<string, { field: string, ref: ImageRef }>()
  const add = (field: string, ref: ImageRef | undefined): void => {
    if (ref && !found.has(`${ref.root}/${ref.path}`))
      found.set(`${ref.root}/${ref.path}`, { field, ref })
  }
  add('edit', record.edit.image)
  for (const [kind, probes] of Object.entries(record.probes)) {
    for (const probe of probes)
      add(kind, probe.image)
  }
  return [...found.values()]
}

/** What the disk says about a record's pictures: problems, and whether the record must go. */
async function checkImages(record: EditRecord, census: ImageCensus, file: string): Promise<{ keep: boolean, problems: Problem[] }> {
  const problems: Problem[] = []
  const results = await Promise.all(imagesOf(record).map(async image => ({ ...image, found: await census.look(image.ref) })))
  for (const { field, found } of results) {
    if (found?.kind === 'refused')
      return { keep: false, problems: [{ file, index: record.index, field, severity: 'dropped', reason: `The picture was refused: ${found.reason}.` }] }
    if (found?.kind === 'missing')
      problems.push({ file, index: record.index, field, severity: 'odd', reason: `The picture is missing: ${found.reason}.` })
  }
  return { keep: true, problems }
}

async function* withImagesChecked(items: AsyncIterable<EditRecord | Problem>, census: ImageCensus, file: string, signal: AbortSignal | undefined): AsyncGenerator<EditRecord | Problem> {
  let batch: (EditRecord | Problem)[] = []
  const flush = async function* (): AsyncGenerator<EditRecord | Problem> {
    throwIfAborted(signal)
    const checks = await Promise.all(batch.map(item => isProblem(item) ? undefined : checkImages(item, census, file)))
    for (const [i, item] of batch.entries()) {
      const check = checks[i]
      if (check)
        yield* check.problems
      if (check?.keep !== false)
        yield item
    }
    batch = []
  }
  for await (const item of items) {
    batch.push(item)
    if (batch.length >= batchSize)
      yield* flush()
  }
  yield* flush()
}

/** The file is opened when the first chunk is asked for. */
async function* chunksOf(file: string): AsyncGenerator<Uint8Array> {
  yield* createReadStream(file, { highWaterMark: chunkBytes }) as AsyncIterable<Uint8Array>
}

/** These, then the rest. */
export async function* startWith<T>(first: readonly T[], rest: AsyncIterable<T>): AsyncGenerator<T> {
  yield* first
  yield* rest
}

/**
 * Opens a dataset file for reading. Throws a sentence if the file, an image root or the format is not usable;
 * everything smaller than that is a Problem among the items. Pictures are looked for, never opened.
 */
export async function openSource(file: string, imageRoots: ImageRoots, options: { format?: string | undefined, signal?: AbortSignal | undefined } = {}): Promise<OpenedSource> {
  const { head, sizeBytes } = await readHead(file)
  for (const [name, root] of Object.entries(imageRoots)) {
    const stats = await stat(root).catch(() => undefined)
    if (!stats?.isDirectory())
      throw new Error(`Image root '${root}' (for ${name} paths) is not a folder. Choose the folder that the paths in the file start from.`)
  }
  const fileName = basename(file)
  const sample: Sample = { fileName, head }
  const { format, match } = recognise(sample, options.format)
  const read = format.read({ ...sample, chunks: chunksOf(file), task: match.task })
  const doubts: Problem[] = match.doubt === undefined ? [] : [{ file: fileName, severity: 'odd', reason: match.doubt }]
  return {
    format: format.id,
    task: match.task,
    sizeBytes,
    items: withImagesChecked(startWith<EditRecord | Problem>(doubts, read), createImageCensus(imageRoots), fileName, options.signal),
  }
}
