// Pictures of a job's records as absolute paths: looked for when a record's turn comes, asked for without waiting.
import { stat } from 'node:fs/promises'
import type { ImageRoots } from '../../preload/contract/datasets.ts'
import type { EditRecord, ImageRef } from '../../preload/contract/records.ts'
import { generatedPicture, generatedRoot } from '../datasets/generated-images.ts'
import { createImageFinder } from '../datasets/images.ts'
import type { FoundImage } from '../datasets/images.ts'
import { allProbes } from '../runs/probes.ts'
import type { ResolveImage } from '../runs/probes.ts'

export interface RecordImages {
  /** Looks for the record's pictures; call before `resolve` is asked for them. */
  readonly prepare: (record: EditRecord) => Promise<EditRecord>
  readonly resolve: ResolveImage
}

async function generated(image: ImageRef): Promise<FoundImage> {
  const path = await generatedPicture(image)
  return { kind: 'file', path, stats: await stat(path) }
}

const keyOf = (image: ImageRef): string => `${image.root}/${image.path}`

export function createRecordImages(roots: ImageRoots): RecordImages {
  const finder = createImageFinder(roots)
  // All that were looked for are remembered: batches and sequences come back to earlier records.
  const found = new Map<string, FoundImage>()
  return {
    async prepare(record) {
      const images = allProbes(record).flatMap(({ probe }) => probe.image ?? [])
      await Promise.all(images.map(async image => found.set(keyOf(image), await (image.root === generatedRoot ? generated(image) : finder.find(image)))))
      return record
    },
    resolve(image) {
      const file = found.get(keyOf(image))
      if (file?.kind === 'file')
        return file.path
      throw new Error(`Picture '${image.path}' cannot be shown to the model: ${file?.reason ?? 'it belongs to another record'}. Put it into the folder '${roots[image.root] ?? image.root}' and run again.`)
    },
  }
}
