// Image locality by every definition in use: the same runs can look untouched or wrecked (spec §8, "M-Loc").
import { metrics } from '../metrics/index.ts'
import { groupOf } from './columns.ts'
import { plainColumns } from './plain-columns.ts'
import { runTable } from './run-table.ts'
import { defineTable } from './table.ts'

const readings = ['strict', 'overlap10', 'ordered10', 'kl', 'easyedit']

export const localityReadings = defineTable({
  id: 'locality-readings',
  label: 'Image locality, all definitions',
  summary: 'M-Loc as best token, top-10 overlap, top-10 in order and KL at the answer\'s positions, and as the reference toolkit computes it over all positions.',
  needs: [],
  build(input) {
    const metric = metrics.get('image-locality')
    const { dataset, method, module } = plainColumns
    // A published number has one definition, often an unsaid one, and no place among five.
    return runTable({ ...input, reported: [] }, {
      id: 'locality-readings',
      title: 'Image locality, all definitions',
      subject: 'Image locality of the same runs by every definition in use',
      before: [dataset, method, module],
      metrics: readings.flatMap(id => metric.variants.filter(variant => variant.id === id).map(variant => ({ metric, variant, id, label: groupOf(variant) }))),
      notes: () => input.reported.length > 0 ? ['Results reported elsewhere are left out: each gives one locality, not these five.'] : [],
    })
  },
})
