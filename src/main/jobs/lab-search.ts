// Where does a fact live? Causal traces and layer sweeps of one record, in the Lab's engine.
import type { LabPlan, LabSweepEvent, LabSweepRequest, LayerMap, LayersRequest, TraceEvent, TraceRequest } from '../../preload/contract/lab.ts'
import { layersFor } from '../methods/chosen-layer.ts'
import { preparePlan, refusalOf } from '../runs/plan.ts'
import type { RecordQueries } from '../query/records.ts'
import { getDataset } from '../workspace/datasets.ts'
import type { Study } from '../workspace/open-workspace.ts'
import type { Lab, LabRecord } from './lab.ts'
import { findModel } from './model-cases.ts'
import type { Surveyor } from './resolve-plan.ts'

export interface LabSearch {
  readonly trace: (request: TraceRequest, signal?: AbortSignal) => AsyncGenerator<TraceEvent, void, undefined>
  readonly sweep: (request: LabSweepRequest, signal?: AbortSignal) => AsyncGenerator<LabSweepEvent, void, undefined>
  /** Read from the checkpoint's headers: where an edit acts, and what a sweep goes through. */
  readonly layers: (request: LayersRequest) => Promise<LayerMap>
}

export interface LabSearchOptions {
  readonly study: Study
  readonly queries: Pick<RecordQueries, 'get'>
  readonly lab: Pick<Lab, 'stream'>
  /** The record and what its method needs beside it; see LabOptions. */
  readonly recordOf: (plan: LabPlan) => Promise<LabRecord>
  readonly survey: Surveyor
}

export function createLabSearch({ study, queries, lab, recordOf, survey }: LabSearchOptions): LabSearch {
  async function layersOf(request: LayersRequest): Promise<LayerMap> {
    const { method, config, scope } = preparePlan({ ...request, metrics: [], seed: 0 })
    const surveyed = await survey(await findModel(study, request.model))
    const supported = refusalOf(method, surveyed, scope, config, 'single')
    const edited = supported === undefined ? method.edits?.(surveyed, scope, config) ?? [] : []
    const sweep = layersFor(method, surveyed, scope, config)
    const parts = surveyed.parts.map(({ part, label, layers, layerOf }) =>
      ({ part, label, layers, edited: [...new Set(edited.flatMap(({ name }) => layerOf.get(name) ?? []))].sort((a, b) => a - b) }))
    return { parts, ...(typeof sweep === 'string' ? { refusal: sweep } : { sweep: { part: sweep.part, layers: [...sweep.layers] } }) }
  }

  return {
    async* trace({ model, provider, dataset, record: id, ...how }, signal) {
      const { imageRoots } = await getDataset(study, dataset)
      const record = await queries.get(dataset, id)
      yield* lab.stream<'trace'>(model, provider, () => ({ kind: 'trace', ...how, record, imageRoots }), signal)
    },
    async* sweep({ layers, ...plan }, signal) {
      const { model, provider, method, scope, seed, dataset } = plan
      const { refusal } = await layersOf({ model, method, scope })
      if (refusal !== undefined)
        throw new Error(refusal)
      const { record, imageRoots, memory } = await recordOf(plan)
      yield* lab.stream<'sweep'>(model, provider, () => ({ kind: 'sweep', layers, record, imageRoots, method, scope, seed, dataset, ...(memory ? { memory } : {}) }), signal)
    },
    layers: layersOf,
  }
}
