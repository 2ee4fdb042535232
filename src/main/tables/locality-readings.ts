// Image locality by every definition in use: the same runs can look untouched or wrecked (spec §8, "M-Loc").
import { metrics } from '../metrics/index.ts'
import { datasetLabel, groupOf, intervalNote, methodLabel, metricCell, scoredRuns } from './columns.ts'
import { defineTable } from './table.ts'

const readings = ['strict', 'overlap10', 'ordered10', 'kl', 'easyedit']

export const localityReadings = defineTable({
  id: 'locality-readings',
  label: 'Image locality, all definitions',
  summary: 'M-Loc as best token, top-10 overlap, top-10 in order and KL at the answer\'s positions, and as the reference toolkit computes it over all positions.',
  needs: [],
  build({ runs }) {
    const metric = metrics.get('image-locality')
    const columns = readings.flatMap(id => metric.variants.filter(variant => variant.id === id).map(variant => ({ metric, variant })))
    const rows = scoredRuns(runs)
    return {
      id: 'locality-readings',
      title: 'Image locality, all definitions',
      columns: [
        { id: 'dataset', label: 'Dataset' },
        { id: 'method', label: 'Method' },
        { id: 'module', label: 'Module' },
        ...columns.map(({ variant }) => ({ id: variant.id, label: groupOf(variant) })),
      ],
      rows: rows.map(row => ({
        id: row.key,
        cells: {
          dataset: { text: datasetLabel(row) },
          method: { text: methodLabel(row.run.plan.method.id), run: row.run.id },
          module: { text: row.run.plan.scope },
          ...Object.fromEntries(columns.map(column => [column.variant.id, metricCell(row.run, row.metrics, column)])),
        },
      })),
      notes: rows.length === 0 ? ['No run is chosen. Start one, or choose a finished one.'] : [intervalNote],
    }
  },
})
