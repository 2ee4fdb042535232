// The terms of co-edit's objective as expressions with their values: the edit, also through another drawing, and answers that should stay.
import type { EditRecord, Probe } from '../../preload/contract/records.ts'
import type { FeedValue, Model, Reading } from '../models/model.ts'
import { input, leavesOf } from '../tensor/expr.ts'
import type { Expr } from '../tensor/expr.ts'
import { add, mul } from '../tensor/ops/elementwise.ts'
import type { CutReading } from '../training/cut-reading.ts'
import { crossEntropy, klDivergence } from '../training/losses.ts'
import { place } from '../training/place.ts'
import type { Memory } from './method.ts'

/** A scalar of the weights, with the values it needs. Terms of one kind share `outputs`, so that training shares its sessions. */
export interface Term {
  readonly outputs: { readonly total: Expr }
  readonly feeds: Readonly<Record<string, FeedValue>>
}

const strengthIn = (slot: string): string => `${slot} strength`
const baseIn = (slot: string): string => `${slot} base logits`

const outputsOf = { answer: new WeakMap<Expr, Term['outputs']>(), stay: new WeakMap<Expr, Term['outputs']>() }

function shared(kind: keyof typeof outputsOf, slot: string, logits: Expr, loss: () => Expr): Term['outputs'] {
  const known = outputsOf[kind].get(logits) ?? { total: mul(loss(), input(strengthIn(slot), 'float32', [])) }
  outputsOf[kind].set(logits, known)
  return known
}

/** strength · mean −log p of the answer, with `weights` in place of the model's. Terms that are added together need slots of their own. */
export function answerTerm(reading: CutReading, weights: ReadonlyMap<string, Expr>, strength: number, slot = 'term'): Term {
  const { logits, targets, feeds } = place(reading, slot, weights)
  return { outputs: shared('answer', slot, logits, () => crossEntropy(logits, targets)), feeds: { ...feeds, [strengthIn(slot)]: { data: Float32Array.of(strength), dims: [] } } }
}

/** strength · KL(base ‖ edited), mean over the answer's positions; `base` [rows, vocabulary] is what the unedited model says there. */
export function stayTerm(reading: CutReading, weights: ReadonlyMap<string, Expr>, base: Float32Array, strength: number, slot = 'term'): Term {
  const { logits, feeds } = place(reading, slot, weights)
  const rows = reading.feeds.targets!.dims[0]!
  return {
    outputs: shared('stay', slot, logits, () => klDivergence(input(baseIn(slot), 'float32', logits.shape), logits)),
    feeds: { ...feeds, [baseIn(slot)]: { data: base, dims: [rows, base.length / rows] }, [strengthIn(slot)]: { data: Float32Array.of(strength), dims: [] } },
  }
}

interface Sums { sum?: Term['outputs'], readonly then: WeakMap<Term['outputs'], Sums> }
const sums: Sums = { then: new WeakMap() }

/** The sum of terms in different slots as one graph, which gives one set of gradients. */
export function together(terms: readonly [Term, ...Term[]]): Term {
  let node = sums
  for (const { outputs } of terms) {
    const next: Sums = node.then.get(outputs) ?? { then: new WeakMap() }
    node.then.set(outputs, next)
    node = next
  }
  node.sum ??= { total: terms.map(({ outputs }) => outputs.total).reduce((a, b) => add(a, b)) }
  return { outputs: node.sum, feeds: Object.assign({}, ...terms.map(({ feeds }) => feeds)) as Term['feeds'] }
}

const notThePicture = new Set(['embeddings', 'mask'])
const pictureInputs = new WeakMap<Expr, string | null>()

/** Of a question with a picture: the input by which the picture enters, the only one of floats that is neither text nor mask. */
export function pictureInput({ logits }: Pick<Reading, 'logits'>): string | undefined {
  const known = pictureInputs.get(logits)
  if (known !== undefined)
    return known ?? undefined
  const found = [...leavesOf([logits])].find(([name, x]) => x.leaf?.kind === 'input' && x.dtype === 'float32' && !notThePicture.has(name))?.[0]
  pictureInputs.set(logits, found ?? null)
  return found
}

/** The reading with something added to what it sees of the picture. */
export function seenOtherwise(reading: Reading, change: Float32Array, strength: number): Reading {
  const name = pictureInput(reading)
  const seen = name === undefined ? undefined : reading.feeds[name]
  if (name === undefined || !seen)
    return reading
  const data = (seen.data as Float32Array).map((value, i) => value + strength * change[i]!)
  return { ...reading, feeds: { ...reading.feeds, [name]: { ...seen, data } } }
}

/** What another artist's drawing of the same thing changes in what is seen of a picture; undefined where a record shows its thing once. */
export async function drawingChange(model: Model, memory: Memory, record: EditRecord, weights: readonly string[]): Promise<Float32Array | undefined> {
  const other = record.probes.imageRephrase?.[0]
  if (!other?.image || !record.edit.image)
    return undefined
  const [from, to] = [await readingOf(model, memory, record.edit, weights), await readingOf(model, memory, other, weights)]
  const name = pictureInput(from)
  if (name === undefined)
    return undefined
  const [a, b] = [from.feeds[name]!.data as Float32Array, to.feeds[name]!.data as Float32Array]
  return b.map((value, i) => value - a[i]!)
}

/**
 * What an edit of another record should leave alone: this record's questions about other pictures. Their answers are right and the model is
 * sure of them, unlike of what it says to the record's own question, which keeps an edit from reaching other drawings. Without such questions: all the rest.
 */
export function stayingProbes(record: EditRecord): readonly Probe[] {
  const { edit, stated, probes } = record
  const pictured = probes.unrelatedImage?.filter(({ expected }) => expected !== '') ?? []
  const known = staying.get(record) ?? (pictured.length > 0
    ? pictured
    : [...(stated === '' ? [] : [{ ...edit, expected: stated }]), ...probes.unrelatedText?.filter(({ expected }) => expected !== '') ?? []])
  staying.set(record, known)
  return known
}

/** Always the same objects, so that what is known of a probe is found again. */
const staying = new WeakMap<EditRecord, readonly Probe[]>()

export const readingOf = async (model: Model, memory: Memory, probe: Probe, weights: readonly string[]): Promise<Reading> =>
  model.reading({ question: await memory.question(probe), expected: probe.expected }, weights)
