// All demonstrations of the train records with their embeddings, and the search for those nearest to an edit.
import { throwIfAborted, yieldToEvents } from '../base/async.ts'
import { sha256 } from '../base/hash.ts'
import type { EditRecord } from '../../preload/contract/records.ts'
import type { TextEncoder } from '../models/text-encoder.ts'
import { demonstrationsOf } from './ike-demonstrations.ts'
import type { PromptOf } from './ike-demonstrations.ts'

export interface Demonstration {
  readonly text: string
  /** Position of its record among the train records. */
  readonly record: number
}

export interface Corpus {
  readonly demonstrations: readonly Demonstration[]
  /** Row-major [demonstrations, width], rows of length 1. */
  readonly embeddings: Float32Array
  readonly width: number
}

// Embedding thousands of texts takes seconds, so it is done once per encoder and content. A study has two tasks.
const known = new WeakMap<TextEncoder, Map<string, Corpus>>()
const KEPT = 2

/** The demonstrations of all records, embedded; kept by their texts. */
export async function corpusOf(records: readonly EditRecord[], promptOf: PromptOf, encoder: TextEncoder, signal: AbortSignal): Promise<Corpus> {
  const demonstrations = records.flatMap((record, i) => demonstrationsOf(record, promptOf).map((text): Demonstration => ({ text, record: i })))
  const byContent = known.get(encoder) ?? new Map<string, Corpus>()
  known.set(encoder, byContent)
  const key = sha256(demonstrations.map(({ text, record }) => `${record} ${text}`).join(''))
  const corpus = byContent.get(key) ?? { demonstrations, embeddings: await embedded(demonstrations, encoder, signal), width: encoder.width }
  byContent.delete(key)
  byContent.set(key, corpus)
  if (byContent.size > KEPT)
    byContent.delete(byContent.keys().next().value!)
  return corpus
}

// Texts between two looks at the signal.
const CHUNK = 64

async function embedded(demonstrations: readonly Demonstration[], { embedAll, width }: TextEncoder, signal: AbortSignal): Promise<Float32Array> {
  const embeddings = new Float32Array(demonstrations.length * width)
  for (let i = 0; i < demonstrations.length; i += CHUNK) {
    throwIfAborted(signal)
    const vectors = await embedAll(demonstrations.slice(i, i + CHUNK).map(({ text }) => text))
    vectors.forEach((vector, j) => embeddings.set(vector, (i + j) * width))
    await yieldToEvents()
  }
  return embeddings
}

export interface SearchOptions {
  readonly count: number
  /** Records whose demonstrations are not to be found. */
  readonly without: ReadonlySet<number>
}

/** The nearest demonstrations by the dot product with the nearest of some queries, best first, ties in the corpus's order. */
export function nearest({ demonstrations, embeddings, width }: Corpus, queries: readonly Float32Array[], { count, without }: SearchOptions): Demonstration[] {
  const similarity = (row: number): number => Math.max(...queries.map(query => dot(query, embeddings, row * width)))
  return demonstrations
    .flatMap((demonstration, i) => without.has(demonstration.record) ? [] : [{ demonstration, i, score: similarity(i) }])
    .sort((a, b) => b.score - a.score || a.i - b.i)
    .slice(0, count)
    .map(({ demonstration }) => demonstration)
}

function dot(x: Float32Array, rows: Float32Array, at: number): number {
  let sum = 0
  for (let j = 0; j < x.length; j++)
    sum += x[j]! * rows[at + j]!
  return sum
}
