// Two more things a run appends: cells of the retention matrix, and the losses of a training. Both are read back after any kind of end.
import type { RunId } from '../../preload/contract/identifiers.ts'
import { RetentionCell, TrainingStep } from '../../preload/contract/runs.ts'
import { writeFileAtomically } from './json-file.ts'
import { readJsonl } from './jsonl-file.ts'
import type { Study } from './open-workspace.ts'

type Report = (reason: string) => void

/** Every cell once, the last line of a cell counts, by time and edit. */
export async function readCells(study: Study, id: RunId, report?: Report): Promise<RetentionCell[]> {
  const cells = new Map<string, RetentionCell>()
  for await (const cell of readJsonl(study.layout.run(id).retention, RetentionCell, report))
    cells.set(`${cell.time}/${cell.edit}`, cell)
  return [...cells.values()].sort((a, b) => a.time - b.time || a.edit - b.edit)
}

/** Every line of a training once, the last of a step counts, in order. */
export async function readSteps(study: Study, id: RunId, report?: Report): Promise<TrainingStep[]> {
  const steps = new Map<number, TrainingStep>()
  for await (const step of readJsonl(study.layout.run(id).steps, TrainingStep, report))
    steps.set(step.step, step)
  return [...steps.values()].sort((a, b) => a.step - b.step)
}

/** Replaces a training's lines as a whole. */
export async function writeSteps(study: Study, id: RunId, steps: readonly TrainingStep[]): Promise<void> {
  await writeFileAtomically(study.layout.run(id).steps, steps.map(step => `${JSON.stringify(step)}\n`).join(''))
}
