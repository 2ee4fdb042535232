// The k best token ids of a row of logits, best first. Ties go to the lowest id, so the same logits give the same list anywhere.

/** The id of the highest logit; the lowest such id. */
export function argMax(logits: ArrayLike<number>): number {
  let best = 0
  for (let i = 1; i < logits.length; i++) {
    if (logits[i]! > logits[best]!)
      best = i
  }
  return best
}

/** The k best ids (all of them, when there are fewer), best first. */
export function topK(logits: ArrayLike<number>, k: number): number[] {
  const best: number[] = []
  for (let id = 0; id < logits.length; id++) {
    const value = logits[id]!
    if (best.length === k && !(value > logits[best[k - 1]!]!))
      continue
    // Insert after everything at least as high: equal values keep the order of their ids.
    let at = best.length
    while (at > 0 && value > logits[best[at - 1]!]!)
      at--
    best.splice(at, 0, id)
    if (best.length > k)
      best.pop()
  }
  return best
}
