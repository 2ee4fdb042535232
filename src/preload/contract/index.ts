// The tree of procedures: what a page, a terminal or a test can ask of the backend.
import { audits } from './audits.ts'
import { datasets } from './datasets.ts'
import { editors } from './editors.ts'
import { figures } from './figures.ts'
import { lab } from './lab.ts'
import { methods, metrics } from './methods.ts'
import { models } from './models.ts'
import { queries } from './queries.ts'
import { reported } from './reported.ts'
import { reports } from './reports.ts'
import { runs } from './runs.ts'
import { slices } from './slices.ts'
import { tables } from './tables.ts'
import { views } from './views.ts'
import { workspace } from './workspace.ts'

export const contract = { workspace, datasets, models, methods, metrics, editors, lab, runs, slices, views, queries, reported, tables, figures, reports, audits }
export type Contract = typeof contract
