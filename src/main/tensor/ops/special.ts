/** Special functions JavaScript's Math lacks, in float64. */

/** erf by its Maclaurin series for small |x| and a continued fraction of erfc beyond; relative error near 1e-15. */
export function erf64(x: number): number {
  const a = Math.abs(x)
  if (a < 2.5) {
    // erf(x) = 2/√π · e^(-x²) · Σ 2ⁿ x^(2n+1) / (2n+1)!!   (all terms positive, no cancellation)
    let term = a
    let sum = a
    for (let n = 1; term > sum * 1e-17; n++) {
      term *= (2 * a * a) / (2 * n + 1)
      sum += term
    }
    return Math.sign(x) * (2 / Math.sqrt(Math.PI)) * Math.exp(-a * a) * sum
  }
  // erfc(x) = e^(-x²)/√π · 1/(x + (1/2)/(x + (2/2)/(x + (3/2)/(x + …))))
  let fraction = a
  for (let k = 60; k >= 1; k--)
    fraction = a + k / 2 / fraction
  return Math.sign(x) * (1 - Math.exp(-a * a) / (Math.sqrt(Math.PI) * fraction))
}
