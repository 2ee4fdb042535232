// The pictures of a record, each once: the edit's own, rephrased ones, those of questions that should not change.
import type { EditRecord } from '@contract/records.ts'
import { partId, partInfo, partsOf } from '../../lib/probes.ts'
import type { ComparedPicture } from '../../ui/ImageCompare.vue'

const names: Readonly<Record<string, string>> = { edit: 'Edited', imageRephrase: 'Rephrased', unrelatedImage: 'Locality' }

/** Several questions about one picture share it. */
export function picturesOf(record: EditRecord): ComparedPicture[] {
  const seen = new Map<string, ComparedPicture>()
  for (const { kind, index, probe } of partsOf(record)) {
    if (!probe.image)
      continue
    const key = `${probe.image.root}/${probe.image.path}`
    if (!seen.has(key))
      seen.set(key, { id: partId(kind, index), label: names[kind] ?? partInfo(kind).label, picture: probe.image, alt: `${names[kind] ?? partInfo(kind).label} picture of record ${record.id}` })
  }
  return [...seen.values()]
}
