// One record: ask every probe, edit, ask again, score. The Lab shows the events; a run keeps the result.
import { throwIfAborted, yieldToEvents } from '../base/async.ts'
import { must } from '../base/errors.ts'
import type { Job } from '../base/job.ts'
import { elapsed } from '../base/log.ts'
import type { LabEvent } from '../../preload/contract/lab.ts'
import type { EditRecord, Probe } from '../../preload/contract/records.ts'
import type { RecordResult, Scores } from '../../preload/contract/runs.ts'
import type { Edit, Memory, Method } from '../methods/method.ts'
import type { Metric } from '../metrics/metric.ts'
import type { Answer, Model, Scope } from '../models/model.ts'
import type { BaseAnswers } from './base-answers.ts'
import { allProbes, questionOf, scoredProbes } from './probes.ts'
import type { ResolveImage } from './probes.ts'
import { viewAnswer } from './view-answer.ts'

/** What happens to one record, in order: before…, step…, after…, scored. */
export type EditEvent = Extract<LabEvent, { kind: 'before' | 'step' | 'after' | 'scored' }>

export interface EditTask {
  readonly model: Model
  readonly method: Method
  readonly config: unknown
  readonly scope: Scope
  readonly metrics: readonly Metric[]
  readonly base: BaseAnswers
  readonly memory: Memory
  readonly resolveImage: ResolveImage
  /** Ask every probe of the record, also those that no chosen metric scores. */
  readonly asksAll?: boolean
}

export interface EditedRecord {
  readonly result: RecordResult
  /** Still answering as edited. Dropping it is the undo. */
  readonly edit: Edit
}

/** Edits one record and scores it. Throws a sentence when the edit or a question fails, and the signal's reason when stopped. */
export async function editRecord(task: EditTask, record: EditRecord, job: Job, onEvent: (event: EditEvent) => void = () => undefined): Promise<EditedRecord> {
  const { model, method, config, scope, metrics, base, resolveImage } = task
  const start = elapsed()
  const probes = task.asksAll ? allProbes(record) : scoredProbes(record, metrics)
  const turn = async (): Promise<void> => {
    await yieldToEvents()
    throwIfAborted(job.signal)
  }

  const before = new Map<Probe, Answer>()
  for (const { key, probe } of probes) {
    await turn()
    const answer = await base.answer(probe, job.signal)
    before.set(probe, answer)
    onEvent({ kind: 'before', probe: key, question: probe, answer: viewAnswer(answer, model.decode) })
  }

  const editStart = elapsed()
  const example = { question: questionOf(record.edit, resolveImage), expected: record.edit.expected }
  const edit = await method.edit(model, [example], { memory: task.memory, config, scope, job, onStep: (step, loss) => onEvent({ kind: 'step', step, loss }) })
  const editMs = elapsed() - editStart

  const after = new Map<Probe, Answer>()
  for (const { key, probe } of probes) {
    await turn()
    const answer = await edit.model.answer(questionOf(probe, resolveImage), probe.expected, { signal: job.signal })
    requireFinite(answer, edit.steps)
    after.set(probe, answer)
    onEvent({ kind: 'after', probe: key, question: probe, answer: viewAnswer(answer, model.decode) })
  }

  const scores = scoreRecord(record, metrics, before, after)
  onEvent({ kind: 'scored', scores })
  return {
    edit,
    result: {
      record: record.id,
      status: 'done',
      steps: edit.steps,
      losses: [...edit.losses],
      editMs,
      elapsedMs: elapsed() - start,
      scores,
      probes: probes.map(({ key, probe }) => ({
        ...key,
        before: viewAnswer(must(before.get(probe), 'an answer before the edit'), model.decode),
        after: viewAnswer(must(after.get(probe), 'an answer after the edit'), model.decode),
      })),
    },
  }
}

/** Every metric's variants, averaged over the record's probes of that metric. A metric without probes is left out. */
export function scoreRecord(record: EditRecord, metrics: readonly Metric[], before: ReadonlyMap<Probe, Answer>, after: ReadonlyMap<Probe, Answer>): Scores {
  const scores: Scores = {}
  for (const metric of metrics) {
    const perProbe = metric.probes(record).map(probe =>
      metric.score(probe, must(before.get(probe), `the answer before the edit that ${metric.id} looks at`), must(after.get(probe), `the answer after the edit that ${metric.id} looks at`)))
    const means: Record<string, number> = {}
    for (const { id } of metric.variants) {
      const values = perProbe.flatMap(variants => variants[id] ?? [])
      if (values.length > 0)
        means[id] = values.reduce((sum, value) => sum + value, 0) / values.length
    }
    if (Object.keys(means).length > 0)
      scores[metric.id] = means
  }
  return scores
}

/** An edit that diverged answers NaN, which would score as the first token of the vocabulary. */
function requireFinite(answer: Answer, steps: number): void {
  if (answer.positions.logits.some(value => !Number.isFinite(value)))
    throw new Error(`After ${steps} steps the edited model gives logits that are not numbers. Lower the learning rate or take fewer steps.`)
}
