// The tiny BLIP-2 checkpoints of tests/fixtures/blip-2 and what transformers said about them.
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'

export interface Packed { readonly shape: readonly number[], readonly data: string }

export interface GoldenCase {
  readonly image: string | null
  readonly prompt: string
  readonly answer: string
  readonly ids: readonly number[]
  readonly expected: readonly number[]
  readonly vision?: Packed
  readonly query?: Packed
  readonly features?: Packed
  /** What the language model said; absent where only the picture side is defined. */
  readonly language?: {
    /** Position of the first answer token in the whole sequence, picture slots included. */
    readonly first: number
    readonly loss: number
    readonly logits: Packed
    readonly hidden: readonly Packed[]
    readonly gradients: Readonly<Record<string, Packed>>
    readonly generated: readonly number[]
    readonly text: string
  }
}

export interface Golden {
  readonly pixels: Readonly<Record<string, Packed>>
  readonly tokens: readonly { readonly text: string, readonly ids: readonly number[] }[]
  readonly cases: readonly GoldenCase[]
}

const root = resolve(import.meta.dirname, '../../fixtures/blip-2')
export const variants = ['current', 'sharded', 'post-norm'] as const
export const folderOf = (variant: string): string => resolve(root, variant)
export const imageOf = (name: string): string => resolve(root, 'images', name)
export const readGolden = (variant: string): Golden => JSON.parse(readFileSync(resolve(root, variant, 'golden.json'), 'utf8')) as Golden

export function unpack({ data }: Packed): Float32Array {
  const bytes = Buffer.from(data, 'base64')
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength))
}

/** Largest difference over the largest magnitude: relative to the tensor's own scale. */
export function relativeDifference(actual: ArrayLike<number>, wanted: ArrayLike<number>): number {
  if (actual.length !== wanted.length)
    return Infinity
  let difference = 0
  let scale = 1e-12
  for (let i = 0; i < wanted.length; i++) {
    difference = Math.max(difference, Math.abs(actual[i]! - wanted[i]!))
    scale = Math.max(scale, Math.abs(wanted[i]!))
  }
  return Number.isNaN(difference) ? Infinity : difference / scale
}
