// The paper's comparison: rows method × module, the five scores, portability, and what an edit costs.
import { columnsOf, groupOf } from './columns.ts'
import { stateNotes } from './main-results.ts'
import { plainColumns } from './plain-columns.ts'
import { runTable } from './run-table.ts'
import { defineTable } from './table.ts'

/** The order of the paper's Table 2 (Rel., T-Gen., T-Loc., M-Loc.), then M-Gen., which it shows in a figure, and portability, which came later. */
const paperMetrics = ['reliability', 'text-generality', 'text-locality', 'image-locality', 'image-generality', 'portability']

export const paper = defineTable({
  id: 'paper',
  label: 'Methods × modules',
  summary: 'The paper\'s comparison: every method on the text module, the vision module and both, with seconds per edit.',
  needs: [],
  build(input) {
    const known = columnsOf(input.variant)
    const columns = paperMetrics.flatMap(id => known.filter(({ metric }) => metric.id === id))
    const { dataset, model, method, module, seconds, records } = plainColumns
    const models = new Set([...input.runs.map(({ run }) => run.plan.model), ...input.reported.map(row => row.model)])
    return runTable(input, {
      id: 'paper',
      title: 'Methods × modules',
      subject: 'Every method on the parts of the model that it edits',
      before: [dataset, ...(models.size > 1 ? [model] : []), method, module],
      metrics: columns.map(({ metric, variant }) => ({ metric, variant, id: metric.id, label: metric.symbol, group: groupOf(variant) })),
      after: [seconds, records],
      notes: rows => [
        ...(rows.some(({ secondsPerEdit }) => secondsPerEdit) ? ['Seconds per edit are of the edit alone, without asking the probes; compare them within one machine only.'] : []),
        ...rows.filter(({ slice }) => !slice).flatMap(stateNotes),
      ],
    })
  },
})
