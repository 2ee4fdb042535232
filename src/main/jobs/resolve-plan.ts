// A run's plan in this study: the entries it names, checked before anything is written.
import type { RunPlan } from '../../preload/contract/runs.ts'
import { firstRecords, preparePlan } from '../runs/plan.ts'
import { openDataset } from '../workspace/datasets.ts'
import { getModel } from '../workspace/models.ts'
import type { Study } from '../workspace/open-workspace.ts'
import type { ResolvedPlan } from './work-run.ts'
import { versions } from './versions.ts'

/** Throws a sentence if the model, the dataset, the method, a setting or a metric is not known. */
export async function resolvePlan(study: Study, request: RunPlan): Promise<ResolvedPlan> {
  const { method, config, metrics } = preparePlan(request)
  const model = await getModel(study, request.model)
  const { dataset, records } = await openDataset(study, request.dataset)
  const plan: RunPlan = { ...request, method: { id: method.id, config }, metrics: metrics.map(metric => metric.id) }
  return {
    plan,
    name: request.name?.trim() || `${method.label}, ${plan.scope}, ${dataset.name}`,
    folder: model.path,
    fingerprint: model.fingerprint,
    dataset: dataset.id,
    imageRoots: dataset.imageRoots,
    recordCount: Math.min(dataset.recordCount, request.limit ?? dataset.recordCount),
    async readRecords() {
      await records.refresh()
      return records.read([...firstRecords(Array.from({ length: records.count() }, (_, line) => line), request.limit)])
    },
    versions: versions(),
  }
}
