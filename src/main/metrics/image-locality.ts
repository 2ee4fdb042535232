// Image locality: are answers about unrelated pictures what they were? (spec §2.1, image_loc/acc)
import { imageVariants, scoreImage } from './locality.ts'
import { defineMetric } from './metric.ts'

export const imageLocality = defineMetric({
  id: 'image-locality',
  label: 'Image locality',
  symbol: 'M-Loc.',
  summary: 'Answers to questions about unrelated pictures stay what they were.',
  variants: imageVariants,
  probes: record => record.probes.unrelatedImage ?? [],
  judges: 'unrelatedImage',
  score: scoreImage,
})
