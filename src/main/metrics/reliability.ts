// Reliability: does the edited model give the target on the edit itself? (spec §2.1, inner/acc)
import { defineMetric } from './metric.ts'
import { targetMetric } from './target.ts'

export const reliability = defineMetric(targetMetric({
  id: 'reliability',
  label: 'Reliability',
  symbol: 'Rel.',
  summary: 'The edited model gives the target to the edited question.',
  probes: record => [record.edit],
}))
