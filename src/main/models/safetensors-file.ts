// Named fp32 tensors as one safetensors file and back: trained editors, and checkpoints of trainings. Hostile until the header has passed every check.
import { open } from 'node:fs/promises'
import { z } from 'zod'
import { CheckpointError } from './checkpoint-error.ts'
import { openSafetensors } from './safetensors.ts'
import type { SafetensorsFile } from './safetensors.ts'
import type { NamedTensor, TensorFile } from './tensor-file.ts'

/**
 * The file's bytes: header length (uint64), JSON header padded with blanks so that the data begins at a multiple of 8, the
 * tensors one after another, little-endian. Every bit of every value is kept. Throws a sentence for a tensor whose shape does not fit its values.
 */
export function encodeTensorFile({ tensors, metadata }: TensorFile): Uint8Array {
  const entries: [string, unknown][] = Object.keys(metadata).length > 0 ? [['__metadata__', metadata]] : []
  let end = 0
  for (const [name, { shape, data }] of tensors) {
    if (name === '__metadata__')
      throw new Error('internal: safetensors keeps notes under \'__metadata__\'; no tensor can have that name.')
    if (shape.reduce((size, side) => size * side, 1) !== data.length)
      throw new Error(`internal: tensor '${name}' of shape [${shape.join(', ')}] has ${data.length} values.`)
    entries.push([name, { dtype: 'F32', shape, data_offsets: [end, end + data.byteLength] }])
    end += data.byteLength
  }
  let header = JSON.stringify(Object.fromEntries(entries))
  header += ' '.repeat((8 - Buffer.byteLength(header) % 8) % 8)
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(Buffer.byteLength(header)))
  return Buffer.concat([length, Buffer.from(header), ...[...tensors.values()].map(({ data }) => Buffer.from(data.buffer, data.byteOffset, data.byteLength))])
}

const Notes = z.object({ __metadata__: z.record(z.string(), z.string()).optional() })

function notesOf({ file, header }: SafetensorsFile): Record<string, string> {
  const parsed = Notes.safeParse(JSON.parse(header))
  if (!parsed.success)
    throw new CheckpointError(`The '__metadata__' of '${file}' does not hold texts by name. Restore the file from a copy, or remove it.`)
  return parsed.data.__metadata__ ?? {}
}

/** The notes of a file, without reading its tensors. Throws CheckpointError. */
export async function readTensorNotes(path: string): Promise<{ readonly metadata: Readonly<Record<string, string>>, readonly sizeBytes: number }> {
  const file = await openSafetensors(path)
  return { metadata: notesOf(file), sizeBytes: file.sizeBytes }
}

/** Every tensor, in the order of the bytes, and the notes. Throws CheckpointError for what is not fp32 or not whole. */
export async function readTensorFile(path: string): Promise<TensorFile> {
  const file = await openSafetensors(path)
  const tensors = new Map<string, NamedTensor>()
  const handle = await open(path, 'r')
  try {
    for (const { name, shape, dtype, offset, length } of [...file.tensors].sort((a, b) => a.offset - b.offset)) {
      if (dtype !== 'F32')
        throw new CheckpointError(`Tensor '${name}' of '${file.file}' is ${dtype}; trained editors are F32. Train it again, or convert it.`)
      const data = new Float32Array(length / 4)
      const { bytesRead } = await handle.read(new Uint8Array(data.buffer), 0, length, offset)
      if (bytesRead < length)
        throw new CheckpointError(`'${file.file}' ends inside tensor '${name}'. Restore the file from a copy, or train again.`)
      tensors.set(name, { shape, data })
    }
  }
  finally {
    await handle.close()
  }
  return { tensors, metadata: notesOf(file) }
}
