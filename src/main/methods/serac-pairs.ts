// What SERAC's scope classifier learns from: differences of questions, and of pictures, that belong together or do not.
import type { EditRecord, Probe, ProbeKind } from '../../preload/contract/records.ts'
import type { Example, Model } from '../models/model.ts'
import type { TextEncoder } from '../models/text-encoder.ts'
import type { Memory } from './method.ts'
import { lookOf, scopeText } from './serac-scope.ts'
import type { ScopeConfig } from './serac-scope.ts'

export interface Pairs {
  /** Differences of vectors of what is in scope of an edit, and of what is not. */
  readonly near: readonly Float32Array[]
  readonly far: readonly Float32Array[]
}

export interface Differences {
  /** e_cache − e_test of an edit and a question, and v_cache − v_test where pictures count and both have one. */
  readonly between: (edit: Example, asked: Example) => Promise<{ readonly text: Float32Array, readonly look?: Float32Array }>
  /** Of every record: the edit beside its rephrases, and beside what must not change; its picture also beside the next record's. */
  readonly pairs: (from: Memory, records: readonly EditRecord[]) => Promise<{ readonly text: Pairs, readonly look: Pairs }>
}

/** Vectors of pictures are kept: 160…4096 numbers each, asked for again in every epoch. */
const KEPT = 8192

export function createDifferences(model: Model, encoder: TextEncoder, scope: ScopeConfig, usesPictures: boolean): Differences {
  const looks = new Map<string, Float32Array>()
  async function look(image: string): Promise<Float32Array> {
    const vector = looks.get(image) ?? await lookOf(model, image)
    looks.set(image, vector)
    if (looks.size > KEPT)
      looks.delete(looks.keys().next().value!)
    return vector
  }
  const embed = ({ question, expected }: Example): Promise<Float32Array> => encoder.embed(scopeText(model, question, expected, scope))

  async function between(edit: Example, asked: Example): Promise<{ text: Float32Array, look?: Float32Array }> {
    const text = difference(await embed(edit), await embed(asked))
    const [a, b] = [edit.question.image, asked.question.image]
    return usesPictures && a !== undefined && b !== undefined ? { text, look: difference(await look(a), await look(b)) } : { text }
  }

  return {
    between,
    async pairs(from, records) {
      const text = { near: [] as Float32Array[], far: [] as Float32Array[] }
      const looked = { near: [] as Float32Array[], far: [] as Float32Array[] }
      const exampleOf = async (probe: Probe): Promise<Example> => ({ question: await from.question(probe), expected: probe.expected })
      for (const [i, record] of records.entries()) {
        const edit = await exampleOf(record.edit)
        const beside = (kind: ProbeKind): Promise<{ text: Float32Array, look?: Float32Array }[]> =>
          Promise.all((record.probes[kind] ?? []).slice(0, 1).map(async probe => between(edit, await exampleOf(probe))))
        const next = records[(i + 1) % records.length]!
        const isOther = next.edit.image !== undefined && (next.edit.image.root !== record.edit.image?.root || next.edit.image.path !== record.edit.image.path)
        const [rephrased, pictured, unrelated, seen, other] = await Promise.all([
          beside('textRephrase'), beside('imageRephrase'), beside('unrelatedText'), beside('unrelatedImage'), isOther ? between(edit, await exampleOf(next.edit)) : undefined,
        ])
        text.near.push(...rephrased.map(d => d.text))
        // A question that is the edit's own cannot be told from it.
        text.far.push(...[...unrelated, ...seen].map(d => d.text).filter(isSome))
        looked.near.push(...pictured.flatMap(d => d.look ?? []))
        looked.far.push(...[...seen, ...(other ? [other] : [])].flatMap(d => d.look ?? []).filter(isSome))
      }
      return { text, look: looked }
    },
  }
}

const difference = (a: Float32Array, b: Float32Array): Float32Array => a.map((v, i) => v - b[i]!)
const isSome = (x: Float32Array): boolean => x.some(v => v !== 0)
