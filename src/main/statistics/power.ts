// What a comparison could have seen: the smallest true difference that n paired records find with 80 % power at a two-sided 5 %.

const z = { twoSided5: 1.959963984540054, power80: 0.8416212335729143 } as const

/**
 * Of two shares on the same n records of which a share `discordant` is right in one only (Miettinen 1968; Connor 1987):
 *
 *   √n δ = z₀.₉₇₅ √ψ + z₀.₈ √(ψ − δ²)
 *
 * solved for δ with ψ = `discordant`. A difference cannot exceed the discordance it is made of, so where that δ would be larger than ψ the
 * discordance is taken as large as the difference: n δ = (z₀.₉₇₅ + z₀.₈ √(1 − δ))². In shares, at most 1; the exact test needs slightly more.
 */
export function detectableShare(n: number, discordant: number): number {
  const [a, b] = [z.twoSided5, z.power80]
  const inside = n + b * b - a * a
  const given = inside < 0 ? Infinity : Math.sqrt(discordant) * (a * Math.sqrt(n) + b * Math.sqrt(inside)) / (n + b * b)
  if (discordant > 0 && given <= discordant)
    return Math.min(1, given)
  let [low, high] = [0, 1]
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2
    if (n * middle < (a + b * Math.sqrt(1 - middle)) ** 2)
      low = middle
    else
      high = middle
  }
  return high
}

/** Of two means on the same records, from their differences' standard deviation s: δ = (z₀.₉₇₅ + z₀.₈) s / √n, in the unit of the values. */
export function detectableMean(n: number, deviation: number): number {
  return (z.twoSided5 + z.power80) * deviation / Math.sqrt(n)
}
