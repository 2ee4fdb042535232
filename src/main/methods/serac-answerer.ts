// SERAC at work: in front of the whole model, it decides per question how much the counterfactual model has to say.
import { messageOf } from '../base/errors.ts'
import type { Answer, Answerer, AnswerOptions, Example, Model, Question } from '../models/model.ts'
import type { TextEncoder } from '../models/text-encoder.ts'
import { mixLogits } from '../training/serac-mixture.ts'
import type { SeracNetwork } from './serac-network.ts'
import { nearest, projectQuestion } from './serac-scope.ts'
import type { Entry, ScopeConfig } from './serac-scope.ts'

export interface AnswererConfig extends ScopeConfig {
  readonly mixing: 'soft' | 'hard'
}

/** What the counterfactual model is asked: the edit as text, then the question, with the question's picture. */
export function counterfactualQuestion(model: Pick<Model, 'promptOf'>, { question: edited, expected }: Example, question: Question): Question {
  const prompt = `${model.promptOf(edited)} ${expected} ${model.promptOf(question)}`
  return { prompt, form: 'plain', ...(question.image === undefined ? {} : { image: question.image }) }
}

export const counterfactualExample = (model: Pick<Model, 'promptOf'>, edit: Example, question: Question, expected: string): Example =>
  ({ question: counterfactualQuestion(model, edit, question), expected })

/** From this score on a question counts as the edit's. */
const threshold = 0.5

/**
 * Soft: log((1−s)·p_base + s·p_cf + ε) at every position, freely decoded token by token from that mixture. Hard: the counterfactual model alone
 * when s > ½, otherwise the base model alone. With s = 0 the base model's answer as it is, bit for bit.
 */
export function createAnswerer(model: Model, encoder: TextEncoder, network: SeracNetwork, entries: readonly Entry[], config: AnswererConfig): Answerer {
  return {
    async answer(question: Question, expected: string, options: AnswerOptions = {}): Promise<Answer> {
      const found = nearest(network, entries, await projectQuestion(model, encoder, network, question, expected, config))
      const score = found?.score ?? 0
      const routing = { score, taken: score > threshold }
      const s = config.mixing === 'soft' ? score : Number(routing.taken)
      if (!found || s === 0)
        return { ...await model.answer(question, expected, options), routing }
      const asked = counterfactualQuestion(model, found.entry.example, question)
      const tooLong = lengthProblem(model, asked, expected)
      if (tooLong !== undefined) {
        // Too long a question that is hardly about the edit is the base model's; of one that is, there is no answer.
        if (routing.taken)
          throw new Error(tooLong)
        return { ...await model.answer(question, expected, options), routing }
      }
      const combine = s === 1 && config.mixing === 'hard' ? (_own: Float32Array, other: Float32Array) => other : (own: Float32Array, other: Float32Array) => mixLogits(own, other, s)
      return { ...await model.answer(question, expected, { ...options, companion: { question: asked, weights: network.weights, combine } }), routing }
    },
  }
}

/** Why the counterfactual model cannot read the question behind the edit, or undefined. */
export function lengthProblem(model: Pick<Model, 'lengthOf' | 'info'>, asked: Question, expected: string): string | undefined {
  try {
    model.lengthOf(asked, expected)
    return undefined
  }
  catch (error) {
    return `SERAC reads every question behind the text of the edit, and this one does not fit: ${messageOf(error)}`
  }
}
