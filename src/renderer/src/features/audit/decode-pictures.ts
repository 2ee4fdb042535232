// Decodes pictures before they are shown, and holds on to the last few so that the browser keeps them decoded.
import { originalUrl } from '../../lib/image-url.ts'

const most = 24
const held = new Map<string, HTMLImageElement>()

export function decodePictures(hashes: readonly string[]): void {
  for (const hash of hashes) {
    if (held.has(hash))
      continue
    const image = new Image()
    image.src = originalUrl(hash)
    // A picture that cannot be read says so where it is shown.
    image.decode().catch(() => held.delete(hash))
    held.set(hash, image)
  }
  for (const oldest of held.keys()) {
    if (held.size <= most)
      break
    held.delete(oldest)
  }
}
