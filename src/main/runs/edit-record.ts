// Editing and scoring, in parts that every protocol puts together: ask every probe, edit, ask again, score. The Lab shows the events; a run keeps the result.
import { throwIfAborted, yieldToEvents } from '../base/async.ts'
import { must } from '../base/errors.ts'
import type { Job } from '../base/job.ts'
import { elapsed } from '../base/log.ts'
import type { LabEvent } from '../../preload/contract/lab.ts'
import type { EditRecord, Probe } from '../../preload/contract/records.ts'
import type { Cost, ProbeResult, RecordResult, Scores } from '../../preload/contract/runs.ts'
import type { Edit, Memory, Method } from '../methods/method.ts'
import type { Metric } from '../metrics/metric.ts'
import { verdictOf } from '../metrics/verdict.ts'
import type { Answer, Answerer, Model, Scope } from '../models/model.ts'
import type { TensorFile } from '../models/tensor-file.ts'
import type { BaseAnswers } from './base-answers.ts'
import { startMeasurement } from './measure-edit.ts'
import { allProbes, questionOf, scoredProbes } from './probes.ts'
import type { KeyedProbe, ResolveImage } from './probes.ts'
import { shownTokens, viewAnswer } from './view-answer.ts'
import type { ViewOptions } from './view-answer.ts'

/** What happens to one record, in order: before…, step…, after…, scored. */
export type EditEvent = Extract<LabEvent, { kind: 'before' | 'step' | 'after' | 'scored' }>
type OnEvent = (event: EditEvent) => void

export interface EditTask {
  readonly model: Model
  readonly method: Method
  readonly config: unknown
  readonly scope: Scope
  readonly metrics: readonly Metric[]
  readonly base: BaseAnswers
  readonly memory: Memory
  /** What training left behind, for methods that train. */
  readonly editor?: TensorFile
  readonly resolveImage: ResolveImage
  /** Ask every probe of the record, also those that no chosen metric scores, and tell everything about the answers: the Lab. */
  readonly asksAll?: boolean
  /** The version that is edited, where it is not the pristine model: asked the same probes, for the Lab to show. */
  readonly under?: Answerer
}

export interface EditedRecord {
  readonly result: RecordResult
  /** Still answering as edited. Dropping it is the undo. */
  readonly edit: Edit
}

/** A record's probes and what the unedited model says to them. */
export interface Asked {
  readonly record: EditRecord
  readonly probes: readonly KeyedProbe[]
  readonly before: ReadonlyMap<Probe, Answer>
}

const turn = async ({ signal }: Job): Promise<void> => {
  await yieldToEvents()
  throwIfAborted(signal)
}

export async function askBefore(task: EditTask, record: EditRecord, job: Job, onEvent?: OnEvent): Promise<Asked> {
  const probes = task.asksAll ? allProbes(record) : scoredProbes(record, task.metrics)
  const before = new Map<Probe, Answer>()
  for (const { key, probe } of probes) {
    await turn(job)
    const answer = await task.base.answer(probe, job.signal)
    before.set(probe, answer)
    const view = (one: Answer, options: ViewOptions) => viewAnswer(one, task.model.decode, { target: probe.expected, top: shownTokens, ...options })
    const under = onEvent && await task.under?.answer(questionOf(probe, task.resolveImage), probe.expected, { signal: job.signal })
    onEvent?.({ kind: 'before', probe: key, question: probe, answer: view(answer, {}), ...(under ? { under: view(under, { before: answer }) } : {}) })
  }
  return { record, probes, before }
}

/** One edit of these records together, on top of `previous` if there is one, and what it cost. */
export async function makeEdit(task: EditTask, records: readonly EditRecord[], job: Job, { previous, onEvent }: { readonly previous?: Edit | undefined, readonly onEvent?: OnEvent | undefined } = {}): Promise<{ edit: Edit, cost: Cost }> {
  const { model, method, config, scope, memory, editor, resolveImage } = task
  const examples = records.map(({ edit }) => ({ question: questionOf(edit, resolveImage), expected: edit.expected }))
  const measurement = startMeasurement(model)
  const edit = await method.edit(model, examples, {
    config, scope, job, memory,
    ...(previous ? { previous } : {}),
    ...(editor ? { editor } : {}),
    onStep(step, loss) {
      measurement.sample()
      onEvent?.({ kind: 'step', step, loss })
    },
  })
  return { edit, cost: measurement.cost() }
}

/** Asks the edited model the same probes and scores what it says. Throws a sentence for an edit that diverged. */
export async function askAfter(task: EditTask, { record, probes, before }: Asked, edit: Edit, job: Job, onEvent?: OnEvent): Promise<{ scores: Scores, probes: ProbeResult[] }> {
  const { model, metrics, resolveImage } = task
  const after = new Map<Probe, Answer>()
  for (const { key, probe } of probes) {
    await turn(job)
    const answer = await edit.model.answer(questionOf(probe, resolveImage), probe.expected, { signal: job.signal })
    requireFinite(answer, edit.steps)
    after.set(probe, answer)
    onEvent?.({ kind: 'after', probe: key, question: probe, answer: viewAnswer(answer, model.decode, { target: probe.expected, top: shownTokens, before: must(before.get(probe), 'an answer before the edit') }) })
  }
  return {
    scores: scoreRecord(record, metrics, before, after),
    probes: probes.map(({ key, probe }) => {
      const [answerBefore, answerAfter] = [must(before.get(probe), 'an answer before the edit'), must(after.get(probe), 'an answer after the edit')]
      const own = scoreProbe(record, key, probe, metrics, answerBefore, answerAfter)
      return {
        ...key,
        before: viewAnswer(answerBefore, model.decode, { target: probe.expected }),
        after: viewAnswer(answerAfter, model.decode, { target: probe.expected }),
        ...(own ? { scores: own } : {}),
        ...(probe.fix === undefined ? {} : { fix: probe.fix, asked: { prompt: probe.prompt, ...(probe.image ? { image: probe.image } : {}) } }),
      }
    }),
  }
}

/** The line of results.jsonl. */
export function resultOf(record: EditRecord, edit: Edit, cost: Cost, elapsedMs: number, { scores, probes }: { readonly scores: Scores, readonly probes: ProbeResult[] }): RecordResult {
  const verdict = verdictOf(scores)
  return {
    record: record.id,
    status: 'done',
    steps: edit.steps,
    losses: [...edit.losses],
    editMs: cost.seconds * 1000,
    elapsedMs,
    scores,
    probes,
    ...(verdict ? { verdict } : {}),
    cost,
    ...(edit.notes && edit.notes.length > 0 ? { notes: [...edit.notes] } : {}),
  }
}

/** Edits one record and scores it. Throws a sentence when the edit or a question fails, and the signal's reason when stopped. */
export async function editRecord(task: EditTask, record: EditRecord, job: Job, onEvent?: OnEvent, previous?: Edit): Promise<EditedRecord> {
  const start = elapsed()
  const asked = await askBefore(task, record, job, onEvent)
  const { edit, cost } = await makeEdit(task, [record], job, { previous, onEvent })
  const scored = await askAfter(task, asked, edit, job, onEvent)
  onEvent?.({ kind: 'scored', scores: scored.scores })
  return { edit, result: resultOf(record, edit, cost, elapsed() - start, scored) }
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

/** A probe's own scores, where the record's are a mean over several of its kind: an audit may take one of them away. */
function scoreProbe(record: EditRecord, { kind }: KeyedProbe['key'], probe: Probe, metrics: readonly Metric[], before: Answer, after: Answer): Scores | undefined {
  const judging = metrics.filter(metric => metric.judges === kind && record.probes[metric.judges]!.length > 1 && metric.probes(record).includes(probe))
  return judging.length === 0 ? undefined : Object.fromEntries(judging.map(metric => [metric.id, { ...metric.score(probe, before, after) }]))
}

/** An edit that diverged answers NaN, which would score as the first token of the vocabulary. */
function requireFinite(answer: Answer, steps: number): void {
  if (answer.positions.logits.some(value => !Number.isFinite(value)))
    throw new Error(`After ${steps} steps the edited model gives logits that are not numbers. Lower the learning rate or take fewer steps.`)
}
