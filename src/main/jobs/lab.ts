// The Lab's warm engine: kept while the model stays the same, started again when it changes or died.
import { randomUUID } from 'node:crypto'
import type { ImageRoots } from '../../preload/contract/datasets.ts'
import type { EditId } from '../../preload/contract/identifiers.ts'
import type { AskRequest, LabEvent, LabPlan, LabStep } from '../../preload/contract/lab.ts'
import type { ProviderChoice } from '../../preload/contract/models.ts'
import type { EditRecord } from '../../preload/contract/records.ts'
import type { EngineStatus } from '../../preload/contract/workspace.ts'
import { createSerial } from '../base/async.ts'
import { internal, isAbort, messageOf } from '../base/errors.ts'
import type { EngineClient } from './engine-client.ts'
import type { EngineOpener } from './open-engine.ts'
import type { Checked, EngineJob, JobEvent, JobOf, JobValue, Opened, RecordSource } from './protocol.ts'

export interface LabRecord {
  readonly record: EditRecord
  readonly imageRoots: ImageRoots
  readonly memory?: RecordSource
  readonly editorFile?: string
}

export interface LabOptions {
  readonly openEngine: EngineOpener
  /** Checkpoint of a model id, or in a folder. Throws a sentence if there is none. */
  readonly checkpointOf: (model: string) => Promise<{ readonly folder: string, readonly fingerprint: string }>
  /** File of a dataset picture by SHA-256, or of a path. Throws a sentence if there is none. */
  readonly imageOf: (image: string) => Promise<string>
  /** The record and what its method needs beside it. Throws a sentence, also for a trained editor that is missing. */
  readonly recordOf: (plan: LabPlan) => Promise<LabRecord>
  readonly onStatus: (status: EngineStatus) => void
}

export interface Lab {
  readonly status: () => EngineStatus
  readonly answer: (request: AskRequest, signal?: AbortSignal) => Promise<JobValue['answer']>
  readonly edit: (plan: LabPlan, signal?: AbortSignal) => AsyncGenerator<LabEvent, void, undefined>
  /** Any job of the warm engine, with its events as they come and its value at the end. `jobOf` is told how the model was opened. */
  readonly stream: <K extends EngineJob['kind']>(model: string, provider: ProviderChoice, jobOf: (opened: Opened) => JobOf<K> | Promise<JobOf<K>>, signal?: AbortSignal) => AsyncGenerator<JobEvent[K], JobValue[K], undefined>
  readonly undo: (edit: EditId) => Promise<boolean>
  /** Opens the model and lets it answer once. */
  readonly check: (model: string, provider: ProviderChoice, signal?: AbortSignal) => Promise<Checked>
  readonly close: () => Promise<void>
}

interface Warm {
  readonly engine: EngineClient
  readonly folder: string
  readonly provider: ProviderChoice
  readonly opened: Opened
  /** Edits that this process knows how to make. */
  readonly known: Set<EditId>
}

/** How many edits of a session can be gone back to. */
const mostRecipes = 1000

/** What a step underneath leaves out is as in the plan; its record is never the plan's own fact. */
function planOf({ fact, editor, ...plan }: Omit<LabPlan, 'after'>, step: LabStep): LabPlan {
  const isOwn = Object.keys(step).length === 0
  const hasSameEditor = (step.method === undefined || step.method.id === plan.method.id) && (step.scope === undefined || step.scope === plan.scope)
  const ownFact = step.fact ?? (isOwn ? fact : undefined)
  const ownEditor = step.editor ?? (hasSameEditor ? editor : undefined)
  return {
    ...plan,
    ...(step.dataset === undefined ? {} : { dataset: step.dataset }),
    ...(step.record === undefined ? {} : { record: step.record }),
    ...(step.method === undefined ? {} : { method: step.method }),
    ...(step.scope === undefined ? {} : { scope: step.scope }),
    ...(step.seed === undefined ? {} : { seed: step.seed }),
    ...(ownFact ? { fact: ownFact } : {}),
    ...(ownEditor === undefined ? {} : { editor: ownEditor }),
  }
}

/** A Lab with no engine yet; the first question starts one. */
export function createLab(options: LabOptions): Lab {
  const serial = createSerial()
  let status: EngineStatus = { state: 'none' }
  let warm: Warm | undefined
  /** How every edit was made and of which model: an engine that was started again is told, and makes them again when they are asked. */
  const recipes = new Map<EditId, { readonly folder: string, readonly job: JobOf<'edit'> }>()

  const report = (next: EngineStatus): void => {
    status = next
    options.onStatus(next)
  }

  async function drop(): Promise<void> {
    const old = warm
    warm = undefined
    await old?.engine.dispose('Another model was opened.')
  }

  /** The engine that holds this model; one at a time, so that two questions do not start two. */
  const warmUp = (model: string, provider: ProviderChoice, signal?: AbortSignal): Promise<Warm> => serial(async () => {
    signal?.throwIfAborted()
    const { folder, fingerprint } = await options.checkpointOf(model)
    if (warm?.engine.isAlive() && warm.folder === folder && warm.provider === provider)
      return warm
    await drop()
    report({ state: 'opening', model })
    try {
      const { engine, opened } = await options.openEngine({ folder, fingerprint, provider }, signal)
      const own: Warm = { engine, folder, provider, opened, known: new Set() }
      warm = own
      engine.onEnd((sentence) => {
        if (warm === own) {
          warm = undefined
          report({ state: 'failed', model, reason: sentence })
        }
      })
      report({ state: 'ready', model, provider: opened.provider, memoryBytes: engine.memoryBytes() })
      return own
    }
    catch (error) {
      report(isAbort(error) ? { state: 'none' } : { state: 'failed', model, reason: messageOf(error) })
      throw error
    }
  })

  /** Reports `working` around a piece of work, and what the engine holds afterwards. */
  async function* working<T, R>({ engine, opened }: Warm, model: string, work: () => AsyncGenerator<T, R, undefined>): AsyncGenerator<T, R, undefined> {
    const about = { model, provider: opened.provider }
    report({ state: 'working', ...about, memoryBytes: engine.memoryBytes() })
    try {
      return yield* work()
    }
    finally {
      if (warm?.engine === engine)
        report({ state: 'ready', ...about, memoryBytes: engine.memoryBytes() })
    }
  }

  /** Tells the engine how the edits under this name were made, if it does not know. Throws a sentence for an edit of another model, or none. */
  async function recall(own: Warm, edit: EditId | undefined): Promise<void> {
    const chain: JobOf<'edit'>[] = []
    for (let id = edit; id !== undefined; id = chain[0]?.onto) {
      const recipe = recipes.get(id)
      if (!recipe)
        throw new Error(`Edit '${id}' is not kept any more: it was undone, or the workbench was started again. Edit once more to ask it.`)
      if (recipe.folder !== own.folder)
        throw new Error(`Edit '${id}' is one of the model in '${recipe.folder}', not of the one in '${own.folder}'. Choose that model to go on with it.`)
      chain.unshift(recipe.job)
    }
    const edits = chain.filter(job => !own.known.has(job.edit))
    if (edits.length > 0)
      await own.engine.ask<'recall'>({ kind: 'recall', edits })
    for (const job of edits)
      own.known.add(job.edit)
  }

  function remember(own: Warm, job: JobOf<'edit'>): void {
    recipes.set(job.edit, { folder: own.folder, job })
    const [oldest] = recipes.keys()
    if (recipes.size > mostRecipes && oldest !== undefined)
      recipes.delete(oldest)
  }

  async function jobFor(plan: LabPlan, onto: EditId | undefined): Promise<JobOf<'edit'>> {
    const { record, imageRoots, memory, editorFile } = await options.recordOf(plan)
    const { method, scope, seed, dataset } = plan
    return {
      kind: 'edit', edit: `edit-${randomUUID()}` as EditId, record, method, scope, seed, dataset, imageRoots,
      ...(onto === undefined ? {} : { onto }), ...(memory ? { memory } : {}), ...(editorFile === undefined ? {} : { editor: editorFile }),
    }
  }

  async function once<T>(own: Warm, model: string, work: () => Promise<T>): Promise<T> {
    for await (const value of working(own, model, async function* () { yield await work() }))
      return value
    throw new Error('internal: work gave no value.')
  }

  return {
    status: () => status,
    async answer({ model, prompt, form, image, expected, maxTokens, edit, provider }, signal) {
      const file = image === undefined ? undefined : await options.imageOf(image)
      const own = await warmUp(model, provider, signal)
      await recall(own, edit)
      return once(own, model, () => own.engine.ask<'answer'>({
        kind: 'answer', prompt, form, expected, maxTokens, ...(file === undefined ? {} : { image: file }), ...(edit === undefined ? {} : { edit }),
      }, signal))
    },
    async* edit({ after = [], ...plan }, signal) {
      const steps: JobOf<'edit'>[] = []
      for (const step of [...after, {}])
        steps.push(await jobFor(planOf(plan, step), steps.at(-1)?.edit ?? plan.onto))
      const own = await warmUp(plan.model, plan.provider, signal)
      const job = steps.pop()
      if (!job)
        throw internal('an edit without a job.')
      for (const step of steps)
        remember(own, step)
      await recall(own, job.onto)
      yield { kind: 'opened', provider: own.opened.provider, elapsedMs: own.opened.elapsedMs }
      yield* working(own, plan.model, async function* () {
        for await (const event of own.engine.stream<'edit'>(job, signal)) {
          if (event.kind === 'done') {
            remember(own, job)
            own.known.add(job.edit)
          }
          yield event
        }
      })
    },
    async* stream(model, provider, jobOf, signal) {
      const own = await warmUp(model, provider, signal)
      const job = await jobOf(own.opened)
      if ('edit' in job)
        await recall(own, job.edit)
      return yield* working(own, model, () => own.engine.stream(job, signal))
    },
    async undo(edit) {
      const isKnown = recipes.has(edit)
      // What others stand on is still needed to make them again.
      if (![...recipes.values()].some(({ job }) => job.onto === edit))
        recipes.delete(edit)
      const wasHeld = warm?.engine.isAlive() ? await warm.engine.ask<'undo'>({ kind: 'undo', edit }) : false
      return isKnown || wasHeld
    },
    async check(model, provider, signal) {
      const own = await warmUp(model, provider, signal)
      return once(own, model, () => own.engine.ask<'check'>({ kind: 'check' }, signal))
    },
    async close() {
      await serial(drop)
      report({ state: 'none' })
    },
  }
}
