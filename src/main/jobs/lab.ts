// The Lab's warm engine: kept while the model stays the same, started again when it changes or died.
import { randomUUID } from 'node:crypto'
import type { ImageRoots } from '../../preload/contract/datasets.ts'
import type { EditId } from '../../preload/contract/identifiers.ts'
import type { AskRequest, LabEvent, LabPlan } from '../../preload/contract/lab.ts'
import type { ProviderChoice } from '../../preload/contract/models.ts'
import type { EditRecord } from '../../preload/contract/records.ts'
import type { EngineStatus } from '../../preload/contract/workspace.ts'
import { createSerial } from '../base/async.ts'
import { isAbort, messageOf } from '../base/errors.ts'
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
}

/** A Lab with no engine yet; the first question starts one. */
export function createLab(options: LabOptions): Lab {
  const serial = createSerial()
  let status: EngineStatus = { state: 'none' }
  let warm: Warm | undefined

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
      const own: Warm = { engine, folder, provider, opened }
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
      return once(own, model, () => own.engine.ask<'answer'>({
        kind: 'answer', prompt, form, expected, maxTokens, ...(file === undefined ? {} : { image: file }), ...(edit === undefined ? {} : { edit }),
      }, signal))
    },
    async* edit(plan, signal) {
      const { record, imageRoots, memory, editorFile } = await options.recordOf(plan)
      const own = await warmUp(plan.model, plan.provider, signal)
      yield { kind: 'opened', provider: own.opened.provider, elapsedMs: own.opened.elapsedMs }
      const { method, scope, seed, dataset } = plan
      const edit = `edit-${randomUUID()}` as EditId
      yield* working(own, plan.model, async function* () {
        yield* own.engine.stream<'edit'>({
          kind: 'edit', edit, record, method, scope, seed, dataset, imageRoots, ...(memory ? { memory } : {}), ...(editorFile === undefined ? {} : { editor: editorFile }),
        }, signal)
      })
    },
    async* stream(model, provider, jobOf, signal) {
      const own = await warmUp(model, provider, signal)
      const job = await jobOf(own.opened)
      return yield* working(own, model, () => own.engine.stream(job, signal))
    },
    async undo(edit) {
      return warm?.engine.isAlive() ? warm.engine.ask<'undo'>({ kind: 'undo', edit }) : false
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
