// What the engine does with each job: one model, opened once, asked and edited until the process ends.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { throwIfAborted } from '../base/async.ts'
import { internal } from '../base/errors.ts'
import { elapsed } from '../base/log.ts'
import { methods } from '../methods/index.ts'
import type { Answer, Model } from '../models/model.ts'
import { openModel } from '../models/open-model.ts'
import { chooseProvider } from '../onnx/providers.ts'
import { createBaseAnswers } from '../runs/base-answers.ts'
import type { AnswerStore } from '../runs/base-answers.ts'
import type { EditTask } from '../runs/edit-record.ts'
import { executeRun } from '../runs/execute.ts'
import { preparePlan, refusalOf } from '../runs/plan.ts'
import { shownTokens, viewAnswer } from '../runs/view-answer.ts'
import { openAnswerStore } from './engine-answers.ts'
import { createKeptEdits } from './engine-edits.ts'
import { createEditorReader } from './engine-editors.ts'
import { computeFeatures } from './engine-features.ts'
import { createRecordImages } from './engine-images.ts'
import { createPoolCache } from './engine-memory.ts'
import type { MemoryOptions } from './engine-memory.ts'
import { answerQuestions } from './engine-questions.ts'
import { sweepLayers, traceRecord } from './engine-search.ts'
import { trainInEngine } from './engine-training.ts'
import { createVersions } from './engine-versions.ts'
import type { JobOf } from './protocol.ts'
import type { JobHandlers } from './serve-jobs.ts'

interface Opened {
  readonly model: Model
  readonly fingerprint: string
  readonly store: AnswerStore | undefined
}

/** A grey picture of one pixel (PNG), for the question of a check. */
const greyPixel = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGNoaGgAAAMEAYFL09IQAAAAAElFTkSuQmCC', 'base64')
const sampleQuestion = 'what is this?'

export function createEngineHandlers(): JobHandlers {
  let opened: Opened | undefined
  const edits = createKeptEdits()
  const poolOf = createPoolCache()
  const editorOf = createEditorReader()

  const ready = (): Opened => {
    if (!opened)
      throw internal('the engine was asked before it opened a model.')
    return opened
  }

  const memoryOptions = (): MemoryOptions => {
    const { model, fingerprint, store } = ready()
    return { model, fingerprint, ...(store ? { store } : {}) }
  }

  /** What a record is edited with: the plan's entries, the model, its base answers, the memory, the editor, the pictures. */
  async function taskOf(job: JobOf<'edit'> | JobOf<'run'> | JobOf<'sweep'>) {
    const { model, fingerprint, store } = ready()
    const images = createRecordImages(job.imageRoots)
    const plan = preparePlan({ method: job.method, scope: job.scope, metrics: job.kind === 'run' ? job.metrics : [], seed: job.seed })
    const refusal = refusalOf(plan.method, model, plan.scope, plan.config, 'single')
    if (refusal !== undefined)
      throw new Error(refusal)
    const base = createBaseAnswers({ model, fingerprint, dataset: job.dataset, resolveImage: images.resolve, ...(store ? { store } : {}) })
    const memory = await poolOf(job.memory ? [job.memory] : [], memoryOptions())
    const editor = job.editor === undefined ? undefined : await editorOf(job.editor)
    const task: EditTask = { model, method: plan.method, config: plan.config, scope: plan.scope, metrics: plan.metrics, base, memory, ...(editor ? { editor } : {}), resolveImage: images.resolve, asksAll: job.kind === 'edit' }
    return { task, images }
  }

  const versions = createVersions(edits, () => ready().model, taskOf)

  return {
    async open({ folder, provider: choice, known, fingerprint, answersFolder }, { signal }) {
      const started = elapsed()
      const provider = known ?? await chooseProvider(choice)
      throwIfAborted(signal)
      const model = await openModel(folder, { provider })
      opened = { model, fingerprint, store: answersFolder === undefined ? undefined : await openAnswerStore(answersFolder) }
      return { provider, memoryBytes: process.memoryUsage.rss(), elapsedMs: elapsed() - started }
    },

    async answer({ prompt, form, image, expected, maxTokens, edit }, { signal }) {
      const { model } = ready()
      const started = elapsed()
      const answerer = edit === undefined ? model : (await versions.get(edit, signal)).edit.model
      const question = { prompt, form, ...(image === undefined ? {} : { image }) }
      const answer = await answerer.answer(question, expected, { signal, ...(maxTokens === undefined ? {} : { maxTokens }) })
      return { ...viewAnswer(answer, model.decode, { target: expected, top: shownTokens }), elapsedMs: elapsed() - started }
    },

    async edit(job, { report, signal }) {
      await versions.edit(job, report, signal)
      return null
    },

    recall({ edits: recipes }) {
      for (const recipe of recipes)
        edits.learn(recipe)
      return Promise.resolve(null)
    },

    undo: ({ edit }) => Promise.resolve(edits.drop(edit)),

    async run(job, { report, signal }) {
      const { task, images } = await taskOf(job)
      async function* prepared() {
        for (const record of job.records)
          yield await images.prepare(record)
      }
      const outcome = await executeRun({
        ...task,
        seed: job.seed,
        records: prepared(),
        protocol: job.protocol,
        group: job.group,
        finished: new Map(job.finished.map(({ record, status }) => [record, status])),
        retained: new Set(job.retained),
        signal,
        onResult: result => report({ kind: 'result', result }),
        onRetention: cell => report({ kind: 'retention', cell }),
        onNote: text => report({ kind: 'note', text }),
      })
      if (outcome.status !== 'finished')
        throwIfAborted(signal)
      return null
    },

    async train(job, context) {
      const { model, fingerprint } = ready()
      return trainInEngine(job, { model, method: methods.get(job.method.id), fingerprint, pool: await poolOf(job.sources, memoryOptions()) }, context)
    },

    trace: (job, context) => traceRecord(job, { model: ready().model, versionOf: versions.get }, context),

    async sweep(job, context) {
      const { task, images } = await taskOf(job)
      return sweepLayers(job, { task, images }, context)
    },

    features: (job, context) => computeFeatures(ready().model, job, context),

    ask(job, context) {
      const { model, fingerprint, store } = ready()
      return answerQuestions(job, createBaseAnswers({ model, fingerprint, dataset: job.dataset, resolveImage: ({ path }) => path, ...(store ? { store } : {}) }), context)
    },

    async check(_job, { signal }) {
      const { model } = ready()
      const started = elapsed()
      const answer = await askAboutGrey(model, signal)
      return {
        provider: model.provider,
        roles: rolesOf(model),
        // The most that this process has held, which includes opening and answering.
        memoryBytes: process.resourceUsage().maxRSS * 1024,
        sample: { prompt: sampleQuestion, text: answer.generated.text, elapsedMs: elapsed() - started },
      }
    },
  }
}

function rolesOf(model: Model) {
  return model.info.roles.map(({ role, label, scope }) => {
    const weights = model.weights.filter(weight => weight.role === role || weight.role.startsWith(`${role}-`))
    const parameterCount = weights.reduce((sum, { shape }) => sum + shape.reduce((size, side) => size * side, 1), 0)
    return { role, label, scope, weightCount: weights.length, parameterCount }
  })
}

async function askAboutGrey(model: Model, signal: AbortSignal): Promise<Answer> {
  const folder = await mkdtemp(join(tmpdir(), 'mmedit-check-'))
  try {
    const image = join(folder, 'grey.png')
    await writeFile(image, greyPixel)
    return await model.answer({ prompt: sampleQuestion, form: 'question', image }, '', { signal, maxTokens: 8 })
  }
  finally {
    await rm(folder, { recursive: true, force: true })
  }
}
