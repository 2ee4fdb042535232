// Figures of chosen runs.
import { figures as figureRegistry } from '../figures/index.ts'
import { os } from './base.ts'

export const figures = os.figures.router({
  list: os.figures.list.handler(() => figureRegistry.all.map(({ id, label, summary, metrics, labels }) => ({ id, label, summary, ...(metrics ? { metrics: [...metrics] } : {}), ...(labels ? { labels: { ...labels } } : {}) }))),
  get: os.figures.get.handler(({ context, input }) => context.reports.figure(input)),
  export: os.figures.export.handler(({ context, input }) => context.publish.figure(input)),
})
