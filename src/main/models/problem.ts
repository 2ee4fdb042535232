/** The mean negative log-likelihood of some answers as a function of some weights, ready for training/. */

import { neg } from '../tensor/ops/elementwise.ts'
import { gatherElements } from '../tensor/ops/indexing.ts'
import { unsqueeze } from '../tensor/ops/movement.ts'
import { logSoftmax, reduceMean } from '../tensor/ops/reduction.ts'
import type { Expr } from '../tensor/expr.ts'
import type { Parts } from './ask.ts'
import type { Example, TrainingProblem } from './model.ts'
import { buildReading } from './reading.ts'
import type { ReadingOptions } from './reading.ts'

export interface ProblemOptions extends ReadingOptions {
  /** Losses by the logits they are of, so that problems of one kind share a graph (and training its sessions). */
  readonly losses: WeakMap<Expr, Expr>
  readonly readWeight: (name: string) => Promise<Float32Array>
}

/** Mean −log p(target) over the rows of logits [rows, vocabulary]; targets [rows] int64. */
export const negativeLogLikelihood = (logits: Expr, targets: Expr): Expr =>
  neg(reduceMean(gatherElements(logSoftmax(logits), unsqueeze(targets, 1), 1)))

/** The problem of fitting the examples by changing the named weights. Throws a sentence when it has no solution of that kind. */
export async function buildProblem(parts: Parts, examples: readonly Example[], names: readonly string[], options: ProblemOptions): Promise<TrainingProblem> {
  checkPictures(examples)
  const readings = await Promise.all(examples.map(example => buildReading(parts, example, names, options)))
  const [{ logits, targets, leaves }] = readings as [typeof readings[number]]
  const loss = options.losses.get(logits) ?? negativeLogLikelihood(logits, targets)
  options.losses.set(logits, loss)
  return {
    loss,
    weights: await Promise.all([...leaves].map(async ([name, leaf]) => ({ name, leaf, value: await options.readWeight(name) }))),
    feeds: readings.map(reading => reading.feeds),
    tokens: readings.map(reading => reading.tokens),
  }
}

function checkPictures(examples: readonly Example[]): void {
  const withPicture = examples.filter(e => e.question.image !== undefined).length
  if (examples.length === 0)
    throw new Error('There is no example to learn from. Give at least one.')
  if (withPicture > 0 && withPicture < examples.length)
    throw new Error(`Of ${examples.length} examples, ${withPicture} have a picture: they cannot be learned together. Fit those with and without a picture separately.`)
}
