// Every table, in the order of the menu.
import { registry } from '../base/registry.ts'
import { mainResults } from './main-results.ts'

export const tables = registry('table', mainResults)
