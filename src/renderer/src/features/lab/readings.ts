// What teacher forcing and free decoding each say about an answer after an edit, and where they disagree.
import type { AnswerView } from '@contract/answers.ts'
import { partInfo } from '../../lib/probes.ts'

export interface Readings {
  /** As it should be: forced on the expected answer, and freely decoded. */
  readonly forced: boolean
  readonly free: boolean
}

const bestTokens = ({ expected }: AnswerView): string => JSON.stringify(expected.map(({ best }) => best))

/**
 * As the metrics read: a target is given when every expected token is the best one, or the free text is it; an unrelated answer is
 * kept when the best token stays at every position, or the free text does; a blind question is silent when the target is not given.
 */
export function readingsOf(kind: string, before: AnswerView | undefined, after: AnswerView): Readings | undefined {
  const { goal } = partInfo(kind)
  if (goal === 'unchanged')
    return before && after.expected.length > 0 ? { forced: bestTokens(before) === bestTokens(after), free: before.text === after.text } : undefined
  if (!after.match)
    return undefined
  return goal === 'silent' ? { forced: !after.match.forced, free: !after.match.free } : after.match
}

export const disagree = (readings: Readings | undefined): boolean => readings !== undefined && readings.forced !== readings.free

/** Sum of KL(before ‖ after) over the positions, in nats; undefined before an edit. */
export function klOf({ expected }: AnswerView): number | undefined {
  return expected.length > 0 && expected.every(({ kl }) => kl !== undefined) ? expected.reduce((sum, { kl }) => sum + (kl ?? 0), 0) : undefined
}

/** 0.00012 → 1.2e-4, 0.34 → 0.340; an untouched position is 0. */
export const formatNats = (value: number): string => value === 0 ? '0' : value < 1e-3 ? value.toExponential(1) : value.toPrecision(3)
