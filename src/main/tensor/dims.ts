/**
 * Symbolic sizes. A Dim is a number or a polynomial with whole coefficients over named sizes, written canonically:
 * 'batch', 'tokens+32', 'batch*tokens', '12*batch'. Two Dims are equal exactly when they are `===`.
 */

import { ShapeError } from './shape-error.ts'

export type Dim = number | string
export type Shape = readonly Dim[]

/** Monomial (names joined by '*', sorted; '' is the constant) → coefficient. */
type Polynomial = Map<string, number>

const parsed = new Map<string, Polynomial>()

function parse(dim: Dim): Polynomial {
  if (typeof dim === 'number')
    return new Map(dim === 0 ? [] : [['', dim]])
  const known = parsed.get(dim)
  if (known)
    return known
  const out: Polynomial = new Map()
  for (const [, sign, term] of dim.replaceAll(' ', '').matchAll(/([+-]?)([^+-]+)/g)) {
    const factors = (term ?? '').split('*')
    let coefficient = sign === '-' ? -1 : 1
    const names: string[] = []
    for (const factor of factors) {
      if (/^\d+$/.test(factor))
        coefficient *= Number(factor)
      else if (/^[A-Z_]\w*$/i.test(factor))
        names.push(factor)
      else
        throw new ShapeError(`Cannot read the size '${dim}'. Sizes are numbers, names, and sums or products of them.`)
    }
    const key = names.sort().join('*')
    out.set(key, (out.get(key) ?? 0) + coefficient)
  }
  parsed.set(dim, out)
  return out
}

function format(polynomial: Polynomial): Dim {
  const terms = [...polynomial].filter(([, c]) => c !== 0)
  const constant = terms.find(([key]) => key === '')?.[1] ?? 0
  const symbolic = terms.filter(([key]) => key !== '').sort(([a], [b]) => (a < b ? -1 : 1))
  if (symbolic.length === 0)
    return constant
  const parts = symbolic.map(([key, c]) => (c === 1 ? key : c === -1 ? `-${key}` : `${c}*${key}`))
  if (constant !== 0)
    parts.push(String(constant))
  return parts.join('+').replaceAll('+-', '-')
}

/** The canonical spelling, so that dims written by hand compare equal to computed ones. */
export function canonical(dim: Dim): Dim {
  return typeof dim === 'number' ? dim : format(parse(dim))
}

export function addDims(a: Dim, b: Dim): Dim {
  if (typeof a === 'number' && typeof b === 'number')
    return a + b
  const out = new Map(parse(a))
  for (const [key, c] of parse(b))
    out.set(key, (out.get(key) ?? 0) + c)
  return format(out)
}

export function mulDims(a: Dim, b: Dim): Dim {
  if (typeof a === 'number' && typeof b === 'number')
    return a * b
  const out: Polynomial = new Map()
  for (const [keyA, ca] of parse(a)) {
    for (const [keyB, cb] of parse(b)) {
      const key = [...keyA.split('*'), ...keyB.split('*')].filter(Boolean).sort().join('*')
      out.set(key, (out.get(key) ?? 0) + ca * cb)
    }
  }
  return format(out)
}

export const subDims = (a: Dim, b: Dim): Dim => addDims(a, mulDims(b, -1))

/** The product of all sizes: the number of elements. */
export const sizeOf = (shape: Shape): Dim => shape.reduce<Dim>((a, b) => mulDims(a, b), 1)

/** a / b when b divides a exactly (b a number or a single product of names), otherwise undefined. */
export function divideDims(a: Dim, b: Dim): Dim | undefined {
  if (a === b)
    return 1
  const divisor = [...parse(b)]
  const [only] = divisor
  if (divisor.length !== 1 || !only)
    return undefined
  const [divisorKey, divisorCoefficient] = only
  const out: Polynomial = new Map()
  for (const [key, c] of parse(a)) {
    const names = key.split('*').filter(Boolean)
    for (const name of divisorKey.split('*').filter(Boolean)) {
      const at = names.indexOf(name)
      if (at < 0)
        return undefined
      names.splice(at, 1)
    }
    if (c % divisorCoefficient !== 0)
      return undefined
    out.set(names.join('*'), c / divisorCoefficient)
  }
  return format(out)
}

/** The value of a dim once every name is known. */
export function resolveDim(dim: Dim, sizes: ReadonlyMap<string, number>): number {
  let sum = 0
  for (const [key, coefficient] of parse(dim)) {
    let product = coefficient
    for (const name of key.split('*').filter(Boolean)) {
      const size = sizes.get(name)
      if (size === undefined)
        throw new ShapeError(`The size '${name}' is not known: no input has it as a dimension.`)
      product *= size
    }
    sum += product
  }
  return sum
}

/** The terms of a dim, [coefficient, names], the constant with no names. For emitting size arithmetic. */
export function termsOf(dim: Dim): [coefficient: number, names: string[]][] {
  return [...parse(dim)].map(([key, c]) => [c, key.split('*').filter(Boolean)])
}

/** The names in a dim. */
export const namesOf = (dim: Dim): string[] => (typeof dim === 'number' ? [] : [...new Set(termsOf(dim).flatMap(([, names]) => names))])

/**
 * A dim as unknown: dim = coefficient · name · known + rest, when it is linear in exactly one unknown name.
 * Used to read a size off an input whose dimension is for example 'tokens+32'.
 */
export function solveFor(dim: Dim, known: ReadonlySet<string>): { name: string, factor: Dim, rest: Dim } | undefined {
  const unknown = namesOf(dim).filter(name => !known.has(name))
  const [name] = unknown
  if (unknown.length !== 1 || name === undefined)
    return undefined
  const factor: Polynomial = new Map()
  const rest: Polynomial = new Map()
  for (const [c, names] of termsOf(dim)) {
    const count = names.filter(n => n === name).length
    if (count > 1)
      return undefined
    const key = names.filter(n => n !== name).join('*')
    const into = count === 1 ? factor : rest
    into.set(key, (into.get(key) ?? 0) + c)
  }
  return { name, factor: format(factor), rest: format(rest) }
}

/** NumPy broadcasting of two shapes; a name only matches itself or 1. Undefined if they do not fit. */
export function broadcastShapes(a: Shape, b: Shape): Shape | undefined {
  const rank = Math.max(a.length, b.length)
  const out: Dim[] = []
  for (let i = 0; i < rank; i++) {
    const da = a[a.length - rank + i] ?? 1
    const db = b[b.length - rank + i] ?? 1
    if (da !== db && da !== 1 && db !== 1)
      return undefined
    out.push(da === 1 ? db : da)
  }
  return out
}

export const showShape = (shape: Shape): string => `[${shape.join(', ')}]`

export const sameShape = (a: Shape, b: Shape): boolean => a.length === b.length && a.every((d, i) => d === b[i])
