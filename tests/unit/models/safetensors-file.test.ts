// Trained editors on disk: every bit comes back, and a damaged file is a sentence.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { encodeTensorFile, readTensorFile, readTensorNotes } from '../../../src/main/models/safetensors-file.ts'
import { openSafetensors } from '../../../src/main/models/safetensors.ts'
import { put, temporaryFolder } from '../workspace/study.ts'

const bits = (data: Float32Array): number[] => [...new Uint32Array(data.buffer, data.byteOffset, data.length)]
// A NaN with a payload, both zeros, the smallest and largest numbers: what a detour over numbers would change.
const odd = new Float32Array(Uint32Array.from([0x7FC00123, 0x80000000, 0, 1, 0x7F7FFFFF, 0xFF800000]).buffer)
const file = {
  tensors: new Map([
    ['b/weight é', { shape: [2, 3], data: odd }],
    ['10', { shape: [], data: Float32Array.of(3) }],
    ['a', { shape: [0, 4], data: new Float32Array(0) }],
    // A window into a larger buffer.
    ['view', { shape: [2], data: new Float32Array(Float32Array.of(9, 1, 2, 9).buffer, 4, 2) }],
  ]),
  metadata: { note: 'Žluťoučký „kůň“\n', steps: '12' },
}

describe('tensor files', () => {
  it('come back bit for bit, with their notes', async () => {
    const path = put(join(temporaryFolder(), 'editor.safetensors'), encodeTensorFile(file))
    const read = await readTensorFile(path)
    expect(read.metadata).toEqual(file.metadata)
    expect(new Set(read.tensors.keys())).toEqual(new Set(file.tensors.keys()))
    for (const [name, { shape, data }] of file.tensors)
      expect([read.tensors.get(name)!.shape, bits(read.tensors.get(name)!.data)]).toEqual([shape, bits(data)])
    expect(await readTensorNotes(path)).toEqual({ metadata: file.metadata, sizeBytes: readFileSync(path).length })
    // As the specification wants it: the data begins at a multiple of 8.
    const bytes = readFileSync(path)
    expect(Number(bytes.readBigUInt64LE(0)) % 8).toBe(0)
    expect((await openSafetensors(path)).tensors).toHaveLength(4)
  })

  it('need neither tensors nor notes', async () => {
    const path = put(join(temporaryFolder(), 'empty.safetensors'), encodeTensorFile({ tensors: new Map(), metadata: {} }))
    expect(await readTensorFile(path)).toEqual({ tensors: new Map(), metadata: {} })
  })

  it('refuse what no reader could take apart', () => {
    expect(() => encodeTensorFile({ tensors: new Map([['__metadata__', { shape: [1], data: odd }]]), metadata: {} })).toThrow('no tensor can have that name')
    expect(() => encodeTensorFile({ tensors: new Map([['w', { shape: [2], data: odd }]]), metadata: {} })).toThrow('has 6 values')
  })

  it('are hostile until read: cut, of another type, with notes that are none', async () => {
    const whole = encodeTensorFile(file)
    const folder = temporaryFolder()
    await expect(readTensorFile(put(join(folder, 'cut'), whole.subarray(0, whole.length - 1)))).rejects.toThrow('truncated')
    const text = Buffer.from(whole).toString('latin1')
    await expect(readTensorFile(put(join(folder, 'ints'), Buffer.from(text.replace('"F32"', '"I32"'), 'latin1')))).rejects.toThrow('is I32; trained editors are F32')
    await expect(readTensorNotes(put(join(folder, 'notes'), Buffer.from(text.replace('"12"', '1234'), 'latin1')))).rejects.toThrow('does not hold texts by name')
    await expect(readTensorFile(join(folder, 'none'))).rejects.toThrow('Cannot open \'none\'')
  })
})
