// An editing method: given a model and a record, something that answers differently.
import type { z } from 'zod'
import type { Job } from '../base/job.ts'
import type { Example, Model, Scope, WeightOverlay } from '../models/model.ts'

/** What an edit produced. `model` answers for the edited model; `overlay` names what changed, where weights did. */
export interface Edit {
  readonly model: Pick<Model, 'answer'>
  readonly overlay: WeightOverlay
  readonly losses: readonly number[]
  readonly steps: number
}

export interface EditOptions<Config> {
  readonly config: Config
  readonly scope: Scope
  readonly job: Job
  /** Called after every optimisation step. */
  readonly onStep?: (step: number, loss: number) => void
}

export interface Method<Config = unknown> {
  readonly id: string
  readonly label: string
  readonly paper: string
  readonly summary: string
  readonly config: z.ZodType<Config>
  /** True, or a sentence: why not. */
  readonly supports: (model: Model, scope: Scope) => true | string
  readonly edit: (model: Model, example: Example, options: EditOptions<Config>) => Promise<Edit>
}

/** Types the entry by its own schema and hides the type parameter from the registry. */
export function defineMethod<Config>(method: Method<Config>): Method {
  return {
    ...method,
    edit: (model, example, options) => method.edit(model, example, { ...options, config: method.config.parse(options.config) }),
  }
}
