/** Losses as expressions over logits. */

import type { Expr } from '../tensor/expr.ts'
import { exp, mul, neg, sub } from '../tensor/ops/elementwise.ts'
import { gatherElements } from '../tensor/ops/indexing.ts'
import { reshape, unsqueeze } from '../tensor/ops/movement.ts'
import { logSoftmax, reduceMean, reduceSum } from '../tensor/ops/reduction.ts'

/** log p of one token per row: logits [rows, vocabulary], tokens int64 [rows] → [rows]. */
export function logProbabilities(logits: Expr, tokens: Expr): Expr {
  return reshape(gatherElements(logSoftmax(logits), unsqueeze(tokens, 1), 1), tokens.shape)
}

/** Mean negative log-likelihood over the rows: logits [rows, vocabulary], tokens int64 [rows] → scalar. */
export const crossEntropy = (logits: Expr, tokens: Expr): Expr => neg(reduceMean(logProbabilities(logits, tokens)))

/** KL(p ‖ q), mean over rows, from the logits of p and q, both [rows, vocabulary]. */
export function klDivergence(pLogits: Expr, qLogits: Expr): Expr {
  const logP = logSoftmax(pLogits)
  return reduceMean(reduceSum(mul(exp(logP), sub(logP, logSoftmax(qLogits))), -1))
}
