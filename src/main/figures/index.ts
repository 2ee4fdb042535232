// Every figure, in the order of the menu.
import { registry } from '../base/registry.ts'
import { costVsQuality } from './cost-vs-quality.ts'
import { forgettingCurve } from './forgetting-curve.ts'
import { klScatter } from './kl-scatter.ts'
import { layerSweep } from './layer-sweep.ts'
import { learningCurve } from './learning-curve.ts'
import { metricBars } from './metric-bars.ts'
import { radar } from './radar.ts'
import { reliabilityVsLocality } from './reliability-vs-locality.ts'
import { retentionHeatmap } from './retention-heatmap.ts'
import { strictVsCompatible } from './strict-vs-compatible.ts'
import { textVsVision } from './text-vs-vision.ts'
import { trainingCurve } from './training-curve.ts'

export const figures = registry(
  'figure',
  metricBars,
  textVsVision,
  klScatter,
  reliabilityVsLocality,
  costVsQuality,
  layerSweep,
  retentionHeatmap,
  forgettingCurve,
  learningCurve,
  trainingCurve,
  strictVsCompatible,
  radar,
)
