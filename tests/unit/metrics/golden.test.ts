// Spec §9: values that the EasyEdit repository's own functions give on small tensors. They were computed in float32, hence six digits.
import { describe, expect, it } from 'vitest'
import { orderedAgreement, overlapAgreement } from '../../../src/main/metrics/agreement.ts'
import { klDivergence, meanKl } from '../../../src/main/metrics/log-softmax.ts'
import { teacherForced } from '../../../src/main/metrics/masked-accuracy.ts'
import { positionsOf } from './make-answer.ts'

describe('kl_loc_loss', () => {
  const before = [[1, 0, -1], [0, 2, 0]]
  const after = [[0.5, 0.5, -1], [0, 1, 0]]

  it('gives the two positions', () => {
    expect(klDivergence(before[0]!, after[0]!)).toBeCloseTo(0.1015666, 6)
    expect(klDivergence(before[1]!, after[1]!)).toBeCloseTo(0.0988858, 6)
  })

  it('averages over the positions that the mask keeps', () => {
    expect(meanKl(positionsOf(before), positionsOf(after))).toBeCloseTo(0.1002262, 7)
    expect(meanKl(positionsOf(before.slice(1)), positionsOf(after.slice(1)))).toBeCloseTo(0.0988858, 6)
  })
})

describe('masked_log_probs', () => {
  // Labels (−100, −100, 1, 4) and (−100, 3, 2, −100), shifted: the position before a label predicts it.
  const first = { positions: positionsOf([[0, 3, 0, 0, 0], [0, 0, 1, 0, 2]]), expected: [1, 4] }
  const second = { positions: positionsOf([[0, 0, 0, 4, 0], [1, 0, 0, 0, 0]]), expected: [3, 2] }

  it('gives token accuracy, exact match, nll and probability', () => {
    const scores = teacherForced(first, second)!
    expect(scores.tokenAccuracy).toBe(0.75)
    expect(scores.exactMatch).toBe(0.5)
    expect(scores.nll).toBeCloseTo(0.68257976, 6)
    expect(scores.probability).toBeCloseTo(0.61956137, 6)
    expect(scores.tokens).toBe(4)
  })
})

describe('top-k agreement', () => {
  const before = positionsOf([[5, 4, 3, 2, 1]])
  const after = positionsOf([[4, 5, 3, 2, 1]])

  it('is slot-wise in order, and a set without', () => {
    expect(orderedAgreement(before, after, 3)).toBeCloseTo(0.3333, 4)
    expect(overlapAgreement(before, after, 3)).toBe(1)
  })
})
