// The rows of a matrix's gradient factors that say something: x and δ = d loss / d (x·Wᵀ), whose outer products sum to d loss / d W (spec §3.4).
import { must } from '../base/errors.ts'
import type { FeedValue, Rows } from '../models/model.ts'
import { factorNames } from './gradient-factors.ts'

/** As many rows of x as of δ. */
export interface Factors {
  readonly x: Rows
  readonly delta: Rows
}

/** What an answer of several tokens loses: the mean of −log p over them, or the sum, −log p of the whole answer. */
export type AnswerLoss = 'mean' | 'sum'

/** What gradientFactors() gives for a weight; the gradient there is of the mean. */
export function factorsIn(feeds: Readonly<Record<string, FeedValue>>, weight: string, { loss, tokens }: { readonly loss: AnswerLoss, readonly tokens: number }): Factors | undefined {
  const names = factorNames(weight)
  const x = feeds[names.x]
  if (!x)
    return undefined
  const { values, ...size } = rowsOf(must(feeds[names.delta], names.delta))
  return withoutZeros({ x: rowsOf(x), delta: { ...size, values: loss === 'sum' ? values.map(v => v * tokens) : values } })
}

const rowsOf = ({ data, dims }: FeedValue): Rows => ({ values: data as Float32Array, rows: dims[0]!, width: dims[1]! })

/** The rows in which neither x nor δ is all zero; the others would only disturb the statistics. */
export function withoutZeros({ x, delta }: Factors): Factors {
  const kept = Array.from({ length: x.rows }, (_, row) => row).filter(row => [x, delta].every(({ values, width }) => values.subarray(row * width, (row + 1) * width).some(v => v !== 0)))
  return { x: pick(x, kept), delta: pick(delta, kept) }
}

/** Rows of several examples, for one edit of all of them. */
export const joinFactors = (all: readonly Factors[]): Factors => ({ x: join(all.map(({ x }) => x)), delta: join(all.map(({ delta }) => delta)) })

function pick({ values, width }: Rows, rows: readonly number[]): Rows {
  const picked = new Float32Array(rows.length * width)
  rows.forEach((row, i) => picked.set(values.subarray(row * width, (row + 1) * width), i * width))
  return { values: picked, rows: rows.length, width }
}

function join(all: readonly Rows[]): Rows {
  const { width } = must(all[0], 'factors to join')
  const values = new Float32Array(all.reduce((sum, own) => sum + own.values.length, 0))
  let at = 0
  for (const own of all) {
    values.set(own.values, at)
    at += own.values.length
  }
  return { values, rows: values.length / width, width }
}
