// From a picture's name in a dataset to a file on disk that is surely inside its image root.
import type { Stats } from 'node:fs'
import { lstat, realpath, stat } from 'node:fs/promises'
import { dirname, join, relative, isAbsolute, sep } from 'node:path'
import type { ImageRoots } from '../../preload/contract/datasets.ts'
import type { ImageRef } from '../../preload/contract/records.ts'
import { hasCode, messageOf } from '../base/errors.ts'
import { safeImagePath } from './image-path.ts'

/** `file` = found; `missing` = no such picture (yet); `refused` = following the path would leave the root. */
export type FoundImage =
  | { readonly kind: 'file', readonly path: string, readonly stats: Stats }
  | { readonly kind: 'missing', readonly reason: string }
  | { readonly kind: 'refused', readonly reason: string }

export interface ImageFinder {
  find: (ref: ImageRef) => Promise<FoundImage>
}

const isMissing = (error: unknown): boolean => hasCode(error, 'ENOENT') || hasCode(error, 'ENOTDIR')

/** Is `path` below `root`? Both are real paths. */
export function isInside(root: string, path: string): boolean {
  const way = relative(root, path)
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way)
}

const foldersRemembered = 20_000

/**
 * Finds pictures under these roots. Folders are resolved once and remembered for the finder's life, files are looked at every time:
 * one `lstat` a picture, so tens of thousands take well under a second.
 */
export function createImageFinder(roots: ImageRoots): ImageFinder {
  const realRoots = new Map<string, Promise<string>>()
  const folders = new Map<string, Promise<string>>()

  const rootOf = (name: string): Promise<string> | undefined => {
    const root = Object.hasOwn(roots, name) ? roots[name] : undefined
    if (root === undefined)
      return undefined
    let real = realRoots.get(name)
    if (!real) {
      real = realpath(root)
      realRoots.set(name, real)
      real.catch(() => realRoots.delete(name))
    }
    return real
  }

  const folderOf = (path: string): Promise<string> => {
    let real = folders.get(path)
    if (!real) {
      if (folders.size >= foldersRemembered)
        folders.clear()
      real = realpath(path)
      folders.set(path, real)
      real.catch(() => folders.delete(path))
    }
    return real
  }

  return {
    async find(ref) {
      const safe = safeImagePath(ref.path)
      if ('reason' in safe)
        return { kind: 'refused', reason: safe.reason }
      const missing: FoundImage = { kind: 'missing', reason: `'${safe.path}' is not in the image root '${ref.root}'` }
      try {
        const root = await rootOf(ref.root)
        if (root === undefined)
          return { kind: 'refused', reason: `the dataset has no image root '${ref.root}'` }
        const wanted = join(root, safe.path)
        const folder = dirname(wanted)
        const realFolder = folder === root ? root : await folderOf(folder)
        let path = join(realFolder, wanted.slice(folder.length + 1))
        let stats = await lstat(path)
        if (stats.isSymbolicLink()) {
          path = await realpath(path)
          stats = await stat(path)
        }
        if (!isInside(root, path))
          return { kind: 'refused', reason: `its path '${safe.path}' leads out of the image root through a link` }
        return stats.isFile() ? { kind: 'file', path, stats } : { kind: 'missing', reason: `'${safe.path}' in the image root '${ref.root}' is not a file` }
      }
      catch (error) {
        if (isMissing(error))
          return missing
        return { kind: 'missing', reason: `the picture '${safe.path}' cannot be reached: ${messageOf(error)}` }
      }
    },
  }
}
