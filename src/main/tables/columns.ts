// What tables of runs share: which metrics become columns, how rows are ordered, how an estimate is written.
import type { Estimate, RunMetrics } from '../../preload/contract/runs.ts'
import type { TableCell } from '../../preload/contract/tables.ts'
import { layerOf } from '../methods/chosen-layer.ts'
import { methods } from '../methods/index.ts'
import { metrics } from '../metrics/index.ts'
import type { Metric, Variant } from '../metrics/metric.ts'
import type { TableRun } from './table.ts'

export interface Column { readonly metric: Metric, readonly variant: Variant }

const scopes = ['text', 'vision', 'both']
export const methodLabel = (id: string): string => methods.has(id) ? methods.get(id).label : id
/** The method of a run, with the layer that it edits alone, where it chose one. */
export function methodOf({ plan }: Pick<TableRun['run'], 'plan'>): string {
  const layer = layerOf(plan)
  return layer === undefined ? methodLabel(plan.method.id) : `${methodLabel(plan.method.id)}, layer ${layer}`
}
export const datasetLabel = ({ run, datasetName }: TableRun): string => datasetName ?? run.plan.dataset

/** The metrics that have this variant. */
export function columnsOf(variant: string): Column[] {
  const columns = metrics.all.flatMap((metric) => {
    const found = metric.variants.find(({ id }) => id === variant)
    return found ? [{ metric, variant: found }] : []
  })
  if (columns.length === 0) {
    const known = [...new Set(metrics.all.flatMap(metric => metric.variants.map(({ id }) => id)))]
    throw new Error(`No metric has a reading '${variant}'. Known: ${known.join(', ')}.`)
  }
  return columns
}

/** What the numbers below the heading are, so that neighbours with one reading share a heading. */
export const groupOf = ({ label, unit }: Variant): string => `${label} (${unit === 'share' ? '%' : 'nats'})`

/** Dataset, model, slice in the order of the choice, method in the registry's order, text before vision before both, older before newer. */
function byStudy(a: TableRun, b: TableRun, slices: readonly (string | undefined)[]): number {
  const order = methods.all.map(({ id }) => id)
  return a.run.plan.dataset.localeCompare(b.run.plan.dataset)
    || a.run.plan.model.localeCompare(b.run.plan.model)
    || slices.indexOf(a.slice?.id) - slices.indexOf(b.slice?.id)
    || order.indexOf(a.run.plan.method.id) - order.indexOf(b.run.plan.method.id)
    || scopes.indexOf(a.run.plan.scope) - scopes.indexOf(b.run.plan.scope)
    || a.run.createdAt.localeCompare(b.run.createdAt)
    || a.run.id.localeCompare(b.run.id)
}

/** 0.95 → "95.0" for shares, "0.950" for nats, "3.1e-6" for nats that three digits would call nothing. */
export function textOfMean(value: number, { unit }: Pick<Variant, 'unit'>): string {
  if (unit === 'share')
    return (value * 100).toFixed(1)
  return value !== 0 && Math.abs(value) < 0.0005 ? value.toExponential(1) : value.toFixed(3)
}

/** 0.95 [0.9, 1] → "95.0 [90.0, 100.0]" for shares, "0.950 [0.900, 1.000]" for nats. */
export function textOf({ mean, low, high }: Pick<Estimate, 'mean' | 'low' | 'high'>, unit: Pick<Variant, 'unit'>): string {
  return `${textOfMean(mean, unit)} [${textOfMean(low, unit)}, ${textOfMean(high, unit)}]`
}

/** A number that opens its records, or a dash where the run has none. */
export function metricCell(run: TableRun['run'], metrics: RunMetrics, { metric, variant }: Column): TableCell {
  const estimate = metrics[metric.id]?.[variant.id]
  return estimate ? { text: textOf(estimate, variant), run: run.id, metric: metric.id, variant: variant.id, ...estimate } : { text: '–' }
}

/** Runs that were scored, in the order of tables: trainings have no records. */
export function scoredRuns(runs: readonly TableRun[]): TableRun[] {
  const slices = [...new Set(runs.map(({ slice }) => slice?.id))]
  return runs.filter(({ run }) => run.plan.kind !== 'train').sort((a, b) => byStudy(a, b, slices))
}
