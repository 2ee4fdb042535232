// The loss curves of a training as a JSON option.
import type { TrainingStep } from '@contract/runs.ts'
import { labelOf } from '../../lib/schema-fields.ts'

/** Steps in order with one more; a resumed training repeats what it had done after its checkpoint, and the newer line counts. */
export function withStep(steps: readonly TrainingStep[], step: TrainingStep): readonly TrainingStep[] {
  if ((steps.at(-1)?.step ?? 0) < step.step)
    return [...steps, step]
  return [...steps.filter(one => one.step < step.step), step]
}

export interface Validation { readonly step: number, readonly losses: Readonly<Record<string, number>> }

export function validationsOf(steps: readonly TrainingStep[]): Validation[] {
  return steps.flatMap(({ step, validation }) => validation ? [{ step, losses: validation }] : [])
}

/** The checkpoint that is kept: least total, the earlier one of equals. */
export function bestOf(validations: readonly Validation[]): Validation | undefined {
  return validations.reduce<Validation | undefined>((best, one) => one.losses['total'] !== undefined && one.losses['total'] < (best?.losses['total'] ?? Infinity) ? one : best, undefined)
}

/** Names of the losses, `total` first, then in the order in which they come up. */
export function lossNames(rows: readonly Readonly<Record<string, number>>[]): string[] {
  const names = new Set(rows.flatMap(row => Object.keys(row)))
  return [...(names.delete('total') ? ['total'] : []), ...names]
}

const short = (value: number): number => Number(value.toPrecision(5))

/** A line a loss (the total thick), validation totals as points joined by a thin line, the best one ringed. */
export function trainingOption(steps: readonly TrainingStep[], isLog: boolean): Record<string, unknown> {
  const validations = validationsOf(steps)
  const best = bestOf(validations)
  const isNegative = steps.some(({ losses, validation = {} }) => [...Object.values(losses), ...Object.values(validation)].some(value => value < 0))
  // A logarithm has no place for zero and less.
  const isShown = (value: number | undefined): value is number => value !== undefined && Number.isFinite(value) && (!isLog || value > 0)
  const points = (of: (step: TrainingStep) => number | undefined): number[][] => steps.flatMap((step) => {
    const value = of(step)
    return isShown(value) ? [[step.step, short(value)]] : []
  })
  const lines = lossNames(steps.map(({ losses }) => losses)).map(name => ({
    type: 'line',
    name: labelOf(name),
    sampling: 'lttb',
    showSymbol: steps.length === 1,
    symbol: 'circle',
    lineStyle: name === 'total' ? { width: 2.5 } : { width: 1.25, opacity: 0.85 },
    data: points(({ losses }) => losses[name]),
  }))
  return {
    grid: { left: 56, right: 16, top: 40, bottom: 40 },
    legend: { top: 4, right: 8, type: 'scroll' },
    tooltip: { trigger: 'axis' },
    xAxis: { type: 'value', name: 'step', nameLocation: 'middle', nameGap: 26, min: 0, max: Math.max(5, steps.at(-1)?.step ?? 0), splitLine: { show: false } },
    yAxis: { type: isLog ? 'log' : 'value', name: 'loss', scale: isLog, ...(isLog || isNegative ? {} : { min: 0 }), nameLocation: 'middle', nameGap: 42 },
    series: [
      ...lines,
      ...(validations.length > 0 ? [{ type: 'line', name: 'Validation, total', symbol: 'circle', symbolSize: 8, showSymbol: true, z: 4, lineStyle: { width: 1, type: 'dashed' }, itemStyle: { color: 'var(--text)' }, data: points(({ validation }) => validation?.['total']) }] : []),
      ...(best && isShown(best.losses['total']) ? [{ type: 'scatter', name: 'Best, kept', symbol: 'circle', symbolSize: 16, z: 3, itemStyle: { color: 'transparent', borderColor: 'var(--good)', borderWidth: 3 }, data: [[best.step, short(best.losses['total'])]] }] : []),
    ],
  }
}
