// Mean and spread of rows seen so far, per dimension: Welford's update for a batch of rows at once (Chan, Golub & LeVeque 1979).
import type { Rows } from '../models/model.ts'

/** Kept in float32, so that what a file holds is all there is. */
export interface Moments {
  /** Rows seen. */
  readonly count: number
  readonly mean: Float32Array
  /** Sum of squared distances from the mean. */
  readonly squares: Float32Array
}

export const noMoments = (width: number): Moments => ({ count: 0, mean: new Float32Array(width), squares: new Float32Array(width) })

/**
 * The moments after these rows too: with n new rows of mean m and squares s,
 *
 *   μ' = μ + (m − μ)·n/(k + n),  S' = S + s + (m − μ)²·k·n/(k + n)
 */
export function addRows({ count, mean, squares }: Moments, { values, rows, width }: Rows): Moments {
  if (rows === 0)
    return { count, mean, squares }
  const total = count + rows
  const nextMean = new Float32Array(width)
  const nextSquares = new Float32Array(width)
  for (let j = 0; j < width; j++) {
    let sum = 0
    for (let i = 0; i < rows; i++)
      sum += values[i * width + j]!
    const own = sum / rows
    let spread = 0
    for (let i = 0; i < rows; i++)
      spread += (values[i * width + j]! - own) ** 2
    const apart = own - mean[j]!
    nextMean[j] = mean[j]! + apart * rows / total
    nextSquares[j] = squares[j]! + spread + apart * apart * count * rows / total
  }
  return { count: total, mean: nextMean, squares: nextSquares }
}

/** √(S / (k − 1)), and 0 of a single row. */
export const deviationOf = ({ count, squares }: Moments): Float32Array => squares.map(s => Math.sqrt(s / Math.max(1, count - 1)))

/** Writes (x − μ) / (σ + 1e-7) of every row into `to`, whose rows are `stride` apart, from `offset` on. */
export function normaliseInto(to: Float32Array, offset: number, stride: number, { values, rows, width }: Rows, { mean }: Moments, deviation: Float32Array): void {
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < width; j++)
      to[i * stride + offset + j] = (values[i * width + j]! - mean[j]!) / (deviation[j]! + 1e-7)
  }
}
