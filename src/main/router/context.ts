// What the handlers may ask for: the use cases of each noun, put together once in backend.ts.
import type { ImageHash } from '../../preload/contract/identifiers.ts'
import type { Alignment, AlignRequest, GridPlan, SweepPlan } from '../../preload/contract/runs.ts'
import type { Workspace, WorkspaceEvent } from '../../preload/contract/workspace.ts'
import type { AuditCases } from '../jobs/audit-cases.ts'
import type { AuditStates } from '../jobs/audit-states.ts'
import type { CheckCases } from '../jobs/check-cases.ts'
import type { CleanCases } from '../jobs/clean-cases.ts'
import type { DatasetCases } from '../jobs/dataset-cases.ts'
import type { EditorCases } from '../jobs/editor-cases.ts'
import type { StartedGrid } from '../jobs/grid.ts'
import type { Lab } from '../jobs/lab.ts'
import type { LabSearch } from '../jobs/lab-search.ts'
import type { ModelCases } from '../jobs/model-cases.ts'
import type { Neighbours } from '../jobs/neighbours.ts'
import type { Publish } from '../jobs/publish.ts'
import type { QueryCases } from '../jobs/query-cases.ts'
import type { Queue } from '../jobs/queue.ts'
import type { ReportedCases } from '../jobs/reported-cases.ts'
import type { Repairs } from '../jobs/repairs.ts'
import type { Reports } from '../jobs/reports.ts'
import type { Results } from '../jobs/results.ts'
import type { SliceCases } from '../jobs/slice-cases.ts'
import type { StartedSweep } from '../jobs/sweep.ts'
import type { ViewCases } from '../jobs/view-cases.ts'

/** What only the surroundings can do: a desktop shows folder dialogs, a server cannot. */
export interface Host {
  readonly pickFolder?: () => Promise<string | null>
}

export type BackendContext = {
  readonly workspace: () => Workspace
  readonly watchWorkspace: (signal?: AbortSignal) => AsyncGenerator<WorkspaceEvent, void, undefined>
  readonly host: Host
  readonly datasets: DatasetCases
  readonly models: ModelCases
  readonly editors: EditorCases
  readonly queue: Queue
  readonly startGrid: (plan: GridPlan) => Promise<StartedGrid>
  readonly results: Results
  readonly lab: Lab
  readonly reports: Reports
  readonly publish: Publish
  readonly reported: ReportedCases
  readonly slices: SliceCases
  readonly views: ViewCases
  readonly queries: QueryCases
  readonly neighbours: Neighbours
  readonly audits: AuditCases
  readonly auditStates: AuditStates
  readonly checks: CheckCases
  readonly repairs: Repairs
  readonly clean: CleanCases
  readonly labSearch: LabSearch
  readonly startSweep: (plan: SweepPlan) => Promise<StartedSweep>
  readonly align: (request: AlignRequest) => Promise<Alignment>
  /** Keeps a picture given as base64 of its file. */
  readonly addPicture: (name: string, data: string) => Promise<{ hash: ImageHash, width: number, height: number }>
}
