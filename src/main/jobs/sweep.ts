// One run for every layer of the part that a plan edits.
import type { Run, RunPlan, SweepPlan } from '../../preload/contract/runs.ts'
import { messageOf } from '../base/errors.ts'
import { layersFor, withLayer } from '../methods/chosen-layer.ts'
import { preparePlan } from '../runs/plan.ts'
import { getDataset } from '../workspace/datasets.ts'
import { getModel } from '../workspace/models.ts'
import type { Study } from '../workspace/open-workspace.ts'
import type { Queue } from './queue.ts'
import type { Surveyor } from './resolve-plan.ts'

export interface StartedSweep { readonly runs: Run[], readonly refused: { layer: number, reason: string }[] }

/** Queues them layer by layer; what a method refuses is named with the reason. Throws a sentence if the method cannot edit one layer alone. */
export async function startSweep(study: Study, queue: Pick<Queue, 'start'>, survey: Surveyor, { plan, layers }: SweepPlan): Promise<StartedSweep> {
  if (plan.kind === 'train')
    throw new Error('A training has no layers to go through. Sweep layers of a scoring run: leave --plan.kind out.')
  const { method, config, scope } = preparePlan(plan)
  const dataset = await getDataset(study, plan.dataset)
  const known = layersFor(method, await survey(await getModel(study, plan.model)), scope, config)
  if (typeof known === 'string')
    throw new Error(known)
  const runs: Run[] = []
  const refused: StartedSweep['refused'] = []
  for (const layer of layers.length > 0 ? [...new Set(layers)].sort((a, b) => a - b) : known.layers) {
    const name = `${plan.name?.trim() || `${method.label}, ${scope}, ${dataset.name}`}, layer ${layer}`
    const request: RunPlan = { ...plan, name, method: { ...plan.method, config: withLayer(plan.method.config, layer) } }
    try {
      runs.push(await queue.start(request))
    }
    catch (error) {
      refused.push({ layer, reason: messageOf(error) })
    }
  }
  return { runs, refused }
}
