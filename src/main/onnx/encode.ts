/** Expressions to an ONNX model. One expression becomes one node, or the few its operator asks for. */

import { internal } from '../base/errors.ts'
import { namesOf, solveFor, termsOf } from '../tensor/dims.ts'
import type { Dim, Shape } from '../tensor/dims.ts'
import { leavesOf, topological } from '../tensor/expr.ts'
import type { Attribute, Attributes, ConstantData, DType, Emitter, Expr } from '../tensor/expr.ts'
import { externalTensor } from './external-data.ts'
import { dataType, encodeModel } from './protobuf.ts'
import type { AttributeProto, NodeProto, TensorProto, ValueInfoProto } from './protobuf.ts'

export interface EncodedGraph {
  readonly bytes: Uint8Array
  /** Graph inputs to feed: inputs and edited weights. */
  readonly inputs: ReadonlyMap<string, Expr>
  readonly outputs: ReadonlyMap<string, Expr>
  readonly nodeCount: number
}

/** AttributeProto.AttributeType */
const attributeType = { float: 1, int: 2, string: 3, ints: 7 } as const
const floatAttributes = new Set(['epsilon', 'alpha', 'beta'])

function attribute(name: string, value: Attribute): AttributeProto {
  if (typeof value === 'string')
    return { name, type: attributeType.string, s: Buffer.from(value) }
  if (typeof value === 'object')
    return { name, type: attributeType.ints, ints: value.map(Number) }
  return floatAttributes.has(name) ? { name, type: attributeType.float, f: value } : { name, type: attributeType.int, i: value }
}

const rawBytes = (data: ConstantData): Uint8Array => new Uint8Array(data.buffer, data.byteOffset, data.byteLength)

function valueInfo(name: string, dtype: DType, shape: Shape): ValueInfoProto {
  const dim = shape.map(d => (typeof d === 'number' ? { dimValue: d } : { dimParam: d }))
  return { name, type: { tensorType: { elemType: dataType[dtype], shape: { dim } } } }
}

interface Writer extends Emitter {
  readonly nodes: NodeProto[]
  readonly initializers: TensorProto[]
  constant: (data: ConstantData, shape: readonly number[], dtype: DType) => string
  fresh: () => string
}

/** Collects nodes; identical size arithmetic and constants are written once. */
function createWriter(inputs: ReadonlyMap<string, Expr>): Writer {
  const nodes: NodeProto[] = []
  const initializers: TensorProto[] = []
  const known = new Map<string, string>()
  let count = 0
  const fresh = (): string => `_${count++}`
  const once = (key: string, make: () => string): string => {
    const old = known.get(key)
    if (old !== undefined)
      return old
    const name = make()
    known.set(key, name)
    return name
  }

  function constant(data: ConstantData, shape: readonly number[], dtype: DType): string {
    const make = (): string => {
      const name = fresh()
      initializers.push({ name, dataType: dataType[dtype], dims: [...shape], rawData: rawBytes(data) })
      return name
    }
    return data.length > 64 ? make() : once(`${dtype}[${shape.join(',')}]${data.join(',')}`, make)
  }

  function node(onnx: string, from: readonly string[], attributes: Attributes = {}): string {
    const name = fresh()
    nodes.push({ opType: onnx, name: `${onnx}${name}`, input: [...from], output: [name], attribute: Object.entries(attributes).map(([key, value]) => attribute(key, value)) })
    return name
  }
  const arithmetic = (onnx: string, ...from: string[]): string => once(`${onnx}(${from.join(',')})`, () => node(onnx, from))
  const int64 = (values: readonly number[]): string => constant(BigInt64Array.from(values, v => BigInt(v)), [values.length], 'int64')

  /** A named size as an int64 vector of length 1, read off a runtime shape. */
  const resolving = new Set<string>()
  function named(name: string): string {
    return once(`size ${name}`, () => {
      resolving.add(name)
      let best: { input: string, axis: number, factor: Dim, rest: Dim } | undefined
      for (const [inputName, leaf] of inputs) {
        leaf.shape.forEach((dim, axis) => {
          const others = new Set(namesOf(dim).filter(n => n !== name && !resolving.has(n)))
          const solved = namesOf(dim).includes(name) ? solveFor(dim, others) : undefined
          if (solved && (!best || (solved.factor === 1 && solved.rest === 0)))
            best = { input: inputName, axis, factor: solved.factor, rest: solved.rest }
        })
      }
      if (!best)
        throw internal(`the size '${name}' is on no input of the graph, so it cannot be computed.`)
      const whole = node('Shape', [best.input], { start: best.axis, end: best.axis + 1 })
      const above = best.rest === 0 ? whole : node('Sub', [whole, vectorOf(best.rest)])
      resolving.delete(name)
      return best.factor === 1 ? above : node('Div', [above, vectorOf(best.factor)])
    })
  }

  function vectorOf(dim: Dim): string {
    if (typeof dim === 'number')
      return int64([dim])
    const terms = termsOf(dim).map(([coefficient, names]) => {
      const factors = [...names.map(named), ...(coefficient === 1 && names.length > 0 ? [] : [int64([coefficient])])]
      return factors.reduce((a, b) => arithmetic('Mul', a, b))
    })
    return terms.reduce((a, b) => arithmetic('Add', a, b))
  }

  return {
    nodes,
    initializers,
    fresh,
    constant,
    node,
    int64,
    int64Scalar: value => constant(BigInt64Array.of(BigInt(value)), [], 'int64'),
    float32: value => constant(Float32Array.of(value), [], 'float32'),
    sizes(shape) {
      if (shape.every(d => typeof d === 'number'))
        return int64(shape)
      return once(`sizes ${shape.join(',')}`, () => shape.length === 1 ? vectorOf(shape[0]!) : node('Concat', shape.map(vectorOf), { axis: 0 }))
    },
    size(dim) {
      return once(`scalar ${dim}`, () => node('Squeeze', [vectorOf(dim), int64([0])]))
    },
  }
}

/**
 * The ONNX model that computes the outputs by their names. Weights named in `edited` become float32 graph inputs,
 * all others initializers inside the checkpoint's files.
 */
export function encode(outputs: Readonly<Record<string, Expr>>, edited: ReadonlySet<string> = new Set()): EncodedGraph {
  const exprs = Object.values(outputs)
  const inputs = new Map([...leavesOf(exprs)].filter(([name, x]) => x.leaf?.kind === 'input' || edited.has(name)))
  const clash = Object.keys(outputs).find(name => inputs.has(name))
  if (clash !== undefined)
    throw internal(`'${clash}' is the name of an input and of an output.`)
  const writer = createWriter(inputs)
  const values = new Map<Expr, string>()
  const weights = new Map<string, string>()

  for (const x of topological(exprs)) {
    const { leaf } = x
    if (leaf?.kind === 'constant') {
      values.set(x, writer.constant(leaf.data, x.shape as readonly number[], x.dtype))
    }
    else if (leaf?.kind === 'input' || (leaf && edited.has(leaf.name))) {
      values.set(x, leaf.name)
    }
    else if (leaf) {
      const known = weights.get(leaf.name)
      if (known === undefined) {
        writer.initializers.push(externalTensor(leaf.name, x.shape as readonly number[], leaf.location))
        weights.set(leaf.name, leaf.location.stored === 'float32' ? leaf.name : writer.node('Cast', [leaf.name], { to: dataType.float32 }))
      }
      values.set(x, weights.get(leaf.name)!)
    }
    else {
      const from = x.inputs.map(i => values.get(i)!)
      values.set(x, x.op.emit ? x.op.emit(writer, from, x) : writer.node(x.op.onnx, from, x.attributes))
    }
  }

  renameOutputs(writer, outputs, values)
  const bytes = encodeModel({
    name: 'graph',
    node: writer.nodes,
    initializer: writer.initializers,
    input: [...inputs].map(([name, x]) => valueInfo(name, x.dtype, x.shape)),
    output: Object.entries(outputs).map(([name, x]) => valueInfo(name, x.dtype, x.shape)),
  })
  return { bytes, inputs, outputs: new Map(Object.entries(outputs)), nodeCount: writer.nodes.length }
}

/** Output names are given to the values themselves; a value that is a leaf, or is asked for twice, passes an Identity. */
function renameOutputs(writer: Writer, outputs: Readonly<Record<string, Expr>>, values: ReadonlyMap<Expr, string>): void {
  const produced = new Set(writer.nodes.flatMap(node => node.output ?? []))
  const renamed = new Map<string, string>()
  for (const [name, x] of Object.entries(outputs)) {
    const value = values.get(x)!
    if (produced.has(value) && !renamed.has(value))
      renamed.set(value, name)
    else
      writer.nodes.push({ opType: 'Identity', name: `output ${name}`, input: [value], output: [name], attribute: [] })
  }
  const rename = (value: string): string => renamed.get(value) ?? value
  for (const node of writer.nodes) {
    node.input = (node.input ?? []).map(rename)
    node.output = (node.output ?? []).map(rename)
  }
}
