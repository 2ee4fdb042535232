// The tree of procedures: what a page, a terminal or a test can ask of the backend.
import { datasets } from './datasets.ts'
import { editors } from './editors.ts'
import { figures } from './figures.ts'
import { lab } from './lab.ts'
import { methods, metrics } from './methods.ts'
import { models } from './models.ts'
import { runs } from './runs.ts'
import { tables } from './tables.ts'
import { workspace } from './workspace.ts'

export const contract = { workspace, datasets, models, methods, metrics, editors, lab, runs, tables, figures }
export type Contract = typeof contract
