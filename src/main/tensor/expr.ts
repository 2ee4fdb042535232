/**
 * Expressions: immutable graphs of tensor operations. Everything else in this folder is a function from
 * expressions to expressions (vjp, partition, simplify), to numbers (evaluate) or to text (print).
 */

import { canonical, showShape } from './dims.ts'
import type { Dim, Shape } from './dims.ts'
import type { NdArray } from './array.ts'
import { ShapeError } from './shape-error.ts'

/** Types values are computed in. float16 and bfloat16 only occur as the stored type of weights. */
export type DType = 'float32' | 'int64' | 'int32' | 'bool'
export type StoredDType = 'float32' | 'float16' | 'bfloat16'

export interface TensorType {
  readonly dtype: DType
  readonly shape: Shape
}

/** Numbers, names, lists of numbers, or lists of (possibly symbolic) sizes. */
export type Attribute = number | string | readonly Dim[]
export type Attributes = Readonly<Record<string, Attribute>>

/** Values of a constant. bool is one byte per element. */
export type ConstantData = Float32Array | BigInt64Array | Int32Array | Uint8Array

/** Where a weight's raw little-endian bytes lie: a file name inside the checkpoint folder, and the byte range. */
export interface WeightLocation {
  readonly file: string
  readonly offset: number
  readonly length: number
  /** Type in the file; anything but float32 is widened by a Cast in the graph. */
  readonly stored: StoredDType
}

export type Leaf =
  | { readonly kind: 'input', readonly name: string }
  | { readonly kind: 'weight', readonly name: string, readonly location: WeightLocation }
  | { readonly kind: 'constant', readonly data: ConstantData }

export interface Expr extends TensorType {
  readonly op: Op
  readonly inputs: readonly Expr[]
  readonly attributes: Attributes
  /** Set on inputs, weights and constants only. */
  readonly leaf?: Leaf
}

/** A block of neighbouring axes [axis, axis + span) of one tensor. */
export interface AxisBlock {
  readonly axis: number
  readonly span: number
}

/** How selecting rows of y becomes selecting rows of its inputs: see partition.ts. */
export interface RowRule {
  /** Per input: the block to select in, 'keep' = use as it is, 'expand' = broadcast to y's block first. */
  readonly inputs: readonly (AxisBlock | 'keep')[]
  /** Attributes of the operator on the selected inputs; the selected block has become one axis of size `rows`. */
  readonly attributes: Attributes
}

/** What an operator may ask of the ONNX writer. Names are ONNX value names. */
export interface Emitter {
  node: (onnx: string, inputs: readonly string[], attributes?: Attributes) => string
  /** An int64 vector. */
  int64: (values: readonly number[]) => string
  /** An int64 scalar. */
  int64Scalar: (value: number) => string
  float32: (value: number) => string
  /** An int64 vector with these sizes: a constant, or computed from the inputs' runtime shapes when symbolic. */
  sizes: (shape: Shape) => string
  /** One size as an int64 scalar. */
  size: (dim: Dim) => string
}

/** What an operator's reference implementation is handed beside its inputs. */
export interface EvaluateContext {
  readonly shape: readonly number[]
  readonly dtype: DType
  readonly attributes: Attributes
  readonly resolve: (dim: Dim) => number
}

/** One operator: shape rule, ONNX form, gradient and float64 reference in one place. */
export interface Op {
  readonly id: string
  /** ONNX operator name; operators that need more than one node, or inputs beside the tensors, give `emit`. */
  readonly onnx: string
  readonly emit?: (emitter: Emitter, inputs: readonly string[], y: Expr) => string
  readonly infer: (attributes: Attributes, ...inputs: readonly TensorType[]) => TensorType
  /**
   * Pullback: the gradients of the inputs given the gradient dy of the output y; null where an input has none
   * (indices, conditions). 'none' = asking for a gradient through this operator is an error.
   */
  readonly vjp: 'none' | ((dy: Expr, y: Expr, ...inputs: Expr[]) => (Expr | null)[])
  readonly evaluate: (context: EvaluateContext, ...inputs: NdArray[]) => NdArray
  /** Undefined: not row-wise, selection stops here. */
  readonly rows?: (y: Expr, block: AxisBlock) => RowRule | undefined
}

/** Checks an operator's table entry at compile time and names it. */
export function defineOp(op: Op): Op {
  return op
}

/** An operator applied to inputs. Throws ShapeError with a sentence when the shapes do not fit. */
export function apply(op: Op, inputs: readonly Expr[], attributes: Attributes = {}): Expr {
  const { dtype, shape } = op.infer(attributes, ...inputs)
  return { op, inputs, attributes, dtype, shape }
}

const leafOp = (id: string): Op => ({
  id,
  onnx: id,
  infer: () => {
    throw new Error(`internal: ${id} is a leaf.`)
  },
  vjp: 'none',
  evaluate: () => {
    throw new Error(`internal: ${id} is a leaf.`)
  },
})
const inputOp = leafOp('Input')
const weightOp = leafOp('Weight')
const constantOp = leafOp('Constant')

/** A graph input, fed by name at every run: token ids, pixels, cached activations, a learning rate. */
export function input(name: string, dtype: DType, shape: Shape): Expr {
  return { op: inputOp, inputs: [], attributes: {}, dtype, shape: shape.map(canonical), leaf: { kind: 'input', name } }
}

const bytesPer: Record<StoredDType, number> = { float32: 4, float16: 2, bfloat16: 2 }

/**
 * A tensor of the checkpoint, computed with as float32. Frozen unless a graph lists its name as edited: frozen
 * weights become initializers that point into the file, edited ones graph inputs (float32) of the same name.
 */
export function weight(name: string, shape: readonly number[], location: WeightLocation): Expr {
  const needed = shape.reduce((a, b) => a * b, 1) * bytesPer[location.stored]
  if (needed !== location.length)
    throw new ShapeError(`Weight '${name}' of shape ${showShape(shape)} in ${location.stored} needs ${needed} bytes, but its place in '${location.file}' has ${location.length}. Is the file damaged?`)
  return { op: weightOp, inputs: [], attributes: {}, dtype: 'float32', shape, leaf: { kind: 'weight', name, location } }
}

/** A tensor written into the graph itself. A single number is a scalar. */
export function constant(data: ConstantData | number, shape: readonly number[] = [], dtype?: DType): Expr {
  const values = typeof data === 'number' ? scalarData(data, dtype ?? 'float32') : data
  const type: DType = values instanceof Float32Array ? 'float32' : values instanceof BigInt64Array ? 'int64' : values instanceof Int32Array ? 'int32' : 'bool'
  const size = shape.reduce((a, b) => a * b, 1)
  if (size !== values.length)
    throw new ShapeError(`A constant of shape ${showShape(shape)} needs ${size} values, got ${values.length}.`)
  return { op: constantOp, inputs: [], attributes: {}, dtype: type, shape, leaf: { kind: 'constant', data: values } }
}

function scalarData(value: number, dtype: DType): ConstantData {
  switch (dtype) {
    case 'float32': return Float32Array.of(value)
    case 'int64': return BigInt64Array.of(BigInt(value))
    case 'int32': return Int32Array.of(value)
    case 'bool': return Uint8Array.of(value === 0 ? 0 : 1)
  }
}

/** The value of a one-element float constant, otherwise undefined. */
export function scalarOf(x: Expr): number | undefined {
  if (x.leaf?.kind !== 'constant' || x.leaf.data.length !== 1)
    return undefined
  return Number(x.leaf.data[0])
}

/** The name of an input or weight, otherwise undefined. */
export function nameOf(x: Expr): string | undefined {
  return x.leaf === undefined || x.leaf.kind === 'constant' ? undefined : x.leaf.name
}

/** Every expression reachable from the outputs, inputs before users. */
export function topological(outputs: readonly Expr[]): Expr[] {
  const seen = new Set<Expr>()
  const order: Expr[] = []
  // An explicit stack: unrolled training graphs are deeper than the call stack.
  const stack: { x: Expr, next: number }[] = []
  for (const output of outputs) {
    if (seen.has(output))
      continue
    seen.add(output)
    stack.push({ x: output, next: 0 })
    while (stack.length > 0) {
      const top = stack[stack.length - 1]!
      const child = top.x.inputs[top.next++]
      if (child === undefined) {
        order.push(top.x)
        stack.pop()
      }
      else if (!seen.has(child)) {
        seen.add(child)
        stack.push({ x: child, next: 0 })
      }
    }
  }
  return order
}

/** The inputs and weights the outputs depend on, by name. Two different leaves with one name are an error. */
export function leavesOf(outputs: readonly Expr[]): Map<string, Expr> {
  const leaves = new Map<string, Expr>()
  for (const x of topological(outputs)) {
    const name = nameOf(x)
    if (name === undefined)
      continue
    const other = leaves.get(name)
    if (other && (other.dtype !== x.dtype || showShape(other.shape) !== showShape(x.shape)))
      throw new ShapeError(`Two different tensors are called '${name}': ${showShape(other.shape)} and ${showShape(x.shape)}.`)
    leaves.set(name, x)
  }
  return leaves
}

/** The same graph with some expressions replaced; everything above them is rebuilt, the rest is shared. */
export function substitute(outputs: readonly Expr[], replacements: ReadonlyMap<Expr, Expr>): Expr[] {
  const done = new Map<Expr, Expr>()
  // Replaced expressions are not entered, so what only they need is not rebuilt.
  const visit = (root: Expr): void => {
    const stack: { x: Expr, next: number }[] = [{ x: root, next: 0 }]
    while (stack.length > 0) {
      const top = stack[stack.length - 1]!
      const replacement = replacements.get(top.x)
      const child = replacement ? undefined : top.x.inputs[top.next++]
      if (child !== undefined) {
        if (!done.has(child))
          stack.push({ x: child, next: 0 })
        continue
      }
      stack.pop()
      if (replacement)
        done.set(top.x, replacement)
      else if (!done.has(top.x))
        done.set(top.x, rebuild(top.x, top.x.inputs.map(i => done.get(i)!)))
    }
  }
  return outputs.map((output) => {
    visit(output)
    return done.get(output)!
  })
}

/** The expression with other inputs; the same object when nothing changed. */
export function rebuild(x: Expr, inputs: readonly Expr[]): Expr {
  return inputs.every((e, i) => e === x.inputs[i]) ? x : apply(x.op, inputs, x.attributes)
}
