// Methods and metrics, as their registries describe them.
import { describeMethod, methods as methodRegistry } from '../methods/index.ts'
import { describeMetric } from '../metrics/describe.ts'
import { metrics as metricRegistry } from '../metrics/index.ts'
import { verdictInfos } from '../metrics/verdict.ts'
import { os } from './base.ts'

export const methods = os.methods.router({ list: os.methods.list.handler(() => methodRegistry.all.map(describeMethod)) })
export const metrics = os.metrics.router({
  list: os.metrics.list.handler(() => metricRegistry.all.map(describeMetric)),
  verdicts: os.metrics.verdicts.handler(() => [...verdictInfos]),
})
