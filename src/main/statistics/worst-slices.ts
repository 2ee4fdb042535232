// Where does a run do worse than elsewhere? Every value of every facet and every pair of them, against all other records.
import { estimate, wilson } from './bootstrap.ts'
import type { Interval } from './bootstrap.ts'
import { holm } from './paired-tests.ts'
import { fisherExact, groupPermutationTest } from './two-sample.ts'

export interface SliceFacet {
  readonly id: string
  readonly label: string
  readonly values: readonly string[]
  /** Value numbers of row r: entries[starts[r] … starts[r + 1]). */
  readonly starts: ArrayLike<number>
  readonly entries: ArrayLike<number>
}

export interface WorstOptions {
  readonly higherIsBetter: boolean
  readonly unit: 'share' | 'nats'
  /** Smallest slice, and smallest rest, that is looked at. */
  readonly least: number
  /** 2: pairs of values of two facets, too. */
  readonly depth: number
  readonly count: number
}

export interface FoundSlice {
  readonly parts: readonly { readonly facet: string, readonly label: string, readonly value: string }[]
  readonly estimate: Interval
  readonly rest: number
  readonly difference: number
  readonly p: number
  readonly adjusted: number
}

export interface FoundSlices {
  readonly slices: readonly FoundSlice[]
  /** Different slices that were tested. */
  readonly looked: number
  /** Slices that hold the same records as a simpler or earlier one. */
  readonly same: number
  /** More values or pairs than are looked at. */
  readonly cut: boolean
  readonly test: 'fisher' | 'permutation'
  readonly n: number
}

interface Candidate { readonly parts: readonly number[], readonly rows: Uint32Array, readonly size: number, readonly sum: number }

/** Facet values looked at, largest first: pairs of 400 are 80,000. */
const mostValues = 400
/** Candidates whose interval is worked out beside those that are shown. */
const spare = 20

function popcount(word: number): number {
  word -= (word >>> 1) & 0x55555555
  word = (word & 0x33333333) + ((word >>> 2) & 0x33333333)
  return (((word + (word >>> 4)) & 0x0F0F0F0F) * 0x01010101) >>> 24
}

function eachRow(rows: Uint32Array, visit: (row: number) => void): void {
  for (let w = 0; w < rows.length; w++) {
    for (let word = rows[w]!; word !== 0; word &= word - 1)
      visit(w * 32 + 31 - Math.clz32(word & -word))
  }
}

const sizeOf = (rows: Uint32Array): number => rows.reduce((sum, word) => sum + popcount(word), 0)

/** `values`: one a row, NaN = not scored, left out. Slices that are worse than the rest, the surest first. */
export function worstSlices(values: Float64Array, facets: readonly SliceFacet[], options: WorstOptions): FoundSlices {
  const { higherIsBetter, unit, least, depth, count } = options
  const scored = Uint32Array.from([...values.keys()].filter(row => !Number.isNaN(values[row]!)))
  const all = Float64Array.from(scored, row => values[row]!)
  const n = all.length
  const total = all.reduce((sum, value) => sum + value, 0)
  const isBinary = all.every(value => value === 0 || value === 1)
  const sumOf = (rows: Uint32Array): number => {
    let sum = 0
    eachRow(rows, (row) => {
      sum += all[row]!
    })
    return sum
  }

  const everySingle = facets.flatMap((facet, f) => facet.values.map((value, number) => ({ f, facet, value, number, rows: undefined as Uint32Array | undefined, size: 0 })))
  const firsts = facets.map((_, f) => everySingle.findIndex(single => single.f === f))
  const counts = new Uint32Array(everySingle.length)
  const eachEntry = (visit: (single: number, row: number) => void): void => {
    facets.forEach((facet, f) => scored.forEach((source, row) => {
      for (let i = facet.starts[source]!; i < facet.starts[source + 1]!; i++)
        visit(firsts[f]! + facet.entries[i]!, row)
    }))
  }
  eachEntry((single) => {
    counts[single]!++
  })
  const large = [...everySingle.keys()].filter(single => counts[single]! >= least && n - counts[single]! >= least).sort((a, b) => counts[b]! - counts[a]! || a - b)
  const chosen = large.slice(0, mostValues).sort((a, b) => a - b)
  const sets = new Map(chosen.map(single => [single, new Uint32Array(Math.ceil(n / 32))]))
  eachEntry((single, row) => {
    const rows = sets.get(single)
    if (rows)
      rows[row >>> 5]! |= 1 << (row & 31)
  })

  const seen = new Map<string, Uint32Array[]>()
  let same = 0
  const candidates: Candidate[] = []
  /** Slices of the same records are one slice: the first, simplest one. */
  const add = (parts: readonly number[], rows: Uint32Array, size: number): void => {
    const sum = sumOf(rows)
    const key = `${size} ${sum} ${rows.reduce((hash, word) => Math.imul(hash ^ word, 0x01000193), 0x811C9DC5)}`
    const others = seen.get(key) ?? []
    if (others.some(other => other.every((word, i) => word === rows[i]))) {
      same++
      return
    }
    seen.set(key, [...others, rows])
    candidates.push({ parts, rows, size, sum })
  }
  for (const single of chosen)
    add([single], sets.get(single)!, counts[single]!)
  for (let i = 0; depth > 1 && i < chosen.length; i++) {
    for (let j = i + 1; j < chosen.length; j++) {
      const [a, b] = [chosen[i]!, chosen[j]!]
      if (everySingle[a]!.f === everySingle[b]!.f)
        continue
      const [left, right] = [sets.get(a)!, sets.get(b)!]
      const rows = left.map((word, w) => word & right[w]!)
      const size = sizeOf(rows)
      if (size < least)
        continue
      if (size === counts[a] || size === counts[b])
        same++
      else
        add([a, b], rows, size)
    }
  }

  const ps = isBinary
    ? candidates.map(({ size, sum }) => fisherExact(sum, size - sum, total - sum, n - size - (total - sum)))
    : groupPermutationTest(all, candidates)
  const adjusted = holm(ps)
  const restOf = ({ size, sum }: Candidate): number => (total - sum) / (n - size)
  const worse = higherIsBetter ? 1 : -1
  const ranked = candidates
    .map((candidate, i) => ({ candidate, p: ps[i]!, adjusted: adjusted[i]!, bound: quickBound(candidate, all, isBinary, worse) }))
    .filter(({ candidate }) => worse * (candidate.sum / candidate.size - restOf(candidate)) < 0)
    .sort((a, b) => a.bound - b.bound)
    .slice(0, count + spare)
  const slices = ranked.map(({ candidate, p, adjusted }): FoundSlice => {
    const own: number[] = []
    eachRow(candidate.rows, row => own.push(all[row]!))
    const interval = estimate(own, { unit })!
    const rest = restOf(candidate)
    return {
      parts: candidate.parts.map(part => everySingle[part]!).map(({ facet, value }) => ({ facet: facet.id, label: facet.label, value })),
      estimate: interval, rest, difference: interval.mean - rest, p, adjusted,
    }
  })
  return {
    slices: slices.sort((a, b) => worse * (best(a, higherIsBetter) - best(b, higherIsBetter)) || a.adjusted - b.adjusted || b.estimate.n - a.estimate.n).slice(0, count),
    looked: candidates.length, same, cut: large.length > mostValues, test: isBinary ? 'fisher' : 'permutation', n,
  }
}

/** The end of the interval that flatters the slice: what it would be at its best. Ten failures in a row weigh less than a hundred. */
const best = ({ estimate: { low, high } }: FoundSlice, higherIsBetter: boolean): number => higherIsBetter ? high : low

/** The same end without a bootstrap, for choosing what to look at closely; small = bad. */
function quickBound({ rows, size, sum }: Candidate, all: Float64Array, isBinary: boolean, worse: number): number {
  const mean = sum / size
  if (isBinary) {
    const { low, high } = wilson(mean, size)
    return worse > 0 ? high : -low
  }
  let squares = 0
  eachRow(rows, (row) => {
    squares += (all[row]! - mean) ** 2
  })
  return worse * mean + 1.96 * Math.sqrt(squares / Math.max(1, size - 1) / size)
}
