// Text locality: are answers to unrelated text-only questions what they were? (spec §2.1, loc/acc)
import { scoreText, textVariants } from './locality.ts'
import { defineMetric } from './metric.ts'

export const textLocality = defineMetric({
  id: 'text-locality',
  label: 'Text locality',
  symbol: 'T-Loc.',
  summary: 'Answers to unrelated questions without a picture stay what they were.',
  variants: textVariants,
  probes: record => record.probes.unrelatedText ?? [],
  judges: 'unrelatedText',
  score: scoreText,
})
