// Every figure, in the order of the menu.
import { registry } from '../base/registry.ts'
import { learningCurve } from './learning-curve.ts'
import { metricBars } from './metric-bars.ts'
import { reliabilityVsLocality } from './reliability-vs-locality.ts'
import { strictVsCompatible } from './strict-vs-compatible.ts'
import { textVsVision } from './text-vs-vision.ts'

export const figures = registry('figure', metricBars, textVsVision, reliabilityVsLocality, learningCurve, strictVsCompatible)
