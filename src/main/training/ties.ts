/** TIES merging (Yadav et al. 2023): several changes of one weight become one, without those that disagree cancelling each other out. */

/**
 * Trim: of each change only the share `density` of elements with the largest size is kept. Elect: at each element the sign with the larger
 * total wins. Merge: the mean of the kept values with that sign. Zero where nothing was kept.
 */
export function tiesMerge(changes: readonly Float32Array[], density: number): Float32Array {
  const trimmed = changes.map(change => trim(change, density))
  const out = new Float32Array(changes[0]?.length ?? 0)
  for (let i = 0; i < out.length; i++) {
    const total = trimmed.reduce((sum, change) => sum + change[i]!, 0)
    const agreeing = trimmed.map(change => change[i]!).filter(value => value * total > 0)
    out[i] = agreeing.length === 0 ? 0 : agreeing.reduce((sum, value) => sum + value, 0) / agreeing.length
  }
  return out
}

/** The change with all but the largest elements at zero; equal sizes at the border go by position. */
export function trim(change: Float32Array, density: number): Float32Array {
  const keep = Math.round(density * change.length)
  const order = Uint32Array.from(change, (_, i) => i).sort((a, b) => Math.abs(change[b]!) - Math.abs(change[a]!) || a - b)
  const out = new Float32Array(change.length)
  for (const i of order.subarray(0, keep))
    out[i] = change[i]!
  return out
}
