// Decisions from another machine: a file, a folder of them, or another study. What is known stays as it is; what is new goes to the end of the
// annotator's own file here.
import { lstat, readdir, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import type { z } from 'zod'
import type { audits } from '../../preload/contract/audits.ts'
import type { Decision } from '../../preload/contract/decisions.ts'
import type { DatasetId } from '../../preload/contract/identifiers.ts'
import type { AuditBook } from '../audits/book.ts'
import type { AuditBooks } from '../audits/books.ts'
import { messageOf } from '../base/errors.ts'
import { stableJson } from '../base/hash.ts'
import { readDecisionFile } from '../workspace/decision-file.ts'
import { isTemporary, layoutOf } from '../workspace/layout.ts'
import type { Study } from '../workspace/open-workspace.ts'
import { openOwnPictures, ownPictureNames } from '../workspace/pictures.ts'

export type Merged = z.output<NonNullable<(typeof audits)['merge']['~orpc']['outputSchema']>>

/** Larger than any audit: a hundred thousand decisions of twenty people have 600 MB. */
const largestBytes = 2 ** 30

interface Source {
  readonly files: readonly string[]
  /** The study that the files lie in, for the pictures of fixes. */
  readonly root: string | undefined
  readonly notes: readonly string[]
}

const isFolder = (path: string): Promise<boolean> => stat(path).then(stats => stats.isDirectory(), () => false)

async function sourceOf(from: string, dataset: DatasetId): Promise<Source> {
  const path = resolve(from)
  const there = await stat(path).catch(() => undefined)
  if (!there)
    throw new Error(`There is no file or folder '${path}'. Give a file of decisions (NAME.jsonl), a folder of them, or another study.`)
  if (there.isFile())
    return checked([path])
  if (!there.isDirectory())
    throw new Error(`'${path}' is neither a file nor a folder. Give a file of decisions (NAME.jsonl), a folder of them, or another study.`)
  const layout = layoutOf(path)
  const ofStudy = layout.audit(dataset).folder
  if (!await isFolder(ofStudy) && await isFolder(layout.audits)) {
    const others = (await readdir(layout.audits, { withFileTypes: true })).filter(entry => entry.isDirectory()).map(({ name }) => `'${name}'`)
    throw new Error(`Study '${path}' has no audit of dataset '${dataset}'. ${others.length > 0 ? `It has audits of ${others.join(', ')}` : 'It has no audits'}: give the folder or the file itself.`)
  }
  const folder = await isFolder(ofStudy) ? ofStudy : await isFolder(join(path, dataset)) ? join(path, dataset) : path
  const names = (await readdir(folder)).filter(name => name.endsWith('.jsonl') && !name.startsWith('.') && !isTemporary(name)).sort()
  if (names.length === 0)
    throw new Error(`Folder '${folder}' has no decisions: no file in it ends in .jsonl. Give a file of decisions, a folder of them, or another study.`)
  return checked(names.map(name => join(folder, name)))
}

/** Leaves out what is no plain file or too large, and finds the study around: ROOT/audits/DATASET/NAME.jsonl. */
async function checked(paths: readonly string[]): Promise<Source> {
  const files: string[] = []
  const notes: string[] = []
  for (const path of paths) {
    const there = await stat(path).catch(() => undefined)
    if (!there?.isFile())
      notes.push(`'${path}' is no plain file and is left out.`)
    else if (there.size > largestBytes)
      notes.push(`File '${path}' has ${(there.size / 2 ** 30).toFixed(1)} GiB and is left out: no audit has so many decisions.`)
    else
      files.push(path)
  }
  const audits = dirname(dirname(paths[0]!))
  return { files, notes, root: basename(audits) === 'audits' && await lstat(layoutOf(dirname(audits)).workspace).then(() => true, () => false) ? dirname(audits) : undefined }
}

const counted = (count: number, noun: string): string => `${count.toLocaleString('en-GB')} ${noun}${count === 1 ? '' : 's'}`

interface Sorted {
  /** By annotator, in the order of the files. */
  readonly fresh: ReadonlyMap<string, readonly Decision[]>
  readonly lines: number
  readonly known: number
  readonly conflicts: number
  readonly gone: number
  readonly stale: number
}

/** What of these lines is new here. A line whose id is known is the same line; said otherwise, the one here stays. */
function sort({ replay, probes }: AuditBook, lines: readonly Decision[]): Sorted {
  const fresh = new Map<string, Decision[]>()
  const taken = new Map<string, Decision>()
  let [known, conflicts, gone, stale] = [0, 0, 0, 0]
  for (const line of lines) {
    const item = probes.itemOf(line)
    gone += item === undefined ? 1 : 0
    stale += item !== undefined && probes.contentOf(item) !== line.content ? 1 : 0
    const same = replay.get(line.id) ?? taken.get(line.id)
    if (same) {
      known++
      conflicts += stableJson(same) === stableJson(line) ? 0 : 1
      continue
    }
    taken.set(line.id, line)
    const own = fresh.get(line.annotator)
    if (own)
      own.push(line)
    else
      fresh.set(line.annotator, [line])
  }
  return { fresh, lines: lines.length, known, conflicts, gone, stale }
}

/** Brings the pictures of fixes along, checked by their hashes. @returns a note about those that are nowhere. */
async function bringPictures(study: Study, root: string | undefined, lines: readonly Decision[]): Promise<string[]> {
  const wanted = new Set(lines.flatMap(({ fix }) => fix?.image ?? []))
  if (wanted.size === 0)
    return []
  const here = await ownPictureNames(study.layout.pictures)
  const own = openOwnPictures(study.layout.pictures)
  const theirs = root === undefined ? undefined : openOwnPictures(layoutOf(root).pictures)
  let missing = 0
  for (const hash of wanted) {
    if (here.has(hash))
      continue
    const picture = await theirs?.read(hash)
    const added = picture && await own.add(hash, picture.data).catch(() => undefined)
    missing += added?.hash === hash ? 0 : 1
  }
  return missing === 0 ? [] : [`${counted(missing, 'picture')} that fixes name ${missing === 1 ? 'is' : 'are'} not in this study: copy ${missing === 1 ? 'it' : 'them'} from the other study's folder 'pictures' into the one here.`]
}

/**
 * Takes the decisions of `from` that are not known here; doing it again adds nothing. Decisions about probes that the dataset has otherwise or
 * not at all are kept, as they would be after a new import. Throws a sentence if there is nothing to read, or if no decision is about this dataset.
 */
export async function mergeDecisions(study: Study, books: AuditBooks, dataset: DatasetId, from: string): Promise<Merged> {
  const book = await books.open(dataset)
  const { files, root, notes: left } = await sourceOf(from, dataset)
  const notes = [...left]
  const lines: Decision[] = []
  for (const path of files) {
    const read = await readDecisionFile(path, basename(path)).catch((error: unknown) => ({ lines: [], notes: [`File '${path}' could not be read (${messageOf(error)}); its decisions are left out.`] }))
    for (const line of read.lines)
      lines.push(line)
    notes.push(...read.notes)
  }
  const { fresh, known, conflicts, gone, stale } = sort(book, lines)
  if (lines.length > known && gone + stale === lines.length)
    throw new Error(`None of the ${counted(lines.length, 'decision')} in '${from}' is about a probe as dataset '${dataset}' has it: they are of another dataset, or of another version of it. Nothing was taken. Choose the dataset that they are about.`)
  notes.push(...await bringPictures(study, root, lines))
  for (const annotator of [...fresh.keys()].sort())
    await books.append(dataset, annotator, fresh.get(annotator)!)
  if (conflicts > 0)
    notes.push(`${counted(conflicts, 'decision')} ${conflicts === 1 ? 'is' : 'are'} known here under the same id and said otherwise there; what is here stays.`)
  if (stale > 0)
    notes.push(`${counted(stale, 'decision')} ${stale === 1 ? 'is' : 'are'} about a probe that the dataset has otherwise now; ${stale === 1 ? 'it is' : 'they are'} kept and shown as stale.`)
  if (gone > 0)
    notes.push(`${counted(gone, 'decision')} ${gone === 1 ? 'is' : 'are'} about a probe that the dataset does not have; ${gone === 1 ? 'it is' : 'they are'} kept and ${gone === 1 ? 'does' : 'do'} not count.`)
  return { files: files.length, added: lines.length - known, known, annotators: [...fresh.keys()].sort(), notes }
}
