// Are a dataset's pictures there? Folders are read once instead of asking for every file: 30,000 questions cost a few folder listings.
import { opendir, realpath } from 'node:fs/promises'
import { join } from 'node:path'
import type { ImageRoots } from '../../preload/contract/datasets.ts'
import type { ImageRef } from '../../preload/contract/records.ts'
import { safeImagePath } from './image-path.ts'
import { createImageFinder, isInside } from './images.ts'
import type { FoundImage } from './images.ts'

/** File names remembered at most, over all folders (about 100 bytes each); what is not remembered is asked for one by one. */
const namesRemembered = 400_000

export interface ImageCensus {
  /** undefined = the picture is a plain file inside its root; otherwise what `find` says. */
  readonly look: (ref: ImageRef) => Promise<FoundImage | undefined>
}

/** Good for one import: what appears or vanishes meanwhile may be missed. */
export function createImageCensus(roots: ImageRoots): ImageCensus {
  const finder = createImageFinder(roots)
  const listings = new Map<string, Promise<ReadonlySet<string>> | ReadonlySet<string>>()
  let remembered = 0

  /** Names of the plain files in a folder; none if it leads out of the root, is missing, or no more can be remembered. */
  const list = async (root: string, folder: string): Promise<ReadonlySet<string>> => {
    const names = new Set<string>()
    try {
      const [realRoot, realFolder] = await Promise.all([realpath(root), realpath(join(root, folder))])
      if (realFolder !== realRoot && !isInside(realRoot, realFolder))
        return names
      for await (const entry of await opendir(realFolder, { bufferSize: 1024 })) {
        if (remembered >= namesRemembered)
          break
        if (entry.isFile()) {
          names.add(entry.name)
          remembered++
        }
      }
    }
    catch {
      // `find` says what is wrong with the folder.
    }
    return names
  }

  return {
    async look(ref) {
      const safe = safeImagePath(ref.path)
      const root = Object.hasOwn(roots, ref.root) ? roots[ref.root] : undefined
      if ('path' in safe && root !== undefined) {
        const end = safe.path.lastIndexOf('/') + 1
        const folder = safe.path.slice(0, end)
        const key = `${ref.root}\0${folder}`
        let listing = listings.get(key)
        if (!listing) {
          const reading = list(root, folder)
          listings.set(key, reading)
          listing = await reading
          listings.set(key, listing)
        }
        if ((listing instanceof Set ? listing : await listing).has(safe.path.slice(end)))
          return undefined
      }
      return finder.find(ref)
    },
  }
}
