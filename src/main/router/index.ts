// The whole router; a procedure of the contract that is missing here does not compile.
import { audits } from './audits.ts'
import { os } from './base.ts'
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

export const router = os.router({ workspace, datasets, models, methods, metrics, editors, lab, runs, slices, views, queries, reported, tables, figures, reports, audits })
