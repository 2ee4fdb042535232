// Every figure, in the order of the menu.
import { registry } from '../base/registry.ts'
import { learningCurve } from './learning-curve.ts'
import { metricBars } from './metric-bars.ts'
import { reliabilityVsLocality } from './reliability-vs-locality.ts'

export const figures = registry('figure', metricBars, reliabilityVsLocality, learningCurve)
