// Slices of a study, one file each: slices/<id>.json.
import type { SliceId } from '../../preload/contract/identifiers.ts'
import { SliceId as SliceIdSchema } from '../../preload/contract/identifiers.ts'
import { Slice } from '../../preload/contract/slices.ts'
import type { SliceDraft } from '../../preload/contract/slices.ts'
import { now } from '../base/log.ts'
import type { Broken } from './datasets.ts'
import { readJsonFile } from './json-file.ts'
import { idsIn, newId, readNamed, removeNamed, writeNamed } from './named-files.ts'
import type { Study } from './open-workspace.ts'

/** The file's name is the id; what is inside need not repeat it. */
const Stored = Slice.omit({ id: true })

export async function listSlices(study: Study): Promise<{ slices: Slice[], broken: Broken[] }> {
  const { items, broken } = await readNamed(study.layout.slices, Stored)
  return { slices: items.flatMap((slice) => {
    const id = SliceIdSchema.safeParse(slice.id)
    return id.success ? [{ ...slice, id: id.data }] : []
  }), broken }
}

/** Throws a sentence for an unknown id or a file that cannot be read. */
export async function readSlice(study: Study, id: SliceId): Promise<Slice> {
  const ids = await idsIn(study.layout.slices)
  if (!ids.includes(id))
    throw new Error(`The study has no slice '${id}'. Known: ${ids.slice(0, 20).join(', ') || 'none yet; save one in Datasets'}.`)
  return { ...await readJsonFile(study.layout.slice(id), Stored), id }
}

/** Writes a new slice under an id made from its name, or the slice of the draft's id anew. */
export async function writeSlice(study: Study, { id, ...draft }: SliceDraft): Promise<Slice> {
  const before = id === undefined ? undefined : await readSlice(study, id)
  const slice: Slice = {
    id: before?.id ?? SliceIdSchema.parse(await newId(study.layout.slices, draft.name, 'slice')),
    ...draft,
    createdAt: before?.createdAt ?? new Date(now()).toISOString(),
  }
  const { id: name, ...stored } = slice
  await writeNamed(study.layout.slices, name, stored)
  return slice
}

/** False = there was none. */
export function removeSlice(study: Study, id: SliceId): Promise<boolean> {
  return removeNamed(study.layout.slices, id)
}
