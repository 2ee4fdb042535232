// What both localities share: answers the edit has no business with should stay what they were.
import type { Answer } from '../models/model.ts'
import { allPositionAgreement, orderedAgreement, overlapAgreement, top1Agreement } from './agreement.ts'
import { meanKl } from './log-softmax.ts'
import type { Metric, Variant } from './metric.ts'

const share = (id: string, label: string, summary: string): Variant => ({ id, label, summary, higherIsBetter: true, unit: 'share' })

const strict = share('strict', 'Same best token', 'Teacher forcing: share of the answer\'s positions whose best token is the same before and after the edit.')
const free = share('free', 'Same text', 'Free decoding gives the same text before and after the edit.')
const kl: Variant = { id: 'kl', label: 'KL(pre‖post)', summary: 'Kullback–Leibler divergence of the next-token distributions, mean over the answer\'s positions, in nats; 0 = untouched.', higherIsBetter: false, unit: 'nats' }

/** Best token only, as EasyEdit scores text. */
export const textVariants: readonly Variant[] = [
  strict,
  free,
  share('easyedit', 'EasyEdit', 'Share of all positions (prompt, answer, last) whose best token is the same, as EasyEdit computes it.'),
  kl,
]

/** Ten ranks, as EasyEdit scores pictures. */
export const imageVariants: readonly Variant[] = [
  strict,
  free,
  share('easyedit', 'EasyEdit', 'Share of the ten best ranks that hold the same token, over all positions including picture slots, as EasyEdit computes it.'),
  share('overlap10', 'Top-10 overlap', 'Share of the ten best tokens still among the ten best, at the answer\'s positions.'),
  share('ordered10', 'Top-10 in order', 'Share of the ten best ranks that hold the same token, at the answer\'s positions.'),
  kl,
]

/** Drops what is undefined for a probe without expected tokens. */
function defined(values: Readonly<Record<string, number | undefined>>): Record<string, number> {
  return Object.fromEntries(Object.entries(values).filter((entry): entry is [string, number] => entry[1] !== undefined))
}

const both = (before: Answer, after: Answer): Record<string, number | undefined> => ({
  strict: top1Agreement(before.positions, after.positions),
  free: before.generated.text === after.generated.text ? 1 : 0,
  kl: meanKl(before.positions, after.positions),
})

export const scoreText: Metric['score'] = (_probe, before, after) => defined({
  ...both(before, after),
  easyedit: allPositionAgreement(before, after, 1),
})

export const scoreImage: Metric['score'] = (_probe, before, after) => defined({
  ...both(before, after),
  easyedit: allPositionAgreement(before, after, 10),
  overlap10: overlapAgreement(before.positions, after.positions, 10),
  ordered10: orderedAgreement(before.positions, after.positions, 10),
})
