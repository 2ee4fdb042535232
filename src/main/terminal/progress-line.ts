// How far a run is, in one line.
import type { Run, TrainingStep } from '../../preload/contract/runs.ts'

const time = (seconds: number): string => seconds < 90 ? `${Math.ceil(seconds)} s` : seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`
const total = (losses: Readonly<Record<string, number>>): string => losses['total']?.toPrecision(3) ?? '–'

/** `loss 0.532, validation 0.611`; a validation stays until the next one. */
export function stepLine(step: TrainingStep, before = ''): string {
  const validation = step.validation ? `validation ${total(step.validation)}` : /validation \S+/.exec(before)?.[0]
  return [`loss ${total(step.losses)}`, validation].filter(Boolean).join(', ')
}

/** `12 of 20 records, 3.1 a second, 3 s left`; of a training `1200 of 5000 steps, loss 0.532, …`. */
export function progressLine(run: Run, losses = ''): string {
  return [
    `${run.doneCount} of ${run.recordCount} ${run.plan.kind === 'train' ? 'steps' : 'records'}`,
    run.failedCount > 0 ? `${run.failedCount} failed` : '',
    losses,
    run.recordsPerSecond === null ? '' : `${run.recordsPerSecond.toPrecision(2)} a second`,
    run.secondsLeft === null ? '' : `${time(run.secondsLeft)} left`,
  ].filter(Boolean).join(', ')
}
