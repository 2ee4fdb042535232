// Files of one folder by URL path: the built page. Nothing outside the folder can be named.
import { readFile, realpath } from 'node:fs/promises'
import { extname, join, sep } from 'node:path'
import { hasCode } from '../base/errors.ts'

export interface StaticFile {
  readonly contentType: string
  readonly cacheControl: string
  readonly bytes: Uint8Array
}

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.webp': 'image/webp',
  '.ico': 'image/x-icon',
  '.woff': 'font/woff',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
}

/**
 * The path inside the folder that a URL path names, or undefined if it names none:
 * bad escapes, NUL, backslashes, and `..` or hidden segments are refused before the disk is asked.
 */
export function relativePathOf(urlPath: string): string | undefined {
  let path: string
  try {
    path = decodeURIComponent(urlPath)
  }
  catch {
    return undefined
  }
  if (!path.startsWith('/') || /[\0\\:]/.test(path))
    return undefined
  const segments = path.split('/').filter(segment => segment !== '')
  if (segments.some(segment => segment.startsWith('.')))
    return undefined
  return segments.join('/')
}

/**
 * Reads files of `root` by URL path. A path without a file extension is a route of the page and gives index.html.
 * @returns undefined where there is no such file.
 */
export function openStaticFiles(root: string): (urlPath: string) => Promise<StaticFile | undefined> {
  return async (urlPath) => {
    const relative = relativePathOf(urlPath)
    if (relative === undefined)
      return undefined
    const name = extname(relative) === '' ? 'index.html' : relative
    try {
      const folder = await realpath(root)
      // A symlink inside the folder that leads out of it is not part of the page.
      const file = await realpath(join(folder, name))
      if (!file.startsWith(folder + sep))
        return undefined
      return {
        contentType: contentTypes[extname(file).toLowerCase()] ?? 'application/octet-stream',
        // Vite puts a content hash into the names under assets/.
        cacheControl: name.startsWith('assets/') ? 'private, max-age=31536000, immutable' : 'no-cache',
        bytes: await readFile(file),
      }
    }
    catch (error) {
      if (hasCode(error, 'ENOENT') || hasCode(error, 'ENOTDIR') || hasCode(error, 'EISDIR'))
        return undefined
      throw error
    }
  }
}
