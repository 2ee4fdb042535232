// Automatic checks on datasets: run, kept beside the decisions, read back.
import type { CheckEvent, CheckInfo, CheckRequest, Finding, FindingQuery, MadeCheck } from '../../preload/contract/findings.ts'
import type { DatasetId } from '../../preload/contract/identifiers.ts'
import type { ImageStore } from '../datasets/image-store.ts'
import type { RecordQueries } from '../query/records.ts'
import type { Study } from '../workspace/open-workspace.ts'
import type { Lab } from './lab.ts'
import { notYet } from './not-yet.ts'

export interface CheckCases {
  readonly list: () => CheckInfo[]
  readonly check: (request: CheckRequest, signal?: AbortSignal) => AsyncGenerator<CheckEvent, void, undefined>
  readonly findings: (query: FindingQuery) => Promise<{ total: number, findings: Finding[], made: MadeCheck[] }>
  /** All findings of a dataset by record, for queues; the same object as long as they are the same. */
  readonly byRecord: (dataset: DatasetId) => Promise<ReadonlyMap<string, readonly Finding[]>>
}

export interface CheckCaseOptions {
  readonly study: Study
  readonly queries: Pick<RecordQueries, 'stream' | 'get'>
  readonly images: ImageStore
  readonly lab: Pick<Lab, 'stream' | 'answer'>
  readonly checkWritable: () => void
  readonly onChange: (dataset: DatasetId) => void
}

export function createCheckCases(_options: CheckCaseOptions): CheckCases {
  return {
    list: () => [],
    check: () => notYet('audits check'),
    findings: () => Promise.resolve({ total: 0, findings: [], made: [] }),
    byRecord: () => Promise.resolve(new Map<string, Finding[]>()),
  }
}
