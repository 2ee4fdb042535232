// The engine's side of "where does it live": a causal trace of one record, and one edit of it per layer.
import { isAbort, messageOf } from '../base/errors.ts'
import { elapsed } from '../base/log.ts'
import { createRandom } from '../base/random.ts'
import { layersFor, withLayer } from '../methods/chosen-layer.ts'
import type { Model } from '../models/model.ts'
import type { TraceOptions } from '../models/trace.ts'
import { editRecord } from '../runs/edit-record.ts'
import type { EditTask } from '../runs/edit-record.ts'
import { jobFor } from '../runs/execution.ts'
import { parseConfig, refusalOf } from '../runs/plan.ts'
import { questionOf } from '../runs/probes.ts'
import { createRecordImages } from './engine-images.ts'
import type { RecordImages } from './engine-images.ts'
import type { Versions } from './engine-versions.ts'
import type { JobOf } from './protocol.ts'
import type { JobContext } from './serve-jobs.ts'

/** Standard normal noise that depends on seed, sample and place only: the same trace every time, and more samples add to fewer. */
const noiseOf = (seed: number): TraceOptions['draw'] => (what, sample, count) => {
  const random = createRandom(seed).fork(`trace ${what} ${sample}`)
  return Float32Array.from({ length: count }, () => random.normal())
}

/** Below this share of the clean probability lost, noise did not hurt enough for anything to be restored. */
const smallLoss = 0.2

export interface Traced {
  readonly model: Model
  readonly versionOf: Versions['get']
}

/** Reports what will be measured, cell after cell, and how long it took. */
export async function traceRecord(job: JobOf<'trace'>, { model, versionOf }: Traced, { report, signal }: JobContext<'trace'>): Promise<null> {
  const started = elapsed()
  const { corrupt, noise, samples, seed } = job
  const images = createRecordImages(job.imageRoots)
  const { edit } = await images.prepare(job.record)
  const question = questionOf(edit, images.resolve)
  const traced = job.edit === undefined ? model : await editedModel(job.edit, model, versionOf, signal)
  const target = job.target === 'expected' ? edit.expected : (await model.answer(question, '', { signal })).generated.text
  if (target === '')
    throw new Error('The unedited model answers nothing to this question, so there is no probability to trace. Trace the expected answer instead.')
  const notes: string[] = []
  for await (const step of traced.trace(question, target, { corrupt, noise, samples, signal, draw: noiseOf(seed) })) {
    if (step.kind === 'begun') {
      notes.push(...notesOn(step, corrupt))
      const parts = step.parts.map(part => ({ ...part, groups: part.groups.map(({ id, label, rows }) => ({ id, label, tokens: rows.length })) }))
      report({ ...step, provider: model.provider, target, parts })
    }
    else {
      report(step)
    }
  }
  report({ kind: 'done', elapsedMs: elapsed() - started, notes })
  return null
}

/** The model with the edit's weights. Throws a sentence for an edit that changes none. */
async function editedModel(id: NonNullable<JobOf<'trace'>['edit']>, model: Model, versionOf: Versions['get'], signal: AbortSignal): Promise<Model> {
  const { edit, method } = await versionOf(id, signal)
  if (edit.overlay.size === 0)
    throw new Error(`${method.label} answers in front of the model and changes none of its weights, so layers of the edited model are those of the unedited one. Trace the unedited model.`)
  return model.withWeights(edit.overlay)
}

function notesOn({ clean, corrupted }: { readonly clean: number, readonly corrupted: number }, corrupt: TraceOptions['corrupt']): string[] {
  const what = { picture: 'the picture', question: 'the question', both: 'picture and question' }[corrupt]
  return [
    ...(corrupted > clean * (1 - smallLoss) ? [`The noise on ${what} hardly makes the answer less likely${corrupted > clean ? '; it even makes it more likely' : ''}, so the answer does not come from there and what is put back means little. Corrupt something else, or take more noise.`] : []),
    ...(corrupt === 'question' ? ['The picture stays as it is, so only the language model is traced: the noise does not reach what comes before it.'] : []),
  ]
}

/** Edits the record with every layer alone and scores it; the model is the unedited one again before each. */
export async function sweepLayers(job: JobOf<'sweep'>, { task, images }: { readonly task: EditTask, readonly images: RecordImages }, { report, signal }: JobContext<'sweep'>): Promise<null> {
  const started = elapsed()
  const { method, model, scope } = task
  const all = layersFor(method, model, scope, parseConfig(method, job.method.config))
  if (typeof all === 'string')
    throw new Error(all)
  const record = await images.prepare(job.record)
  const layers = job.layers.length > 0 ? [...new Set(job.layers)].sort((a, b) => a - b) : all.layers
  report({ kind: 'begun', part: all.part, layers: [...layers], provider: model.provider })
  for (const layer of layers) {
    const config = parseConfig(method, withLayer(job.method.config, layer))
    const refusal = refusalOf(method, model, scope, config, 'single')
    if (refusal !== undefined) {
      report({ kind: 'refused', layer, reason: refusal })
      continue
    }
    const begun = elapsed()
    try {
      const { result: { scores, verdict, steps } } = await editRecord({ ...task, config, asksAll: false }, record, jobFor(job.seed, record.id, signal))
      report({ kind: 'layer', layer, scores, steps, elapsedMs: elapsed() - begun, ...(verdict ? { verdict } : {}) })
    }
    catch (error) {
      if (signal.aborted || isAbort(error))
        throw error
      report({ kind: 'refused', layer, reason: messageOf(error) })
    }
  }
  report({ kind: 'done', elapsedMs: elapsed() - started })
  return null
}
