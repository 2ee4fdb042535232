// Puts several readings into one graph: each under a prefix of its own, with expressions in place of weights (W → W + Δ).
import type { FeedValue, Reading } from '../models/model.ts'
import { canonical, namesOf, termsOf } from '../tensor/dims.ts'
import type { Dim, Shape } from '../tensor/dims.ts'
import { apply, input, nameOf, topological } from '../tensor/expr.ts'
import type { Attribute, Attributes, Expr } from '../tensor/expr.ts'
import { ShapeError } from '../tensor/shape-error.ts'

export interface Placed {
  readonly logits: Expr
  readonly targets: Expr
  readonly feeds: Readonly<Record<string, FeedValue>>
}

interface PlacedGraph {
  readonly logits: Expr
  readonly targets: Expr
  /** Names of the inputs, which are fed under the prefix; everything else fed is a frozen weight and keeps its name. */
  readonly inputs: ReadonlySet<string>
}

const graphs = new WeakMap<Expr, Map<string, PlacedGraph>>()
const numbers = new WeakMap<Expr, number>()
let counted = 0
function numberOf(x: Expr): number {
  let number = numbers.get(x)
  if (number === undefined)
    numbers.set(x, number = counted++)
  return number
}

/**
 * The reading with its inputs called `${prefix} ${name}`, its named sizes told apart from those of other prefixes, and `weights` in place
 * of the weights of these names. Readings of one kind give the very same expressions for the same prefix and weights.
 */
export function place(reading: Pick<Reading, 'logits' | 'targets' | 'leaves' | 'feeds'>, prefix: string, weights: ReadonlyMap<string, Expr>): Placed {
  const used = [...weights].filter(([name]) => reading.leaves.has(name))
  const key = `${prefix}\n${used.map(([name, x]) => `${name} ${numberOf(x)}`).join('\n')}`
  const byKey = graphs.get(reading.logits) ?? new Map<string, PlacedGraph>()
  graphs.set(reading.logits, byKey)
  let graph = byKey.get(key)
  if (!graph)
    byKey.set(key, graph = placeGraph(reading, prefix, new Map(used)))
  const { inputs, logits, targets } = graph
  const feeds = Object.fromEntries(Object.entries(reading.feeds).map(([name, value]) => [inputs.has(name) ? `${prefix} ${name}` : name, value]))
  return { logits, targets, feeds }
}

function placeGraph({ logits, targets }: Pick<Reading, 'logits' | 'targets'>, prefix: string, weights: ReadonlyMap<string, Expr>): PlacedGraph {
  const renamed = renamer(prefix)
  const inputs = new Set<string>()
  const done = new Map<Expr, Expr>()
  for (const x of topological([logits, targets])) {
    const name = nameOf(x)
    const instead = name === undefined ? undefined : weights.get(name)
    if (instead) {
      if (instead.shape.join() !== x.shape.join())
        throw new ShapeError(`What takes the place of weight '${name}' has shape [${instead.shape.join(', ')}], the weight has [${x.shape.join(', ')}].`)
      done.set(x, instead)
    }
    else if (x.leaf?.kind === 'input') {
      inputs.add(x.leaf.name)
      done.set(x, input(`${prefix} ${x.leaf.name}`, x.dtype, x.shape.map(renamed)))
    }
    else if (x.leaf) {
      done.set(x, x)
    }
    else {
      done.set(x, apply(x.op, x.inputs.map(i => done.get(i)!), renamedAttributes(x.attributes, renamed)))
    }
  }
  return { logits: done.get(logits)!, targets: done.get(targets)!, inputs }
}

/** 'tokens+8' → 'edit_tokens+8': sizes of one reading are not those of another. */
function renamer(prefix: string): (dim: Dim) => Dim {
  const own = prefix.replace(/\W/g, '_').replace(/^(?=\d)/, '_')
  return (dim) => {
    if (namesOf(dim).length === 0)
      return dim
    return canonical(termsOf(dim).map(([coefficient, names]) => [coefficient, ...names.map(name => `${own}_${name}`)].join('*')).join('+').replaceAll('+-', '-'))
  }
}

/** Attributes that list sizes name the new ones. */
const renamedAttributes = (attributes: Attributes, renamed: (dim: Dim) => Dim): Attributes =>
  Object.fromEntries(Object.entries(attributes).map(([name, value]): [string, Attribute] => [name, typeof value === 'object' ? (value as Shape).map(renamed) : value]))
