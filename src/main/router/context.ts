// What the handlers may ask for: the use cases of each noun, put together once in backend.ts.
import type { GridPlan } from '../../preload/contract/runs.ts'
import type { Workspace, WorkspaceEvent } from '../../preload/contract/workspace.ts'
import type { DatasetCases } from '../jobs/dataset-cases.ts'
import type { EditorCases } from '../jobs/editor-cases.ts'
import type { StartedGrid } from '../jobs/grid.ts'
import type { Lab } from '../jobs/lab.ts'
import type { ModelCases } from '../jobs/model-cases.ts'
import type { Queue } from '../jobs/queue.ts'
import type { Reports } from '../jobs/reports.ts'
import type { Results } from '../jobs/results.ts'

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
}
