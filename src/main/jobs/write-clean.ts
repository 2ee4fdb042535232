// Writes a cleaned dataset into a folder of exports/: the JSON, its pictures, manifest, diff and decisions.
import { createHash } from 'node:crypto'
import { open, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { CleanRequest } from '../../preload/contract/audits.ts'
import type { Dataset } from '../../preload/contract/datasets.ts'
import type { ImageHash } from '../../preload/contract/identifiers.ts'
import type { EditRecord } from '../../preload/contract/records.ts'
import type { AuditBook } from '../audits/book.ts'
import { must } from '../base/errors.ts'
import { sha256 } from '../base/hash.ts'
import { formats } from '../datasets/formats/index.ts'
import { refused } from '../datasets/formats/format.ts'
import type { Writer } from '../datasets/formats/format.ts'
import { manifestName, manifestText } from '../workspace/clean-manifest.ts'
import { writeExportFolder } from '../workspace/clean-folder.ts'
import { slug } from '../workspace/names.ts'
import type { Study } from '../workspace/open-workspace.ts'
import { diffText } from './clean-diff.ts'
import { cleanManifest, cleanNotes, cleanTotals } from './clean-facts.ts'
import { createCleanPass } from './clean-pass.ts'
import type { CleanPass } from './clean-pass.ts'
import { fixedPaths, placePictures } from './clean-pictures.ts'
import { decisionsCsv, heldDecisions } from './decisions-csv.ts'
import type { Pictures } from './pictures.ts'

export interface CleanParts {
  readonly study: Study
  readonly dataset: Dataset
  readonly book: AuditBook
  readonly records: () => AsyncIterable<EditRecord>
  readonly pictures: Pick<Pictures, 'read'>
}

export interface WrittenClean {
  readonly folder: string
  readonly file: string
  readonly files: string[]
  readonly records: number
  readonly removedRecords: number
  readonly removedProbes: number
  readonly fixedProbes: number
  readonly kept: boolean
  readonly notes: string[]
}

interface Planned { readonly writer: Writer, readonly pass: CleanPass, readonly paths: ReadonlyMap<ImageHash, string>, readonly file: string }

const folderName = ({ name, dataset, counts, whole }: CleanRequest): string => slug(name ?? `${dataset} ${counts}${whole ? ' whole' : ''}`, 'cleaned')

async function plan(request: CleanRequest, { dataset, book, records, pictures }: CleanParts): Promise<Planned> {
  const { counts } = request
  const writer = must(formats.get('mmedit').write, 'the writer of MMEdit\'s schema')
  const paths = counts === 'with-fixes' ? await fixedPaths(book, pictures) : new Map<ImageHash, string>()
  return {
    writer,
    paths,
    pass: createCleanPass(request, { book, source: records(), paths, refuses: writer.refuses }),
    file: writer.fileName(dataset.id, dataset.task),
  }
}

const resultOf = (pass: CleanPass, folder: string, file: string, kept: boolean, notes: string[]): WrittenClean => ({
  folder,
  file: join(folder, file),
  files: [file, manifestName, 'diff.md', 'decisions.csv', ...[...pass.fixes.keys()].map(root => join('pictures', root))].map(one => join(folder, one)),
  records: pass.ids.length,
  removedRecords: pass.count() - pass.ids.length,
  ...cleanTotals(pass),
  kept,
  notes,
})

/** What a policy makes of the records, whatever folder they would go to. */
export interface LookedThrough { readonly pass: CleanPass, readonly file: string, readonly notes: readonly string[] }

/** The records as they would be written, without writing them. Throws the sentences that writing would, but those of the disk. */
export async function lookThrough(request: CleanRequest, parts: CleanParts): Promise<LookedThrough> {
  const { pass, file, writer } = await plan(request, parts)
  for await (const record of pass.records()) {
    const fault = writer.refuses(record)
    if (fault !== undefined)
      throw refused(record.id, fault)
  }
  return { pass, file, notes: [...await cleanNotes(request, parts.study, parts.dataset, pass), ...parts.book.notes] }
}

/** What would be written, and where to. */
export function previewOf(request: CleanRequest, { pass, file, notes }: LookedThrough, study: Study): WrittenClean {
  return resultOf(pass, join(study.layout.exports, folderName(request)), file, false, [...notes])
}

const flushLength = 256 * 1024

/** @returns the SHA-256 of what was written. */
async function writePieces(path: string, pieces: AsyncIterable<string>): Promise<string> {
  const hash = createHash('sha256')
  const handle = await open(path, 'wx')
  let pending: string[] = []
  let size = 0
  const flush = async (): Promise<void> => {
    const text = pending.join('')
    pending = []
    size = 0
    hash.update(text)
    await handle.appendFile(text)
  }
  try {
    for await (const piece of pieces) {
      pending.push(piece)
      size += piece.length
      if (size >= flushLength)
        await flush()
    }
    await flush()
    await handle.sync()
  }
  finally {
    await handle.close()
  }
  return hash.digest('hex')
}

/** Throws a sentence if nothing would be left, if MMEdit's schema cannot say a record, and for a disk that cannot be written. */
export async function writeClean(request: CleanRequest, parts: CleanParts): Promise<WrittenClean> {
  const { study, dataset, book, pictures } = parts
  const { writer, pass, paths, file } = await plan(request, parts)
  let notes: string[] = []
  const { folder, isNew } = await writeExportFolder(study, folderName(request), async (temporary) => {
    const hash = await writePieces(join(temporary, file), writer.pieces(pass.records()))
    const placed = await placePictures(temporary, { dataset, used: pass.used, fixes: pass.fixes, paths }, pictures)
    const held = heldDecisions(book)
    const csv = decisionsCsv(dataset.id, held)
    const manifest = await cleanManifest(request, { study, dataset, book, pass, folder: temporary, file: { name: file, sha256: hash }, decisions: { held: held.length, sha256: sha256(csv) }, pictures: placed })
    const diff = diffText({ manifest, records: pass.diffs, said: item => [...book.said(item, 'annotator'), ...book.said(item, 'adjudicator')] })
    await writeFile(join(temporary, 'diff.md'), diff)
    await writeFile(join(temporary, 'decisions.csv'), csv)
    await writeFile(join(temporary, manifestName), manifestText({
      ...manifest,
      files: [{ file, sha256: hash }, { file: 'diff.md', sha256: sha256(diff) }, { file: 'decisions.csv', sha256: sha256(csv) }],
    }))
    notes = manifest.notes
  })
  return resultOf(pass, folder, file, true, [...(isNew ? [] : ['An earlier export holds the same and was left alone.']), ...notes, ...book.notes])
}
