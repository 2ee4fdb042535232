// SERAC's cache of edits, and which of them a question is about.
import { meanRow } from '../models/pooling.ts'
import { normalised, ownTextEncoder } from '../models/text-encoder.ts'
import type { TextEncoder } from '../models/text-encoder.ts'
import type { Example, Model, Question } from '../models/model.ts'
import { projected, squaredDistance } from '../training/serac-mixture.ts'
import type { SeracNetwork } from './serac-network.ts'

/** What an edit left in the cache. */
export interface Entry {
  readonly example: Example
  readonly scope: Projected
}

/** A question as the scope classifier compares it. */
export interface Projected {
  readonly text: Float64Array
  /** Only where pictures count and the question has one. */
  readonly look?: Float64Array
}

export interface ScopeConfig {
  readonly compatibility: 'strict' | 'easyedit'
  readonly encoder: string
  readonly imageScope: boolean
}

/** The encoder that the settings name: a folder, or the model itself. */
export const encoderFor = (model: Model, { encoder }: Pick<ScopeConfig, 'encoder'>): Promise<TextEncoder> =>
  encoder === '' ? Promise.resolve(ownTextEncoder(model)) : model.openTextEncoder(encoder)

/**
 * What the scope classifier reads: the question alone. The reference reads the prompt with its (reference) answer on both sides, so
 * under teacher forcing the answer gives away whether a question is in scope.
 */
export const scopeText = (model: Pick<Model, 'promptOf'>, question: Question, expected: string, { compatibility }: Pick<ScopeConfig, 'compatibility'>): string =>
  compatibility === 'strict' ? question.prompt : `${model.promptOf(question)} ${expected}`

/** The direction of a picture: the mean of the rows that the language model is shown of it, scaled to length 1. */
export async function lookOf(model: Pick<Model, 'look'>, image: string): Promise<Float32Array> {
  const { values, rows, width } = await model.look(image)
  return normalised(meanRow(values, rows, width))
}

/** The question as the trained projections see it. */
export async function projectQuestion(model: Model, encoder: TextEncoder, network: SeracNetwork, question: Question, expected: string, config: ScopeConfig): Promise<Projected> {
  const text = projected(network.textProjection, await encoder.embed(scopeText(model, question, expected, config)))
  if (!config.imageScope || question.image === undefined)
    return { text }
  return { text, look: projected(network.lookProjection, await lookOf(model, question.image)) }
}

/** s = exp(−scale·d_text) · exp(−scale_v·d_look); a pair without two pictures has no second factor. */
function scoreOf({ textScale, lookScale }: SeracNetwork, entry: Projected, question: Projected): number {
  const look = entry.look && question.look ? lookScale * squaredDistance(entry.look, question.look) : 0
  return Math.exp(-textScale * squaredDistance(entry.text, question.text) - look)
}

/** The entry nearest to the question; of equally near ones the latest, because it is what was said last. */
export function nearest(network: SeracNetwork, entries: readonly Entry[], question: Projected): { readonly entry: Entry, readonly score: number } | undefined {
  let best: { entry: Entry, score: number } | undefined
  for (const entry of entries) {
    const score = scoreOf(network, entry.scope, question)
    if (!best || score >= best.score)
      best = { entry, score }
  }
  return best
}
