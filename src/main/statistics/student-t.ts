// Student's t for intervals: the point that 2.5 % of the distribution lie above.

const normal975 = 1.959963984540054

/** Above this many degrees of freedom the expansion is exact to more than ten digits. */
const expandAbove = 200

/**
 * P(|T| ≤ t) by the finite series for whole degrees of freedom (Abramowitz and Stegun 26.7.3 and 26.7.4), with θ = atan(t/√ν):
 * odd ν: 2/π · (θ + sin θ · (cos θ + 2/3 cos³θ + … )); even ν: sin θ · (1 + 1/2 cos²θ + 1·3/(2·4) cos⁴θ + …).
 */
function centralMass(t: number, df: number): number {
  const theta = Math.atan(t / Math.sqrt(df))
  const [sine, cosine] = [Math.sin(theta), Math.cos(theta)]
  const isOdd = df % 2 === 1
  let term = isOdd ? cosine : 1
  let sum = df === 1 ? 0 : term
  for (let j = isOdd ? 3 : 2; j <= df - 2; j += 2) {
    term *= (j - 1) / j * cosine * cosine
    sum += term
  }
  return isOdd ? 2 / Math.PI * (theta + sine * sum) : sine * sum
}

/** t with P(|T| ≤ t) = 0.95 for `df` = 1, 2, …: by halving up to 200 degrees of freedom, above by Cornish and Fisher's expansion (A&S 26.7.5). */
export function studentT975(df: number): number {
  if (df > expandAbove) {
    const z = normal975
    const [z2, z3, z5, z7, z9] = [z ** 2, z ** 3, z ** 5, z ** 7, z ** 9]
    return z + (z3 + z) / (4 * df) + (5 * z5 + 16 * z3 + 3 * z) / (96 * df ** 2) + (3 * z7 + 19 * z5 + 17 * z3 - 15 * z) / (384 * df ** 3)
      + (79 * z9 + 776 * z7 + 1482 * z5 - 1920 * z2 * z - 945 * z) / (92160 * df ** 4)
  }
  let [low, high] = [normal975, 13]
  for (let i = 0; i < 52; i++) {
    const middle = (low + high) / 2
    if (centralMass(middle, df) < 0.95)
      low = middle
    else
      high = middle
  }
  return (low + high) / 2
}
