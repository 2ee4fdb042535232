/**
 * Reading safetensors headers (https://github.com/huggingface/safetensors#format): eight bytes of header length,
 * a JSON header, raw little-endian tensors. A file is hostile until its header has passed every check here;
 * tensor bytes are never read by this module, only located.
 */

import { open } from 'node:fs/promises'
import { basename } from 'node:path'
import { z } from 'zod'
import { messageOf } from '../base/errors.ts'
import type { StoredDType } from '../tensor/expr.ts'
import { CheckpointError } from './checkpoint-error.ts'

/** One tensor and where its bytes lie. */
export interface StoredTensor {
  readonly name: string
  readonly shape: readonly number[]
  readonly dtype: string
  /** File name inside the checkpoint folder. */
  readonly file: string
  /** From the start of the file. */
  readonly offset: number
  readonly length: number
}

export interface SafetensorsFile {
  readonly file: string
  readonly sizeBytes: number
  /** The header's own text, for the fingerprint. */
  readonly header: string
  readonly tensors: readonly StoredTensor[]
}

// The reference implementation refuses headers above 100 MB.
const MAX_HEADER_BYTES = 100_000_000

const bytesPerValue: Readonly<Record<string, number>> = {
  F64: 8, F32: 4, F16: 2, BF16: 2, I64: 8, I32: 4, I16: 2, I8: 1, U64: 8, U32: 4, U16: 2, U8: 1, BOOL: 1, F8_E4M3: 1, F8_E5M2: 1,
}

const storedTypes: Readonly<Record<string, StoredDType>> = { F32: 'float32', F16: 'float16', BF16: 'bfloat16' }

/** The type the engine computes from, or undefined for types it cannot compute with (integers, fp8). */
export const storedDType = (dtype: string): StoredDType | undefined => storedTypes[dtype]

const Size = z.int().nonnegative()
const Entry = z.object({ dtype: z.string(), shape: z.array(Size).max(8), data_offsets: z.tuple([Size, Size]) })
const Header = z.record(z.string(), z.unknown())

/** Reads and checks one file's header. Throws CheckpointError. */
export async function openSafetensors(path: string): Promise<SafetensorsFile> {
  const file = basename(path)
  const handle = await open(path, 'r').catch((error: unknown) => {
    throw new CheckpointError(`Cannot open '${file}': ${messageOf(error)}. Is the download complete?`)
  })
  try {
    const sizeBytes = (await handle.stat()).size
    const start = new DataView(new ArrayBuffer(8))
    if (sizeBytes < 8 || (await handle.read(start, 0, 8, 0)).bytesRead < 8)
      throw new CheckpointError(`'${file}' has ${sizeBytes} bytes and is no safetensors file: its header does not fit. Download it again.`)
    const headerBytes = Number(start.getBigUint64(0, true))
    if (headerBytes > MAX_HEADER_BYTES)
      throw new CheckpointError(`'${file}' claims a header of ${headerBytes} bytes; safetensors allows ${MAX_HEADER_BYTES}. Is it a safetensors file?`)
    if (8 + headerBytes > sizeBytes)
      throw new CheckpointError(`'${file}' is truncated: its header should have ${headerBytes} bytes, but the file ends after ${sizeBytes}. Download it again.`)
    const bytes = Buffer.alloc(headerBytes)
    await handle.read(bytes, 0, headerBytes, 8)
    const header = bytes.toString('utf8')
    return { file, sizeBytes, header, tensors: parseHeader(file, header, 8 + headerBytes, sizeBytes) }
  }
  finally {
    await handle.close()
  }
}

/** Tensors of a header. `dataStart` and `fileSize` bound where their bytes may lie. Throws CheckpointError. */
export function parseHeader(file: string, header: string, dataStart: number, fileSize: number): StoredTensor[] {
  const entries = parseJson(file, header)
  const tensors: StoredTensor[] = []
  for (const [name, value] of Object.entries(entries)) {
    if (name === '__metadata__')
      continue
    const entry = Entry.safeParse(value)
    if (!entry.success)
      throw new CheckpointError(`Tensor '${name}' in '${file}' has no valid dtype, shape and data_offsets. Download the file again.`)
    tensors.push(locate(file, name, entry.data, dataStart, fileSize))
  }
  refuseOverlaps(file, tensors)
  return tensors
}

function parseJson(file: string, header: string): Record<string, unknown> {
  try {
    return Header.parse(JSON.parse(header))
  }
  catch {
    throw new CheckpointError(`The header of '${file}' is not a JSON object. Is it a safetensors file?`)
  }
}

function locate(file: string, name: string, entry: z.infer<typeof Entry>, dataStart: number, fileSize: number): StoredTensor {
  const [begin, end] = entry.data_offsets
  const width = bytesPerValue[entry.dtype]
  if (width === undefined)
    throw new CheckpointError(`Tensor '${name}' in '${file}' has the unknown type '${entry.dtype}'. Known: ${Object.keys(bytesPerValue).join(', ')}.`)
  const needed = entry.shape.reduce((a, b) => a * b, width)
  if (!Number.isSafeInteger(needed) || end < begin || end - begin !== needed)
    throw new CheckpointError(`Tensor '${name}' in '${file}' is ${entry.dtype} [${entry.shape.join(', ')}], which takes ${needed} bytes, but its offsets [${begin}, ${end}] hold ${end - begin}. Download the file again.`)
  if (dataStart + end > fileSize)
    throw new CheckpointError(`'${file}' is truncated: tensor '${name}' ends at byte ${dataStart + end}, but the file has ${fileSize}. Download it again.`)
  return { name, shape: entry.shape, dtype: entry.dtype, file, offset: dataStart + begin, length: needed }
}

function refuseOverlaps(file: string, tensors: readonly StoredTensor[]): void {
  const inOrder = tensors.filter(t => t.length > 0).sort((a, b) => a.offset - b.offset)
  for (const [i, tensor] of inOrder.entries()) {
    const previous = inOrder[i - 1]
    if (previous && previous.offset + previous.length > tensor.offset)
      throw new CheckpointError(`Tensors '${previous.name}' and '${tensor.name}' in '${file}' overlap. Download the file again.`)
  }
}
