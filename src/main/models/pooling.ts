// How a text encoder's folder wants one vector made of many tokens, and how many tokens it reads.

import { z } from 'zod'
import { readOptionalJson } from './checkpoint.ts'
import type { Checkpoint } from './checkpoint.ts'
import { CheckpointError } from './checkpoint-error.ts'

type Place = Pick<Checkpoint, 'folder' | 'name'>

export type Pooling = 'mean' | 'first'

const PoolingJson = z.looseObject({
  pooling_mode_mean_tokens: z.boolean().default(false),
  pooling_mode_cls_token: z.boolean().default(false),
})

/** sentence-transformers' pooling; the mean where the folder does not say. Throws CheckpointError for other kinds. */
export async function readPooling(folder: Place): Promise<Pooling> {
  const json = await readOptionalJson(folder, '1_Pooling/config.json')
  if (json === undefined)
    return 'mean'
  const asked = PoolingJson.safeParse(json).data ?? {}
  const modes = Object.entries(asked).filter(([key, value]) => key.startsWith('pooling_mode_') && value === true).map(([key]) => key)
  if (modes.length === 1 && modes[0] === 'pooling_mode_mean_tokens')
    return 'mean'
  if (modes.length === 1 && modes[0] === 'pooling_mode_cls_token')
    return 'first'
  throw new CheckpointError(`1_Pooling/config.json of text encoder '${folder.name}' asks for another pooling than the mean or the first token. Choose an encoder with one of these.`)
}

const Limits = z.looseObject({ max_seq_length: z.int().min(2).nullish() })

/** The longest text in tokens that sentence-transformers would read; without limit where the folder does not say. */
export async function readLongest(folder: Place): Promise<number> {
  const parsed = Limits.safeParse(await readOptionalJson(folder, 'sentence_bert_config.json') ?? {})
  if (!parsed.success)
    throw new CheckpointError(`sentence_bert_config.json of text encoder '${folder.name}' has a bad 'max_seq_length'. Download it again.`)
  return parsed.data.max_seq_length ?? Infinity
}

/** At most `longest` ids; the closing special token stays, as transformers cuts. */
export const cut = (ids: readonly number[], longest: number): readonly number[] =>
  ids.length <= longest ? ids : [...ids.slice(0, longest - 1), ids.at(-1)!]

/** Mean of rows [rows, width]. */
export function meanRow(values: Float32Array, rows: number, width: number): Float32Array {
  const mean = new Float64Array(width)
  for (let i = 0; i < rows * width; i++)
    mean[i % width]! += values[i]!
  return Float32Array.from(mean, v => v / rows)
}
