// Features by content, kept on disk between programs: a file that grows by entries of fixed size and never changes what it holds.
import { mkdir, open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { createSerial } from '../base/async.ts'
import { hasCode } from '../base/errors.ts'

// Header: 'MMF1', width as uint32. Entry: 32 bytes of SHA-256, then [width] fp32. All little-endian, all multiples of four bytes.
const magic = 0x31464D4D
const headerBytes = 8
const hashBytes = 32
const chunkBytes = 8 * 2 ** 20

export interface FeatureFile {
  /** Every feature that is there, [width] each; `use` must not keep `values`. Later entries of one hash are the same. */
  readonly each: (use: (hash: string, values: Float32Array) => void) => Promise<void>
  /** Adds features; another program may do so at the same time. */
  readonly append: (features: readonly { readonly hash: string, readonly values: Float32Array }[]) => Promise<void>
}

/** The file is made with the first feature. One that is torn at its end (a crash) is read up to there and cut before the next entry. */
export function createFeatureFile(path: string): FeatureFile {
  const inOrder = createSerial()
  return {
    each: use => inOrder(async () => {
      const handle = await open(path, 'r').catch((error: unknown) => {
        if (hasCode(error, 'ENOENT'))
          return undefined
        throw error
      })
      if (!handle)
        return
      try {
        const width = await readHeader(handle)
        if (width === undefined)
          return
        const entry = hashBytes + 4 * width
        const buffer = new ArrayBuffer(Math.max(1, Math.floor(chunkBytes / entry)) * entry)
        for (let at = headerBytes; ;) {
          const { bytesRead } = await handle.read(new Uint8Array(buffer), 0, buffer.byteLength, at)
          const whole = Math.floor(bytesRead / entry)
          for (let i = 0; i < whole; i++)
            use(Buffer.from(buffer, i * entry, hashBytes).toString('hex'), new Float32Array(buffer, i * entry + hashBytes, width))
          if (whole === 0)
            return
          at += whole * entry
        }
      }
      finally {
        await handle.close()
      }
    }),
    append: features => inOrder(async () => {
      const width = features[0]?.values.length
      if (width === undefined)
        return
      await mkdir(dirname(path), { recursive: true })
      const handle = await open(path, 'a+')
      try {
        const { size } = await handle.stat()
        const entry = hashBytes + 4 * width
        if (size < headerBytes || await readHeader(handle) !== width) {
          await handle.truncate(0)
          await handle.appendFile(header(width))
        }
        else if ((size - headerBytes) % entry !== 0) {
          await handle.truncate(size - (size - headerBytes) % entry)
        }
        await handle.appendFile(Buffer.concat(features.flatMap(({ hash, values }) => [Buffer.from(hash, 'hex'), bytesOf(values)])))
      }
      finally {
        await handle.close()
      }
    }),
  }
}

function header(width: number): Buffer {
  const bytes = Buffer.alloc(headerBytes)
  bytes.writeUInt32LE(magic, 0)
  bytes.writeUInt32LE(width, 4)
  return bytes
}

/** Width of the features, or undefined where the file is not (yet) one of ours. */
async function readHeader(handle: Awaited<ReturnType<typeof open>>): Promise<number | undefined> {
  const bytes = Buffer.alloc(headerBytes)
  const { bytesRead } = await handle.read(bytes, 0, headerBytes, 0)
  const width = bytes.readUInt32LE(4)
  return bytesRead === headerBytes && bytes.readUInt32LE(0) === magic && width > 0 ? width : undefined
}

const bytesOf = (values: Float32Array): Buffer => Buffer.from(values.buffer, values.byteOffset, values.byteLength)
