// How often each value occurs.

export interface Tally { readonly values: Float64Array, readonly counts: Float64Array }

/** Distinct values of a sorted list, ascending, and how often each occurs. */
export function tally(sorted: Float64Array): Tally {
  const values: number[] = []
  const counts: number[] = []
  for (const value of sorted) {
    if (value === values.at(-1))
      counts[counts.length - 1]!++
    else {
      values.push(value)
      counts.push(1)
    }
  }
  return { values: Float64Array.from(values), counts: Float64Array.from(counts) }
}
