// Values on a logarithmic axis that may be zero, and equal bins of it. The axis is one of exponents: its labels are exact powers of ten.
//
// A logarithm has no place for zero. Whatever is at most `floor` is put into a strip below it, one decade wide, that the figure shades and
// names; where in the strip is a matter of the record's number alone, so that equal points do not hide each other.

export interface LogScale {
  /** Exponent: values at most ten to this count as zero. */
  readonly floor: number
  readonly hasStrip: boolean
  /** Ends of the axis, whole exponents. */
  readonly min: number
  readonly max: number
}

/** Exponent of the least divergence that is told from zero: distributions are computed in single precision, whose rounding gives about 1e-7 nats. */
export const leastNats = -6

/** An axis of whole decades over all values; no positive one: two decades above the floor. */
export function logScaleOf(values: readonly number[], least = leastNats): LogScale {
  let [count, smallest, largest] = [0, Infinity, -Infinity]
  for (const value of values) {
    const exponent = Math.log10(value)
    // Not of NaN either.
    if (exponent > least) {
      count++
      smallest = Math.min(smallest, exponent)
      largest = Math.max(largest, exponent)
    }
  }
  const hasStrip = count < values.length || count === 0
  const floor = hasStrip ? least : Math.floor(smallest + 1e-9)
  return { floor, hasStrip, min: hasStrip ? floor - 1 : floor, max: Math.max(floor + 2, count === 0 ? floor : Math.ceil(largest - 1e-9)) + 0 }
}

/** The exponent at which a value is drawn. `seed`: any whole number of the record and axis; the golden ratio spreads them evenly. */
export function placeOf(value: number, { floor, hasStrip }: LogScale, seed: number): number {
  const exponent = Math.log10(value)
  return hasStrip && !(exponent > floor)
    ? Number((floor - 0.15 - 0.7 * (seed * 0.618033988749895 % 1)).toFixed(3))
    : Number(exponent.toFixed(4))
}

/** Which of `count` equal bins a drawn exponent lies in, from 0. */
export function binOf(place: number, { min, max }: LogScale, count: number): number {
  return Math.min(count - 1, Math.max(0, Math.floor((place - min) / (max - min) * count + 1e-9)))
}

/** Bins of the whole axis, `perDecade` each, so that the strip has bins of its own. */
export const binCount = ({ min, max }: LogScale, perDecade: number): number => (max - min) * perDecade

const raised: Readonly<Record<string, string>> = { '-': '⁻', '0': '⁰', '1': '¹', '2': '²', '3': '³', '4': '⁴', '5': '⁵', '6': '⁶', '7': '⁷', '8': '⁸', '9': '⁹' }

/** "10⁻⁶" */
export const powerText = (exponent: number): string => `10${[...String(exponent)].map(digit => raised[digit] ?? digit).join('')}`

/** Labels of an axis of exponents: a ten with the number raised. */
export const powerLabel = { formatter: '10{raised|{value}}', rich: { raised: { fontSize: 8.5, verticalAlign: 'top', padding: [0, 0, 5, 0] } } }
