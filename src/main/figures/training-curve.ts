// How a training went: its total loss over steps, and the same on records that it does not train on.
import type { TrainingStep } from '../../preload/contract/runs.ts'
import { defineFigure } from './figure.ts'
import { legendRoom } from './frame.ts'
import { rowsOf } from './rows.ts'
import { leftOut } from './words.ts'

type Losses = Readonly<Record<string, number>>

export const trainingCurve = defineFigure({
  id: 'training-curve',
  label: 'Losses of trainings',
  summary: 'Trainings: total loss over steps as a line, on held-out records as points; the kept checkpoint is ringed.',
  needs: ['steps'],
  isOfEdits: true,
  draw(input) {
    const rows = rowsOf(input)
    const shown = rows.flatMap(row => row.run?.steps && row.run.steps.length > 0 ? [{ row, steps: inOrder(row.run.steps) }] : [])
    const values = shown.flatMap(({ steps }) => steps.flatMap(({ losses, validation }) => [totalOf(losses), totalOf(validation)])).filter(value => value !== undefined)
    // A fall over two decades reads better on a logarithm, which has no place for zero and less.
    const isLog = values.length > 0 && values.every(value => value > 0) && Math.max(...values) > 100 * Math.min(...values)
    const { legend, top, right, media } = legendRoom(shown.map(({ row }) => row.name))
    const short = (value: number): number => Number(value.toPrecision(5))
    return {
      option: {
        grid: { left: 64, right, top, bottom: 46 },
        legend,
        media: media(),
        tooltip: { trigger: 'item' },
        xAxis: { type: 'value', name: 'training step', nameLocation: 'middle', nameGap: 28, min: 0, splitLine: { show: false } },
        yAxis: { type: isLog ? 'log' : 'value', name: 'total loss', nameLocation: 'middle', nameGap: 48, scale: isLog, ...(isLog || values.some(value => value < 0) ? {} : { min: 0 }) },
        series: shown.flatMap(({ row: { key, name, look }, steps }) => {
          const best = bestOf(steps)
          const validated = steps.filter(step => totalOf(step.validation) !== undefined)
          return [
            { type: 'line', id: key, name, symbol: 'none', sampling: 'lttb', tip: `${name}: ${steps.length} lines up to step ${steps.at(-1)!.step}`, itemStyle: { color: look.colour }, lineStyle: { width: 1.75, type: look.dash, color: look.colour }, data: points(steps, ({ losses }) => losses, short) },
            {
              type: 'line',
              name,
              symbol: look.symbol,
              symbolSize: 8,
              z: 4,
              itemStyle: { color: look.colour },
              lineStyle: { width: 0.75, opacity: 0.6, color: look.colour },
              data: validated.map(({ step, validation }) => ({ value: [step, short(totalOf(validation)!)], tip: `${name}, held-out records after step ${step}: total loss ${short(totalOf(validation)!)}${step === best?.step ? ', the checkpoint that is kept' : ''}` })),
            },
            ...(best ? [{ type: 'scatter', name, silent: true, symbol: 'circle', symbolSize: 17, z: 3, tooltip: { show: false }, itemStyle: { color: 'var(--surface)', opacity: 1, borderColor: look.colour, borderWidth: 2 }, data: [[best.step, short(totalOf(best.validation)!)]] }] : []),
          ]
        }),
      },
      notes: [
        ...(shown.length > 0 ? ['Lines: on the records of the training, mean since the line before. Symbols: on records that are held out; the ringed one is kept.'] : []),
        ...shown.filter(({ steps }) => !bestOf(steps)).map(({ row }) => `${row.name}: no loss on held-out records was measured.`),
        ...leftOut('they are no trainings, or have no step yet', rows.filter(row => !shown.some(one => one.row === row)).map(({ name }) => name)),
      ],
      height: 340,
    }
  },
})

const totalOf = (losses: Losses | undefined): number | undefined => losses?.['total']

/** A resumed training repeats what it had done after its checkpoint; the newer line counts. */
function inOrder(steps: readonly TrainingStep[]): TrainingStep[] {
  return [...new Map(steps.map(step => [step.step, step])).values()].sort((a, b) => a.step - b.step)
}

function bestOf(steps: readonly TrainingStep[]): TrainingStep | undefined {
  return steps.reduce<TrainingStep | undefined>((best, step) => (totalOf(step.validation) ?? Infinity) < (totalOf(best?.validation) ?? Infinity) ? step : best, undefined)
}

function points(steps: readonly TrainingStep[], of: (step: TrainingStep) => Losses, short: (value: number) => number): number[][] {
  return steps.flatMap((step) => {
    const value = totalOf(of(step))
    return value === undefined || !Number.isFinite(value) ? [] : [[step.step, short(value)]]
  })
}
