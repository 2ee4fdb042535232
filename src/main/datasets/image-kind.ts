// Recognises pictures by their first bytes, whatever the file is called. No SVG: it can carry scripts.

const ascii = (bytes: Uint8Array, from: number, to: number): string => String.fromCharCode(...bytes.subarray(from, to))

/** MIME type of a picture, or undefined if the bytes are none that is shown. Needs the first 16 bytes. */
export function imageKind(bytes: Uint8Array): string | undefined {
  if (bytes[0] === 0xFF && bytes[1] === 0xD8 && bytes[2] === 0xFF)
    return 'image/jpeg'
  if (bytes[0] === 0x89 && ascii(bytes, 1, 8) === 'PNG\r\n\x1A\n')
    return 'image/png'
  if (ascii(bytes, 0, 4) === 'RIFF' && ascii(bytes, 8, 12) === 'WEBP')
    return 'image/webp'
  if (ascii(bytes, 0, 4) === 'GIF8')
    return 'image/gif'
  if (ascii(bytes, 4, 12) === 'ftypavif')
    return 'image/avif'
  if (ascii(bytes, 0, 4) === 'II*\0' || ascii(bytes, 0, 4) === 'MM\0*')
    return 'image/tiff'
  return undefined
}
