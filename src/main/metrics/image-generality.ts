// Image generality: the same question about another picture of the same thing. (spec §2.1, image_rephrase/acc)
import { defineMetric } from './metric.ts'
import { targetMetric } from './target.ts'

export const imageGenerality = defineMetric(targetMetric({
  id: 'image-generality',
  label: 'Image generality',
  symbol: 'M-Gen.',
  summary: 'The edited model gives the target when the same thing is shown in another picture.',
  probes: record => record.probes.imageRephrase ?? [],
  judges: 'imageRephrase',
}))
