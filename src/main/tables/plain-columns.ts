// The columns that name a row and count its records, the same in every table.
import { datasetLabel, methodLabel, methodOf } from './columns.ts'
import type { PlainColumn } from './run-table.ts'

export const plainColumns = {
  dataset: { id: 'dataset', label: 'Dataset', cell: row => ({ text: datasetLabel(row) }), reported: ({ dataset }) => dataset },
  model: { id: 'model', label: 'Model', cell: ({ run, modelName }) => ({ text: modelName ?? run.plan.model }), reported: ({ model }) => model },
  method: { id: 'method', label: 'Method', cell: ({ run, slice }) => ({ text: methodOf(run), run: run.id, ...(slice ? { slice: slice.id } : {}) }), reported: ({ method }) => methodLabel(method) },
  module: { id: 'module', label: 'Module', cell: ({ run }) => ({ text: run.plan.scope }), reported: ({ scope }) => scope },
  records: { id: 'records', label: 'n', cell: ({ run, recordCount, slice }) => ({ text: String(recordCount), run: run.id, ...(slice ? { slice: slice.id } : {}) }), reported: ({ n }) => n === undefined ? '–' : String(n) },
  seconds: { id: 'seconds', label: 's/edit', cell: ({ secondsPerEdit }) => ({ text: secondsPerEdit ? secondsPerEdit.mean.toPrecision(2) : '–' }) },
} as const satisfies Readonly<Record<string, PlainColumn>>
