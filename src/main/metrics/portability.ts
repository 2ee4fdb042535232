// Portability: does the edit carry over to questions that follow from it? (spec §2.3, port/acc)
import { defineMetric } from './metric.ts'
import { targetMetric } from './target.ts'

export const portability = defineMetric(targetMetric({
  id: 'portability',
  label: 'Portability',
  symbol: 'Port.',
  summary: 'The edited model answers questions that follow from the edited fact.',
  probes: record => record.probes.portability ?? [],
  judges: 'portability',
}))
