// Where does a fact live? Causal traces and layer sweeps of one record, in the Lab's engine.
import type { LabSweepEvent, LabSweepRequest, TraceEvent, TraceRequest } from '../../preload/contract/lab.ts'
import type { RecordQueries } from '../query/records.ts'
import type { Study } from '../workspace/open-workspace.ts'
import type { Lab } from './lab.ts'
import { notYet } from './not-yet.ts'

export interface LabSearch {
  readonly trace: (request: TraceRequest, signal?: AbortSignal) => AsyncGenerator<TraceEvent, void, undefined>
  readonly sweep: (request: LabSweepRequest, signal?: AbortSignal) => AsyncGenerator<LabSweepEvent, void, undefined>
}

export function createLabSearch(_options: { readonly study: Study, readonly queries: RecordQueries, readonly lab: Lab }): LabSearch {
  return {
    async* trace() {
      throw notYet('Tracing')
    },
    async* sweep() {
      throw notYet('Sweeping layers')
    },
  }
}
