// Text generality: the same picture, the question in other words. (spec §2.1, edit/acc)
import { defineMetric } from './metric.ts'
import { targetMetric } from './target.ts'

export const textGenerality = defineMetric(targetMetric({
  id: 'text-generality',
  label: 'Text generality',
  symbol: 'T-Gen.',
  summary: 'The edited model gives the target when the question is worded differently.',
  probes: record => record.probes.textRephrase ?? [],
  judges: 'textRephrase',
}))
