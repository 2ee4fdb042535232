// Every table, in the order of the menu.
import { registry } from '../base/registry.ts'
import { bySlice } from './by-slice.ts'
import { cost } from './cost.ts'
import { localityReadings } from './locality-readings.ts'
import { mainResults } from './main-results.ts'
import { modules } from './modules.ts'
import { paper } from './paper.ts'
import { scoreSums } from './score-sums.ts'

export const tables = registry('table', mainResults, paper, modules, bySlice, scoreSums, localityReadings, cost)
