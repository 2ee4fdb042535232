// Records most like another one, by features of the opened model.
import type { NeighbourEvent, NeighbourRequest } from '../../preload/contract/datasets.ts'
import type { RecordQueries } from '../query/records.ts'
import type { Study } from '../workspace/open-workspace.ts'
import type { Lab } from './lab.ts'
import { notYet } from './not-yet.ts'

export interface Neighbours {
  readonly nearest: (request: NeighbourRequest, signal?: AbortSignal) => AsyncGenerator<NeighbourEvent, void, undefined>
}

export function createNeighbours(_options: { readonly study: Study, readonly queries: RecordQueries, readonly lab: Lab }): Neighbours {
  return {
    async* nearest() {
      throw notYet('Finding neighbours')
    },
  }
}
