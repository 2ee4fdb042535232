// Values on a logarithmic axis that may be zero, and equal bins of it.
//
// A logarithm has no place for zero. Whatever is at most `floor` is put into a strip below it, one decade wide, that the figure shades and
// names; where in the strip is a matter of the record's number alone, so that equal points do not hide each other.

export interface LogScale {
  /** Values at most this are "zero"; a power of ten. */
  readonly floor: number
  readonly hasStrip: boolean
  /** Ends of the axis, powers of ten. */
  readonly min: number
  readonly max: number
}

/** Least divergence that is told from zero: next-token distributions are computed in single precision, whose rounding gives about 1e-7 nats. */
export const leastNats = 1e-6

const decade = (value: number, round: (value: number) => number): number => Number(`1e${round(Math.log10(value) + (round === Math.floor ? 1e-9 : -1e-9))}`)

/** An axis of whole decades over all values; no positive one: two decades above the floor. */
export function logScaleOf(values: readonly number[], least = leastNats): LogScale {
  const above = values.filter(value => value > least)
  const smallest = above.reduce((a, b) => Math.min(a, b), Infinity)
  const largest = above.reduce((a, b) => Math.max(a, b), 0)
  const hasStrip = above.length < values.length || above.length === 0
  const floor = hasStrip ? least : decade(smallest, Math.floor)
  const max = Math.max(above.length > 0 ? decade(largest, Math.ceil) : 0, floor * 100)
  return { floor, hasStrip, min: hasStrip ? floor / 10 : floor, max: Number(max.toPrecision(1)) }
}

/** Where a value is drawn. `seed`: any whole number of the record and axis; the golden ratio spreads them evenly. */
export function placeOf(value: number, { floor, hasStrip }: LogScale, seed: number): number {
  if (!hasStrip || value > floor)
    return Number(value.toPrecision(4))
  return Number((floor * 10 ** (-0.15 - 0.7 * (seed * 0.618033988749895 % 1))).toPrecision(3))
}

/** Which of `count` equal bins of the logarithm a drawn value lies in, from 0. */
export function binOf(place: number, { min, max }: LogScale, count: number): number {
  const share = (Math.log10(place) - Math.log10(min)) / (Math.log10(max) - Math.log10(min))
  return Math.min(count - 1, Math.max(0, Math.floor(share * count + 1e-9)))
}

/** Bins of the whole axis, `perDecade` each, so that the strip has bins of its own. */
export const binCount = ({ min, max }: LogScale, perDecade: number): number => Math.round((Math.log10(max) - Math.log10(min)) * perDecade)
