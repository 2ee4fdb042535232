/** Operators that work on each element by itself, with NumPy broadcasting. */

import { mapBroadcast } from '../array.ts'
import { apply, constant, defineOp, scalarOf } from '../expr.ts'
import type { DType, Expr, Op } from '../expr.ts'
import { ShapeError } from '../shape-error.ts'
import { sumTo } from './reduction.ts'
import { broadcastAll, elementwiseRows, needDType } from './shapes.ts'
import { erf64 } from './special.ts'

type Operand = Expr | number

function binary(id: string, f: (a: number, b: number) => number, vjp: Op['vjp'], result?: DType): Op {
  return defineOp({
    id,
    onnx: id,
    infer(_, a, b) {
      if (!a || !b || a.dtype !== b.dtype)
        throw new ShapeError(`${id} needs two operands of one type, got ${a?.dtype} and ${b?.dtype}. Use cast() first.`)
      return { dtype: result ?? a.dtype, shape: broadcastAll(id, [a, b]) }
    },
    vjp,
    evaluate: ({ shape }, ...inputs) => mapBroadcast(shape, inputs, f as (...v: number[]) => number),
    rows: elementwiseRows,
  })
}

function unary(id: string, f: (x: number) => number, vjp: Op['vjp'], more: Partial<Op> = {}): Op {
  return defineOp({
    id,
    onnx: id,
    infer(_, x) {
      if (!x)
        throw new ShapeError(`${id} needs one operand.`)
      needDType(id, x, 'float32')
      return { dtype: x.dtype, shape: x.shape }
    },
    vjp,
    evaluate: ({ shape }, ...inputs) => mapBroadcast(shape, inputs, f as (...v: number[]) => number),
    rows: elementwiseRows,
    ...more,
  })
}

/** Numbers become scalars of the other operand's type. */
function operands(a: Operand, b: Operand): [Expr, Expr] {
  if (typeof a === 'number' && typeof b === 'number')
    return [constant(a), constant(b)]
  if (typeof a === 'number')
    return [constant(a, [], (b as Expr).dtype), b as Expr]
  return [a, typeof b === 'number' ? constant(b, [], a.dtype) : b]
}

// d(a + b) = da + db, each summed back over the axes it was repeated along
export const Add = binary('Add', (a, b) => a + b, (dy, _y, ...x) => x.map(i => sumTo(dy, i.shape)))
export const Sub = binary('Sub', (a, b) => a - b, (dy, _y, ...x) => x.map((i, k) => sumTo(k === 0 ? dy : neg(dy), i.shape)))
// d(a·b) = b·da + a·db
export const Mul = binary('Mul', (a, b) => a * b, (dy, _y, ...x) => x.map((i, k) => sumTo(mul(dy, x[1 - k]!), i.shape)))
// d(a/b) = da/b - (y/b)·db
export const Div = binary('Div', (a, b) => a / b, (dy, y, ...x) =>
  x.map((i, k) => sumTo(k === 0 ? div(dy, x[1]!) : neg(div(mul(dy, y), x[1]!)), i.shape)))
// The gradient goes to the winner; at a tie to the first operand.
const extremum = (aWins: (a: Expr, b: Expr) => Expr): Op['vjp'] => (dy, _y, ...x) => {
  const first = cast(aWins(x[0]!, x[1]!), 'float32')
  return x.map((i, k) => sumTo(mul(dy, k === 0 ? first : sub(1, first)), i.shape))
}
export const Max = binary('Max', Math.max, extremum((a, b) => not(less(a, b))))
export const Min = binary('Min', Math.min, extremum((a, b) => not(greater(a, b))))
export const Greater = binary('Greater', (a, b) => Number(a > b), 'none', 'bool')
export const Less = binary('Less', (a, b) => Number(a < b), 'none', 'bool')
export const Equal = binary('Equal', (a, b) => Number(a === b), 'none', 'bool')
export const And = binary('And', (a, b) => Number(a !== 0 && b !== 0), 'none', 'bool')
export const Or = binary('Or', (a, b) => Number(a !== 0 || b !== 0), 'none', 'bool')

// y = x^p for a constant exponent: dy/dx = p·x^(p-1)
export const Pow = binary('Pow', (a, p) => a ** p, (dy, _y, ...x) => {
  const p = scalarOf(x[1]!)
  if (p === undefined)
    throw new ShapeError('Pow has a gradient for constant exponents only. Use exp(mul(log(x), p)) instead.')
  return [mul(dy, mul(pow(x[0]!, p - 1), p)), null]
})

export const Neg = unary('Neg', x => -x, dy => [neg(dy)])
export const Abs = unary('Abs', Math.abs, (dy, _y, ...x) => [mul(dy, sign(x[0]!))])
export const Sign = unary('Sign', Math.sign, 'none')
// d√x = dx / 2√x
export const Sqrt = unary('Sqrt', Math.sqrt, (dy, y) => [div(dy, mul(y, 2))])
export const Exp = unary('Exp', Math.exp, (dy, y) => [mul(dy, y)])
export const Log = unary('Log', Math.log, (dy, _y, ...x) => [div(dy, x[0]!)])
// d erf(x) = 2/√π · e^(-x²) dx
export const Erf = unary('Erf', erf64, (dy, _y, ...x) => [mul(dy, mul(exp(neg(mul(x[0]!, x[0]!))), 2 / Math.sqrt(Math.PI)))])
// d tanh(x) = (1 - tanh²x) dx
export const Tanh = unary('Tanh', Math.tanh, (dy, y) => [sub(dy, mul(dy, mul(y, y)))])
export const Relu = unary('Relu', x => Math.max(x, 0), (dy, y) => [mul(dy, cast(greater(y, 0), 'float32'))])
// dσ(x) = σ(1 - σ) dx
export const Sigmoid = unary('Sigmoid', x => 1 / (1 + Math.exp(-x)), (dy, y) => [mul(dy, mul(y, sub(1, y)))])
// Gelu(x) = x·Φ(x), Φ the normal distribution; d = Φ(x) + x·φ(x)
export const Gelu = unary('Gelu', x => 0.5 * x * (1 + erf64(x / Math.SQRT2)), (dy, _y, ...inputs) => {
  const x = inputs[0]!
  const cdf = mul(add(erf(mul(x, Math.SQRT1_2)), 1), 0.5)
  const density = mul(exp(mul(mul(x, x), -0.5)), 1 / Math.sqrt(2 * Math.PI))
  return [mul(dy, add(cdf, mul(x, density)))]
})
export const Not = unary('Not', x => Number(x === 0), 'none', {
  infer(_, x) {
    needDType('Not', x!, 'bool')
    return x!
  },
})
/** Passes values on and no gradient back. */
export const StopGradient = unary('StopGradient', x => x, () => [null], { onnx: 'Identity' })

const onnxTypes: Record<DType, number> = { float32: 1, int32: 6, int64: 7, bool: 9 }

export const Cast = defineOp({
  id: 'Cast',
  onnx: 'Cast',
  emit: (e, inputs, y) => e.node('Cast', inputs, { to: onnxTypes[y.dtype] }),
  infer: (attributes, x) => ({ dtype: attributes.to as DType, shape: x!.shape }),
  vjp: (dy, _y, ...x) => [x[0]!.dtype === 'float32' ? dy : null],
  evaluate: ({ shape, dtype }, ...inputs) => mapBroadcast(shape, inputs, dtype === 'float32' ? x => x! : dtype === 'bool' ? x => Number(x !== 0) : x => Math.trunc(x!)),
  rows: elementwiseRows,
})

export const Where = defineOp({
  id: 'Where',
  onnx: 'Where',
  infer(_, condition, a, b) {
    if (!condition || !a || !b || condition.dtype !== 'bool' || a.dtype !== b.dtype)
      throw new ShapeError(`Where needs a condition and two operands of one type, got ${condition?.dtype}, ${a?.dtype} and ${b?.dtype}.`)
    return { dtype: a.dtype, shape: broadcastAll('Where', [condition, a, b]) }
  },
  vjp(dy, _y, ...x) {
    const [condition, a, b] = x as [Expr, Expr, Expr]
    const zero = constant(0)
    return [null, sumTo(where(condition, dy, zero), a.shape), sumTo(where(condition, zero, dy), b.shape)]
  },
  evaluate: ({ shape }, ...inputs) => mapBroadcast(shape, inputs, (c, a, b) => (c !== 0 ? a! : b!)),
  rows: elementwiseRows,
})

const isScalar = (x: Expr, value: number): boolean => scalarOf(x) === value

/** a + b, with the trivial cases left out of the graph. */
export function add(a: Operand, b: Operand): Expr {
  const [x, y] = operands(a, b)
  return apply(Add, [x, y])
}
export const sub = (a: Operand, b: Operand): Expr => apply(Sub, operands(a, b))
export function mul(a: Operand, b: Operand): Expr {
  const [x, y] = operands(a, b)
  if (isScalar(y, 1) && y.shape.length === 0)
    return x
  if (isScalar(x, 1) && x.shape.length === 0)
    return y
  return apply(Mul, [x, y])
}
export const div = (a: Operand, b: Operand): Expr => apply(Div, operands(a, b))
export const maximum = (a: Operand, b: Operand): Expr => apply(Max, operands(a, b))
export const minimum = (a: Operand, b: Operand): Expr => apply(Min, operands(a, b))
export const greater = (a: Operand, b: Operand): Expr => apply(Greater, operands(a, b))
export const less = (a: Operand, b: Operand): Expr => apply(Less, operands(a, b))
export const equal = (a: Operand, b: Operand): Expr => apply(Equal, operands(a, b))
export const and = (a: Expr, b: Expr): Expr => apply(And, [a, b])
export const or = (a: Expr, b: Expr): Expr => apply(Or, [a, b])
export const not = (x: Expr): Expr => apply(Not, [x])
/** x to a constant power. */
export const pow = (x: Expr, exponent: number): Expr => (exponent === 1 ? x : apply(Pow, [x, constant(exponent)]))
export const neg = (x: Expr): Expr => apply(Neg, [x])
export const abs = (x: Expr): Expr => apply(Abs, [x])
export const sign = (x: Expr): Expr => apply(Sign, [x])
export const sqrt = (x: Expr): Expr => apply(Sqrt, [x])
export const exp = (x: Expr): Expr => apply(Exp, [x])
export const log = (x: Expr): Expr => apply(Log, [x])
export const erf = (x: Expr): Expr => apply(Erf, [x])
export const tanh = (x: Expr): Expr => apply(Tanh, [x])
export const relu = (x: Expr): Expr => apply(Relu, [x])
export const sigmoid = (x: Expr): Expr => apply(Sigmoid, [x])
/** The exact GELU, x·Φ(x); torch's default. */
export const gelu = (x: Expr): Expr => apply(Gelu, [x])
/** GELU's tanh approximation, torch's approximate='tanh'. */
export const geluTanh = (x: Expr): Expr =>
  mul(mul(x, 0.5), add(tanh(mul(add(x, mul(pow(x, 3), 0.044715)), Math.sqrt(2 / Math.PI))), 1))
/** x·σ(1.702x), CLIP's activation. */
export const quickGelu = (x: Expr): Expr => mul(x, sigmoid(mul(x, 1.702)))
export const silu = (x: Expr): Expr => mul(x, sigmoid(x))
export const stopGradient = (x: Expr): Expr => apply(StopGradient, [x])
export const cast = (x: Expr, to: DType): Expr => (x.dtype === to ? x : apply(Cast, [x], { to }))
/** x limited to [low, high]; either bound may be a number or a tensor. */
export const clip = (x: Expr, low: Operand, high: Operand): Expr => minimum(maximum(x, low), high)
/** condition ? a : b, elementwise. */
export function where(condition: Expr, a: Operand, b: Operand): Expr {
  const [x, y] = operands(a, b)
  return apply(Where, [condition, x, y])
}
