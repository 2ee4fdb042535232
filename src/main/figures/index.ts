// Every figure, in the order of the menu.
import { registry } from '../base/registry.ts'
import { learningCurve } from './learning-curve.ts'
import { metricBars } from './metric-bars.ts'

export const figures = registry('figure', metricBars, learningCurve)
