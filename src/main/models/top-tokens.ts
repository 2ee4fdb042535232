/** Best tokens of rows of logits; ties go to the lowest id. */

/** Index of the largest of `length` values from `offset`. */
export function bestOf(logits: Float32Array, offset: number, length: number): number {
  let best = 0
  for (let i = 1; i < length; i++) {
    if (logits[offset + i]! > logits[offset + best]!)
      best = i
  }
  return best
}

/** softmax(logits)[token] of one row. */
export function probabilityOf(logits: Float32Array, offset: number, length: number, token: number): number {
  const { largest, sum } = partition(logits, offset, length)
  return Math.exp(logits[offset + token]! - largest) / sum
}

/** log softmax(logits)[token] of one row, also where the probability itself would round to 0. */
export function logProbabilityOf(logits: Float32Array, offset: number, length: number, token: number): number {
  const { largest, sum } = partition(logits, offset, length)
  return logits[offset + token]! - largest - Math.log(sum)
}

function partition(logits: Float32Array, offset: number, length: number): { largest: number, sum: number } {
  const largest = logits[offset + bestOf(logits, offset, length)]!
  let sum = 0
  for (let i = 0; i < length; i++)
    sum += Math.exp(logits[offset + i]! - largest)
  return { largest, sum }
}

/** The `count` best ids of every row, best first: row-major [rows, count]. Fewer tokens than `count` leave −1. */
export function topTokens(logits: Float32Array, rows: number, vocabulary: number, count: number): Int32Array {
  const out = new Int32Array(rows * count).fill(-1)
  const values = new Float64Array(count)
  for (let row = 0; row < rows; row++) {
    const at = row * count
    values.fill(-Infinity)
    for (let id = 0; id < vocabulary; id++) {
      const value = logits[row * vocabulary + id]!
      // Equal values stay behind earlier ids, so only a strictly larger one enters.
      if (!(value > values[count - 1]!))
        continue
      let k = count - 1
      for (; k > 0 && value > values[k - 1]!; k--) {
        values[k] = values[k - 1]!
        out[at + k] = out[at + k - 1]!
      }
      values[k] = value
      out[at + k] = id
    }
  }
  return out
}
