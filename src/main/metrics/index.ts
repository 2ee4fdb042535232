// Every metric, in the order of the paper's table.
import { registry } from '../base/registry.ts'
import { blindness } from './blindness.ts'
import { imageGenerality } from './image-generality.ts'
import { imageLocality } from './image-locality.ts'
import { portability } from './portability.ts'
import { reliability } from './reliability.ts'
import { textGenerality } from './text-generality.ts'
import { textLocality } from './text-locality.ts'

export const metrics = registry('metric', reliability, textGenerality, imageGenerality, textLocality, imageLocality, portability, blindness)

/** Raised whenever a score changes its meaning: written into every run, so that rows of two definitions are never compared silently. */
export const definitionsVersion = '1'
export { describeMetric } from './describe.ts'
