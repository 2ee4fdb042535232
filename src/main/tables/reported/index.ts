// Every form of reported results, in the order in which a file is asked.
import { registry } from '../../base/registry.ts'
import { resultsJson } from './results-json.ts'
import { tableCsv } from './table-csv.ts'

export const reportedFormats = registry('form of reported results', resultsJson, tableCsv)
