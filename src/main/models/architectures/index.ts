// Every architecture the workbench can open, in the order they are offered.
import { registry } from '../../base/registry.ts'
import { CheckpointError } from '../checkpoint-error.ts'
import type { Checkpoint } from '../checkpoint.ts'
import type { Architecture } from './architecture.ts'
import { blip2 } from './blip-2.ts'

export const architectures = registry<Architecture>('architecture', blip2)

/** The architecture of a checkpoint by its config's model_type. Throws CheckpointError. */
export function architectureOf(checkpoint: Checkpoint): Architecture {
  const found = architectures.all.find(a => a.modelType === checkpoint.modelType)
  if (!found)
    throw new CheckpointError(`Checkpoint '${checkpoint.name}' is of type '${checkpoint.modelType}', which is not known. Known: ${architectures.all.map(a => a.modelType).join(', ')}.`)
  return found
}
