// Binomial numbers: tails without underflow, and random draws that cost the same for ten trials as for ten million.

/** ln n!, sums of logarithms below 16,384 and Stirling's series above (its error is below 1e-15 there). */
export function logFactorial(n: number): number {
  if (n < tabled)
    return small[n]!
  const x = n + 1
  return (x - 0.5) * Math.log(x) - x + halfLogTwoPi + 1 / (12 * x) - 1 / (360 * x ** 3) + 1 / (1260 * x ** 5)
}

const halfLogTwoPi = 0.5 * Math.log(2 * Math.PI)
const tabled = 16_384
const small = new Float64Array(tabled)
for (let n = 2; n < tabled; n++)
  small[n] = small[n - 1]! + Math.log(n)

/** P(X = k) of X ~ Bin(n, ½). */
export function halfMass(n: number, k: number): number {
  return Math.exp(logFactorial(n) - logFactorial(k) - logFactorial(n - k) - n * Math.LN2)
}

/** P(X ≤ k) of X ~ Bin(n, ½), summed from the largest term down; k at most n / 2. */
export function halfTail(n: number, k: number): number {
  let term = halfMass(n, k)
  let sum = 0
  for (let i = k; i >= 0 && term > sum * 1e-17; i--) {
    sum += term
    term *= i / (n - i + 1)
  }
  return sum
}

/** Uniform in [0, 1). */
export type Uniform = () => number

/**
 * A draw of Bin(n, p): inversion where n·min(p, 1 − p) < 10, otherwise Hörmann's transformed rejection BTRS (Hörmann 1993, "The generation of
 * binomial random variates", J. Stat. Comput. Simul. 46), about 1.2 pairs of uniforms a draw whatever n is.
 */
export function drawBinomial(n: number, p: number, uniform: Uniform): number {
  if (p > 0.5)
    return n - drawBinomial(n, 1 - p, uniform)
  if (n === 0 || p <= 0)
    return 0
  return n * p < 10 ? byInversion(n, p, uniform) : byRejection(n, p, uniform)
}

function byInversion(n: number, p: number, uniform: Uniform): number {
  const odds = p / (1 - p)
  let mass = (1 - p) ** n
  let left = uniform()
  let k = 0
  while (left > mass && k < n) {
    left -= mass
    k++
    mass *= odds * (n - k + 1) / k
  }
  return k
}

function byRejection(n: number, p: number, uniform: Uniform): number {
  const q = 1 - p
  const spread = Math.sqrt(n * p * q)
  const b = 1.15 + 2.53 * spread
  const a = -0.0873 + 0.0248 * b + 0.01 * p
  const centre = n * p + 0.5
  const squeeze = 0.92 - 4.2 / b
  const alpha = (2.83 + 5.1 / b) * spread
  const logOdds = Math.log(p / q)
  const mode = Math.floor((n + 1) * p)
  const atMode = logFactorial(mode) + logFactorial(n - mode)
  for (;;) {
    const u = uniform() - 0.5
    let v = uniform()
    const us = 0.5 - Math.abs(u)
    const k = Math.floor((2 * a / us + b) * u + centre)
    if (us >= 0.07 && v <= squeeze)
      return k
    if (k < 0 || k > n)
      continue
    v = Math.log(v * alpha / (a / (us * us) + b))
    if (v <= atMode - logFactorial(k) - logFactorial(n - k) + (k - mode) * logOdds)
      return k
  }
}
