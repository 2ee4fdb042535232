// What Reliability, both Generalities and Portability share: the edited model should give the target.
import type { Probe } from '../../preload/contract/records.ts'
import type { Answer } from '../models/model.ts'
import { teacherForced } from './masked-accuracy.ts'
import type { Metric, Variant } from './metric.ts'
import { sameText } from './normalise-text.ts'

const variants: readonly Variant[] = [
  { id: 'strict', label: 'Exact match', summary: 'Teacher forcing: 1 if the best token is the expected one at every position of the answer, otherwise 0.', higherIsBetter: true, unit: 'share' },
  { id: 'free', label: 'Free decoding', summary: 'The freely decoded answer equals the target; case, spacing and punctuation at the ends do not count.', higherIsBetter: true, unit: 'share' },
  { id: 'easyedit', label: 'EasyEdit', summary: 'Token accuracy as EasyEdit computes it with exact_match off: right tokens over expected tokens.', higherIsBetter: true, unit: 'share' },
  { id: 'tokenAccuracy', label: 'Token accuracy', summary: 'Teacher forcing: share of the expected tokens that are the best token, averaged over probes and then records.', higherIsBetter: true, unit: 'share' },
  { id: 'probability', label: 'Probability', summary: 'Mean probability of an expected token under teacher forcing.', higherIsBetter: true, unit: 'share' },
  { id: 'nll', label: 'Negative log-likelihood', summary: 'Mean negative log-probability of an expected token under teacher forcing, in nats.', higherIsBetter: false, unit: 'nats' },
]

/** Nothing can be right about a probe without an expected answer, so it is not scored. */
const hasTarget = (probe: Probe): boolean => probe.expected.trim() !== ''

function score(probe: Probe, _before: Answer, after: Answer): Record<string, number> {
  const forced = teacherForced(after)
  return {
    ...(forced && { strict: forced.exactMatch }),
    free: sameText(after.generated.text, probe.expected) ? 1 : 0,
    ...(forced && { easyedit: forced.tokenAccuracy, tokenAccuracy: forced.tokenAccuracy, probability: forced.probability, nll: forced.nll }),
  }
}

/** A metric that asks for the target; the entry says which probes it looks at. */
export function targetMetric(entry: Pick<Metric, 'id' | 'label' | 'symbol' | 'summary' | 'probes' | 'judges'>): Metric {
  return { ...entry, variants, probes: record => entry.probes(record).filter(hasTarget), score }
}
