/** A checkpoint's tensors as leaves of expressions, addressed by one set of names whatever release wrote the file. */

import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { weight } from '../tensor/expr.ts'
import type { Expr, WeightLocation } from '../tensor/expr.ts'
import type { Checkpoint } from './checkpoint.ts'
import { CheckpointError } from './checkpoint-error.ts'
import { storedDType } from './safetensors.ts'

/** Weights below a path of names: `w.at('layers.0').get('fc1.weight', [4, 8])`. */
export interface Weights {
  readonly at: (path: string) => Weights
  /** The tensor as a leaf. Throws CheckpointError when it is missing or has another shape. */
  readonly get: (path: string, shape: readonly number[]) => Expr
  readonly has: (path: string) => boolean
}

/** Rewrites a current name into one an older or newer release used; see the architecture's list. */
export type NameRule = readonly [pattern: RegExp, replacement: string]

export interface WeightStore {
  readonly root: Weights
  /** Every leaf handed out so far, by name, in the order of asking. */
  readonly used: ReadonlyMap<string, Expr>
  /** Tensors of the files that nothing asked for. */
  readonly unused: () => string[]
}

export function createWeights(checkpoint: Checkpoint, architecture: string, rules: readonly NameRule[]): WeightStore {
  const used = new Map<string, Expr>()
  const taken = new Set<string>()
  const find = (name: string) => {
    for (const candidate of spellings(name, rules)) {
      const tensor = checkpoint.tensors.get(candidate)
      if (tensor)
        return tensor
    }
    return undefined
  }

  function get(name: string, shape: readonly number[]): Expr {
    const known = used.get(name)
    if (known)
      return known
    const tensor = find(name)
    if (!tensor)
      throw new CheckpointError(`Checkpoint '${checkpoint.name}' has no tensor '${name}', which architecture ${architecture} needs. Is the download complete?`)
    if (tensor.shape.join() !== shape.join())
      throw new CheckpointError(`Tensor '${tensor.name}' of checkpoint '${checkpoint.name}' has shape [${tensor.shape.join(', ')}], but its config.json asks for [${shape.join(', ')}]. Do config.json and the weights belong together?`)
    const stored = storedDType(tensor.dtype)
    if (!stored)
      throw new CheckpointError(`Tensor '${tensor.name}' of checkpoint '${checkpoint.name}' is ${tensor.dtype}; the engine computes from F32, F16 and BF16. Get the model in one of these types.`)
    const leaf = weight(name, shape, { file: tensor.file, offset: tensor.offset, length: tensor.length, stored })
    used.set(name, leaf)
    taken.add(tensor.name)
    return leaf
  }

  const below = (prefix: string): Weights => ({
    at: path => below(`${prefix}${path}.`),
    get: (path, shape) => get(prefix + path, shape),
    has: path => find(prefix + path) !== undefined,
  })
  return { root: below(''), used, unused: () => [...checkpoint.tensors.keys()].filter(name => !taken.has(name)) }
}

/** The name and everything the rules make of it, rules applied alone and together. */
export function spellings(name: string, rules: readonly NameRule[]): string[] {
  const all = [name]
  for (const known of all) { // grows while it is walked
    for (const [pattern, replacement] of rules) {
      const other = known.replace(pattern, replacement)
      if (!all.includes(other))
        all.push(other)
    }
  }
  return all
}

/** Reads a tensor's values as fp32. */
export async function readTensor(folder: string, location: WeightLocation): Promise<Float32Array> {
  const handle = await open(join(folder, location.file), 'r')
  try {
    const bytes = new Uint8Array(location.length)
    const { bytesRead } = await handle.read(bytes, 0, location.length, location.offset)
    if (bytesRead < location.length)
      throw new CheckpointError(`'${location.file}' ends inside a tensor at byte ${location.offset + bytesRead}. Did the file change while it was open? Open the model again.`)
    return widen(bytes, location.stored)
  }
  finally {
    await handle.close()
  }
}

/** Little-endian stored values to fp32. */
export function widen(bytes: Uint8Array<ArrayBuffer>, stored: WeightLocation['stored']): Float32Array {
  if (stored === 'float32')
    return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4)
  const halves = new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 2)
  if (stored === 'float16') {
    const table = halfTable()
    const out = new Float32Array(halves.length)
    for (let i = 0; i < out.length; i++)
      out[i] = table[halves[i]!]!
    return out
  }
  // bfloat16 is the upper half of a float32.
  const out = new Uint32Array(halves.length)
  for (let i = 0; i < out.length; i++)
    out[i] = halves[i]! << 16
  return new Float32Array(out.buffer)
}

let halfValues: Float32Array | undefined
/** All 65,536 half-precision numbers: looking them up is many times faster than taking each apart. */
const halfTable = (): Float32Array => halfValues ??= Float32Array.from({ length: 65_536 }, (_, h) => halfToFloat(h))

function halfToFloat(h: number): number {
  const sign = h & 0x8000 ? -1 : 1
  const exponent = (h >> 10) & 0x1F
  const fraction = h & 0x3FF
  if (exponent === 0)
    return sign * fraction * 2 ** -24
  if (exponent === 31)
    return fraction === 0 ? sign * Infinity : Number.NaN
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}
