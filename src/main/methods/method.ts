// An editing method: given a model and some records' facts, something that answers differently.
import type { z } from 'zod'
import type { EditRecord, Probe } from '../../preload/contract/records.ts'
import type { Job } from '../base/job.ts'
import type { TensorFile } from '../models/tensor-file.ts'
import type { Answer, Answerer, Example, Model, Question, Scope, WeightInfo, WeightOverlay } from '../models/model.ts'

/** What an edit produced. `model` answers for the edited model; `overlay` names what changed, where weights did. */
export interface Edit {
  readonly model: Answerer
  readonly overlay: WeightOverlay
  readonly losses: readonly number[]
  readonly steps: number
  /** What had to be left out or decided on the way, as sentences for people ("The context holds 4 of 12 demonstrations …"). */
  readonly notes?: readonly string[]
}

/** Records that are not scored: what a method may learn from, retrieve, or compare with. Empty where a study has none. */
export interface Memory {
  readonly records: readonly EditRecord[]
  /** The probe as a question; its picture becomes an absolute path. Throws a sentence when the picture is missing. */
  readonly question: (probe: Probe) => Promise<Question>
  /** What the unedited model says to the probe, computed once per model and content. */
  readonly baseAnswer: (probe: Probe, signal?: AbortSignal) => Promise<Answer>
}

export interface EditOptions<Config> {
  readonly config: Config
  readonly scope: Scope
  readonly job: Job
  readonly memory: Memory
  /** The edit before this one in a stream: the result answers for it, and all before it, too. Only where `chain` is true. */
  readonly previous?: Edit
  /** What training left behind; always there for a method with `training`. */
  readonly editor?: TensorFile
  /** Called after every optimisation step. */
  readonly onStep?: (step: number, loss: number) => void
}

/** A training under way. Deterministic: the same seed gives the same numbers, also when resumed from `state`. */
export interface Trainer {
  /** Iterations done so far, resumed ones included. */
  readonly steps: () => number
  /** One iteration; its losses by name, `total` among them. Rejects with the signal's reason when stopped, then nothing has changed. */
  readonly next: (signal: AbortSignal) => Promise<Readonly<Record<string, number>>>
  /** Losses on the validation records, `total` among them, the lower the better. Changes nothing. */
  readonly validate: (signal: AbortSignal) => Promise<Readonly<Record<string, number>>>
  /** Everything a later `start` needs to go on as if nothing had happened: networks, optimiser, statistics, steps. */
  readonly state: () => TensorFile
  /** What edits need: networks and statistics. */
  readonly editor: () => TensorFile
  /** Which editor a training leaves behind: the one of the best validation, or the last (as the reference toolkit does). Default: best. */
  readonly keeps?: 'best' | 'last'
}

export interface TrainingOptions<Config> {
  /** Settings of the training. */
  readonly config: Config
  /** Settings of the method, as its edits will use them. */
  readonly method: unknown
  readonly scope: Scope
  readonly job: Job
  /** Records to learn from. */
  readonly memory: Memory
  /** Records to validate on, none of them in `memory`. */
  readonly validation: Memory
  /** What `state` gave before. */
  readonly resume?: TensorFile
}

/** Settings every training has; the loop around a Trainer reads them. */
export interface TrainingConfig {
  readonly iterations: number
  /** Iterations between two validations; each may become the best checkpoint. */
  readonly validateEvery: number
  readonly validationRecords: number
  /** Stop after so many iterations without a better validation; 0 = never. */
  readonly patience: number
  /** Iterations between two checkpoints on disk. */
  readonly checkpointEvery: number
}

export interface Training<Config extends TrainingConfig = TrainingConfig> {
  readonly config: z.ZodType<Config>
  readonly start: (model: Model, options: TrainingOptions<Config>) => Promise<Trainer>
}

/** Layers of one part of a model, from 0, ascending. */
export interface Layers {
  /** What they are layers of, for people. */
  readonly part: string
  readonly layers: readonly number[]
}

export interface Method<Config = unknown> {
  readonly id: string
  readonly label: string
  readonly paper: string
  readonly summary: string
  readonly config: z.ZodType<Config>
  /** The parts it is made for, for menus; left out: any. `supports` decides. */
  readonly scopes?: readonly Scope[]
  /** True, or a sentence: why the method cannot edit this part of this model with these settings. */
  readonly supports: (model: Pick<Model, 'info' | 'weights'>, scope: Scope, config: Config) => true | string
  /** The layers that its setting `onlyLayer` chooses from, or a sentence why there are none; left out: it has no such setting (chosen-layer.ts). */
  readonly layers?: (model: Pick<Model, 'info' | 'weights'>, scope: Scope, config: Config) => Layers | string
  /** The weights that an edit with these settings changes or stands beside, for drawing where it acts; left out: none. May throw the sentence that the edit would. */
  readonly edits?: (model: Pick<Model, 'info' | 'weights'>, scope: Scope, config: Config) => readonly WeightInfo[]
  /** Several records in one edit: true, or a sentence why not. */
  readonly batch: true | string
  /** Edits on top of edits: true, or a sentence why not. */
  readonly chain: true | string
  /** Networks that have to be trained before the first edit. */
  readonly training?: Training
  /** Edits all examples at once (several only where `batch` is true). Rejects with the signal's reason within a step when stopped. */
  readonly edit: (model: Model, examples: readonly Example[], options: EditOptions<Config>) => Promise<Edit>
}

/** Types the entry by its own schema and hides the type parameter from the registry. */
export function defineMethod<Config>({ layers, edits, ...method }: Method<Config>): Method {
  type Facts = Pick<Model, 'info' | 'weights'>
  return {
    ...method,
    supports: (model, scope, config) => method.supports(model, scope, method.config.parse(config)),
    ...(edits ? { edits: (model: Facts, scope: Scope, config: unknown) => edits(model, scope, method.config.parse(config)) } : {}),
    ...(layers ? { layers: (model: Facts, scope: Scope, config: unknown) => layers(model, scope, method.config.parse(config)) } : {}),
    edit: (model, examples, options) => method.edit(model, examples, { ...options, config: method.config.parse(options.config) }),
  }
}

/** The same for the training of a method. */
export function defineTraining<Config extends TrainingConfig>(training: Training<Config>): Training {
  return {
    config: training.config,
    start: (model, options) => training.start(model, { ...options, config: training.config.parse(options.config) }),
  }
}

/** The model an edit of weights starts from: pristine, or with the weights of the edits before. */
export const startOf = (model: Model, previous: Edit | undefined): Model => previous ? model.withWeights(previous.overlay) : model

/** Overlays one after the other; the later one wins. */
export const joined = (previous: Edit | undefined, overlay: WeightOverlay): WeightOverlay => previous ? new Map([...previous.overlay, ...overlay]) : overlay
