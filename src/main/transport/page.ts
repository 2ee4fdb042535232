// One URL in, one answer out: the page's files and the study's pictures, the same for the server and the desktop shell.
import { ImageHash } from '../../preload/contract/identifiers.ts'
import { messageOf } from '../base/errors.ts'
import { securityHeaders } from './content-security.ts'
import { openStaticFiles } from './static-files.ts'

/** Pictures of opened datasets, by content. `size`: longest side in pixels, undefined for the file as it is. */
export interface ImageSource {
  readonly read: (hash: ImageHash, size?: number) => Promise<{ readonly contentType: string, readonly bytes: Uint8Array } | undefined>
}

export interface PageAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

export interface PageOptions {
  /** Folder of the built page. */
  readonly root: string
  readonly images: ImageSource
  /** WebSocket address to name in the policy. */
  readonly socket?: string
}

const imageSizes = { least: 16, most: 2048 }

/** A sentence as an answer. */
export function plainAnswer(status: number, sentence: string, socket?: string): PageAnswer {
  return {
    status,
    headers: { ...securityHeaders(socket), 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' },
    body: new TextEncoder().encode(`${sentence}\n`),
  }
}

/** Answers GET requests: `/images/<sha256>?size=<pixels>` and everything else from the built page. */
export function createPage({ root, images, socket }: PageOptions): (url: URL) => Promise<PageAnswer> {
  const files = openStaticFiles(root)
  const found = (contentType: string, cacheControl: string, body: Uint8Array): PageAnswer => ({
    status: 200,
    headers: { ...securityHeaders(socket), 'content-type': contentType, 'cache-control': cacheControl },
    body,
  })
  return async (url) => {
    try {
      if (url.pathname.startsWith('/images/')) {
        const hash = ImageHash.safeParse(url.pathname.slice('/images/'.length))
        const asked = url.searchParams.get('size')
        const size = asked === null ? undefined : Number(asked)
        if (!hash.success || (size !== undefined && !(Number.isInteger(size) && size >= imageSizes.least && size <= imageSizes.most)))
          return plainAnswer(400, `A picture is asked for as /images/<SHA-256>?size=${imageSizes.least}…${imageSizes.most}.`, socket)
        const image = await images.read(hash.data, size)
        return image
          ? found(image.contentType, 'private, max-age=31536000, immutable', image.bytes)
          : plainAnswer(404, `No opened dataset has a picture with the SHA-256 ${hash.data}.`, socket)
      }
      const file = await files(url.pathname)
      if (file)
        return found(file.contentType, file.cacheControl, file.bytes)
      return url.pathname === '/'
        ? plainAnswer(503, 'The page is not built yet. Run npm run build.', socket)
        : plainAnswer(404, `There is nothing at ${url.pathname}.`, socket)
    }
    catch (error) {
      return plainAnswer(500, `Could not answer ${url.pathname}: ${messageOf(error)}`, socket)
    }
  }
}
