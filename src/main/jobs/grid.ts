// The paper's grid: one run for every method × scope × dataset that is meaningful, the others by their reason.
import type { GridPlan, Run, RunPlan } from '../../preload/contract/runs.ts'
import { RunPlan as PlanSchema } from '../../preload/contract/runs.ts'
import { messageOf } from '../base/errors.ts'
import { methods } from '../methods/index.ts'
import type { Scope } from '../models/model.ts'
import { getDataset } from '../workspace/datasets.ts'
import { getModel } from '../workspace/models.ts'
import type { Study } from '../workspace/open-workspace.ts'
import type { Queue } from './queue.ts'

export interface StartedGrid {
  readonly runs: Run[]
  readonly refused: { readonly method: string, readonly scope: Scope, readonly reason: string }[]
}

const allScopes: readonly Scope[] = ['text', 'vision', 'both']

/** Queues them method by method in the registry's order. Throws a sentence if the model, a dataset or a method is not known. */
export async function startGrid(study: Study, queue: Pick<Queue, 'start'>, plan: GridPlan): Promise<StartedGrid> {
  await getModel(study, plan.model)
  for (const dataset of plan.datasets)
    await getDataset(study, dataset)
  const chosen = plan.methods.length > 0 ? plan.methods.map(id => methods.get(id)) : methods.all
  const scopes = plan.scopes.length > 0 ? allScopes.filter(scope => plan.scopes.includes(scope)) : allScopes
  const runs: Run[] = []
  const refused: StartedGrid['refused'] = []
  for (const method of chosen) {
    for (const scope of scopes) {
      for (const dataset of plan.datasets) {
        const { model, limit, seed, provider } = plan
        const request: RunPlan = PlanSchema.parse({ model, dataset, method: { id: method.id }, scope, seed, provider, ...(limit === undefined ? {} : { limit }) })
        try {
          runs.push(await queue.start(request))
        }
        catch (error) {
          const reason = messageOf(error)
          if (!refused.some(other => other.method === method.id && other.scope === scope && other.reason === reason))
            refused.push({ method: method.id, scope, reason })
        }
      }
    }
  }
  return { runs, refused }
}
