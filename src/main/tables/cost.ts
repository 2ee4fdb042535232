// What an edit costs, and what it brings: seconds, passes and memory beside reliability.
import type { TableCell } from '../../preload/contract/tables.ts'
import { columnsOf, groupOf } from './columns.ts'
import { plainColumns } from './plain-columns.ts'
import { runTable } from './run-table.ts'
import type { PlainColumn } from './run-table.ts'
import { defineTable } from './table.ts'
import type { TableRun } from './table.ts'

const number = (value: number | undefined, show: (value: number) => string): TableCell => ({ text: value === undefined ? '–' : show(value) })
const perEdit = (total: number | undefined, { secondsPerEdit }: TableRun): number | undefined => total === undefined || !secondsPerEdit ? undefined : total / secondsPerEdit.n
const short = (value: number): string => value >= 100 ? value.toFixed(0) : value.toPrecision(3)

const columns: readonly PlainColumn[] = [
  {
    id: 'seconds',
    label: 's/edit',
    cell: ({ secondsPerEdit }) => ({ text: secondsPerEdit ? `${short(secondsPerEdit.mean)} [${short(secondsPerEdit.low)}, ${short(secondsPerEdit.high)}]` : '–' }),
  },
  { id: 'forward', label: 'Forward passes', cell: row => number(perEdit(row.cost?.forwardPasses, row), short) },
  { id: 'backward', label: 'Backward passes', cell: row => number(perEdit(row.cost?.backwardPasses, row), short) },
  { id: 'memory', label: 'Peak memory (MB)', cell: ({ cost }) => number(cost?.peakBytes, bytes => (bytes / 1e6).toFixed(0)) },
  plainColumns.records,
]

export const cost = defineTable({
  id: 'cost',
  label: 'Cost of an edit',
  summary: 'Seconds, passes and memory of an edit, beside its reliability.',
  needs: [],
  isOfEdits: true,
  build(input) {
    const shown = columnsOf(input.variant).filter(({ metric }) => metric.id === 'reliability')
    const { dataset, method, module } = plainColumns
    return runTable({ ...input, reported: [] }, {
      id: 'cost',
      title: 'Cost of an edit',
      subject: 'Means over edits of the time and the passes through the language model that the edit alone took, without asking the probes, and the largest memory of the engine meanwhile',
      before: [dataset, method, module],
      metrics: shown.map(({ metric, variant }) => ({ metric, variant, id: metric.id, label: metric.symbol, group: groupOf(variant) })),
      after: columns,
      notes: rows => [
        ...devicesOf(rows),
        ...(rows.some(({ cost }) => !cost) ? ['Passes and memory are known over all records of a run only: rows over a part of them, and runs of the first version, show a dash.'] : []),
        ...(input.reported.length > 0 ? ['Results reported elsewhere are left out: they were not timed here.'] : []),
      ],
    })
  },
})

/** Seconds of two machines are not one column. */
function devicesOf(rows: readonly TableRun[]): string[] {
  const devices = [...new Set(rows.map(({ run }) => run.provider ? `${run.provider.provider} (${run.provider.device})` : 'unknown'))]
  return devices.length > 1 ? [`These rows were timed on different devices, so compare seconds within one only: ${devices.join('; ')}.`] : []
}
