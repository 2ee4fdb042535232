// A training in the engine: the loop around the method's trainer, its checkpoints and its best editor in the run's own folder.
import { mkdir, stat } from 'node:fs/promises'
import { hasCode } from '../base/errors.ts'
import { createJob } from '../base/job.ts'
import { now } from '../base/log.ts'
import type { Method } from '../methods/method.ts'
import type { Model } from '../models/model.ts'
import { encodeTensorFile, readTensorFile } from '../models/safetensors-file.ts'
import type { TensorFile } from '../models/tensor-file.ts'
import { parseConfig, parseTraining } from '../runs/plan.ts'
import { splitForValidation } from '../runs/split-records.ts'
import { LoopState, trainEditor } from '../runs/train-editor.ts'
import { writeFileAtomically } from '../workspace/json-file.ts'
import { trainedFiles } from '../workspace/layout.ts'
import { withNotes } from './editor-notes.ts'
import type { RecordPool } from './engine-memory.ts'
import type { JobOf, JobValue } from './protocol.ts'
import type { JobContext } from './serve-jobs.ts'

/** Keys of a checkpoint's notes: the loop's own state, and the checkpoint of the model it belongs to. */
const loopNote = 'mmedit-loop'
const modelNote = 'mmedit-model'

interface Found { readonly trainer: TensorFile, readonly loop: LoopState }

/** The checkpoint in this file, if there is one. Throws a sentence if it belongs to another model. */
async function readCheckpoint(path: string, fingerprint: string): Promise<Found | undefined> {
  try {
    await stat(path)
  }
  catch (error) {
    if (hasCode(error, 'ENOENT'))
      return undefined
    throw error
  }
  const file = await readTensorFile(path)
  const { [loopNote]: loop = '', [modelNote]: model, ...metadata } = file.metadata
  if (model !== fingerprint)
    throw new Error(`The checkpoint '${path}' was trained on another model than the one that is there now. Remove this run and train again.`)
  return { trainer: { ...file, metadata }, loop: LoopState.parse(JSON.parse(loop)) }
}

export interface TrainingParts {
  readonly model: Model
  readonly method: Method
  readonly fingerprint: string
  /** Records to train and to validate on. */
  readonly pool: RecordPool
}

/** Trains to the end, or throws the signal's reason after a last checkpoint. */
export async function trainInEngine(job: JobOf<'train'>, { model, method, fingerprint, pool }: TrainingParts, { report, signal }: JobContext<'train'>): Promise<JobValue['train']> {
  const config = parseConfig(method, job.method.config)
  const { training, config: settings } = parseTraining(method, job.training)
  const supported = method.supports(model, job.scope, config)
  if (supported !== true)
    throw new Error(supported)
  const split = splitForValidation(pool.records, settings.validationRecords, job.seed)
  const files = trainedFiles(job.folder)
  await mkdir(files.folder, { recursive: true })
  const found = await readCheckpoint(files.state, fingerprint)
  const trainer = await training.start(model, {
    config: settings,
    method: config,
    scope: job.scope,
    job: createJob({ seed: job.seed, signal }),
    memory: pool.only(split.training),
    validation: pool.only(split.validation),
    ...(found ? { resume: found.trainer } : {}),
  })
  report({ kind: 'began', lines: found?.loop.lines ?? [], ...(found?.loop.cost ? { cost: found.loop.cost } : {}) })
  const { steps, cost, stopped } = await trainEditor({
    model, trainer, config: settings, signal,
    ...(found ? { resume: found.loop } : {}),
    onLine: (line, cost) => report({ kind: 'line', line, cost }),
    onBest: (editor, { step, validation }) => writeFileAtomically(files.editor, encodeTensorFile(withNotes(editor, {
      ...job.origin, method: method.id, scope: job.scope, fingerprint, config, training: settings, seed: job.seed, steps: step, validation: { ...validation }, createdAt: new Date(now()).toISOString(),
    }))),
    onCheckpoint: (state, loop) => writeFileAtomically(files.state, encodeTensorFile({ ...state, metadata: { ...state.metadata, [loopNote]: JSON.stringify(loop), [modelNote]: fingerprint } })),
  })
  return { steps, cost, ...(stopped === undefined ? {} : { stopped }) }
}
