// Locality pairs that are not unrelated: they share a word with what the edit is about, or its picture. Locality is then measured on
// something that the edit may rightly change.
import type { EditRecord } from '../../preload/contract/records.ts'
import { defineCheck } from './check.ts'
import type { CheckedDataset, Found } from './check.ts'
import { eachRecord, isSameFile, pictureKey, probesOf } from './walk.ts'
import type { PlacedProbe } from './walk.ts'
import { contentStems, listed, quoted, quotedPath } from './words.ts'

/**
 * A word that stands in many edits and in many locality questions ("thing", "two", "red") meets itself by chance, without being an entity.
 * Left out are words that chance alone would bring together in more than this share of the records, and in more than one record.
 */
const mostByChance = 1 / 1000

const locality = ['unrelatedText', 'unrelatedImage'] as const

export const sharedEntity = defineCheck({
  id: 'shared-entity',
  label: 'Locality pair about the edited entity',
  summary: 'A locality question or its answer holds a word of the edit\'s target, stated answer or prompt (without its plural ending), or shows the edit\'s picture. Words that many edits and many locality questions hold are left out.',
  severity: 'look',
  needsModel: false,
  version: 1,
  async run(input) {
    const isEntity = entitiesOf(input.dataset.records)
    const findings = await eachRecord(input, async (record) => {
      const found: Found[] = []
      for (const placed of probesOf(record, locality)) {
        const about = { record: record.id, kind: placed.kind, index: placed.index }
        const picture = await sharedPicture(input.dataset, record, placed)
        const words = sharedWords(record, placed, isEntity)
        // The picture says more than words do.
        const sentence = picture ?? words
        if (sentence !== undefined)
          found.push({ ...about, sentence })
      }
      return found
    })
    return { findings, notes: [] }
  },
})

const editParts = ({ edit, stated }: EditRecord): { name: string, text: string }[] =>
  [{ name: 'target', text: edit.expected }, { name: 'stated answer', text: stated }, { name: 'prompt', text: edit.prompt }]

/** Which stems say what a record is about, from how many edits and how many locality pairs hold them. */
function entitiesOf(records: readonly EditRecord[]): (stem: string) => boolean {
  const edits = new Map<string, number>()
  const others = new Map<string, number>()
  for (const record of records) {
    for (const stem of new Set(editParts(record).flatMap(({ text }) => contentStems(text))))
      edits.set(stem, (edits.get(stem) ?? 0) + 1)
    for (const stem of new Set(probesOf(record, locality).flatMap(({ probe }) => contentStems(`${probe.prompt} ${probe.expected}`))))
      others.set(stem, (others.get(stem) ?? 0) + 1)
  }
  const most = Math.max(1, records.length * mostByChance)
  return stem => (edits.get(stem) ?? 0) * (others.get(stem) ?? 0) / records.length <= most
}

function sharedWords(record: EditRecord, { probe }: PlacedProbe, isEntity: (stem: string) => boolean): string | undefined {
  const asked = new Set(contentStems(probe.prompt))
  const answered = new Set(contentStems(probe.expected))
  for (const { name, text } of editParts(record)) {
    const shared = contentStems(text).filter(stem => (asked.has(stem) || answered.has(stem)) && isEntity(stem))
    if (shared.length === 0)
      continue
    const where = shared.some(stem => asked.has(stem)) ? `The locality question ${quoted(probe.prompt)}` : `The answer ${quoted(probe.expected)} to the locality question ${quoted(probe.prompt)}`
    return `${where} shares ${listed(shared.map(quoted))} with the edit's ${name} ${quoted(text)}.`
  }
  return undefined
}

async function sharedPicture(dataset: CheckedDataset, { edit, probes }: EditRecord, { probe: { image } }: PlacedProbe): Promise<string | undefined> {
  if (!image)
    return undefined
  const own = await pictureKey(dataset, image)
  for (const [name, other] of [['picture', edit.image], ...(probes.imageRephrase ?? []).map(rephrase => ['rephrased picture', rephrase.image] as const)] as const) {
    if (other && (isSameFile(image, other) || await pictureKey(dataset, other) === own))
      return `The locality question shows the edit's ${name} ${quotedPath(other.path)}.`
  }
  return undefined
}
