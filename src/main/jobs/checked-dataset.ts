// A dataset as automatic checks see it: its records in memory, its pictures by path and by look.
import { stat } from 'node:fs/promises'
import type { Dataset } from '../../preload/contract/datasets.ts'
import type { EditRecord, ImageRef } from '../../preload/contract/records.ts'
import { throwIfAborted } from '../base/async.ts'
import type { CheckedDataset } from '../checks/check.ts'
import { createImageFinder } from '../datasets/images.ts'
import { readLines } from '../workspace/jsonl-file.ts'
import type { Study } from '../workspace/open-workspace.ts'
import type { PictureLooks } from './picture-looks.ts'

/** Throws a sentence if the records are gone. */
export async function readCheckedDataset(study: Study, { id, name, imageRoots, source }: Dataset, looks: PictureLooks, signal: AbortSignal): Promise<CheckedDataset> {
  const { records: path } = study.layout.dataset(id)
  if (!await stat(path).then(() => true, () => false))
    throw new Error(`Dataset '${id}' has lost its file '${path}'. Put it back, or remove the dataset and import '${source}' again.`)
  const records: EditRecord[] = []
  // Our own file, checked when it was written: parsing alone is enough here.
  for await (const { text, isTorn } of readLines(path)) {
    throwIfAborted(signal)
    if (!isTorn && text !== '')
      records.push(JSON.parse(text) as EditRecord)
  }
  const { find } = createImageFinder(imageRoots)
  // Many probes show one picture, and every check asks again: while the checks go, a file is looked for once.
  const looked = new Map<string, ReturnType<CheckedDataset['look']>>()
  const look = async (image: ImageRef): ReturnType<CheckedDataset['look']> => {
    const found = await find(image)
    return found.kind === 'file' ? looks.look({ path: found.path, size: found.stats.size, mtimeMs: found.stats.mtimeMs }, signal) : { reason: found.reason }
  }
  return {
    id,
    name,
    records,
    async pictureOf(image) {
      const found = await find(image)
      return found.kind === 'file' ? { path: found.path } : { reason: found.reason }
    },
    look(image) {
      const key = `${image.root}/${image.path}`
      let own = looked.get(key)
      if (!own)
        looked.set(key, own = look(image))
      return own
    },
  }
}
