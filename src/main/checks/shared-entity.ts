// Locality pairs that are not unrelated: they share a word with what the edit is about, or its picture. Locality is then measured on
// something that the edit may rightly change.
import type { EditRecord } from '../../preload/contract/records.ts'
import { defineCheck } from './check.ts'
import type { CheckedDataset, Found } from './check.ts'
import { eachRecord, isSameFile, pictureKey, probesOf } from './walk.ts'
import type { PlacedProbe } from './walk.ts'
import { contentStems, quoted, quotedPath, stem } from './words.ts'

/**
 * A word that stands in many edits and in many locality questions ("thing", "two", "red") meets itself by chance, without being an entity.
 * Left out are words that chance alone would bring together in more than this share of the records, and in more than one record.
 */
const mostByChance = 1 / 1000

/** Words about asking and looking, counts, and the eleven basic colours (Berlin and Kay, 1969): in questions about pictures they name no entity. */
const noEntities = new Set(`
picture image photo photograph show shown see seen look describe description detailed overview content
name call called kind type group sort thing object item color colour background number count
zero one two three four five six seven eight nine ten
black white red green yellow blue brown orange pink purple grey gray
`.trim().split(/\s+/).map(stem))

const entityStems = (text: string): string[] => contentStems(text).filter(word => !noEntities.has(word) && !/^\d+$/.test(word))

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
function entitiesOf(records: readonly EditRecord[]): (word: string) => boolean {
  const edits = new Map<string, number>()
  const others = new Map<string, number>()
  for (const record of records) {
    for (const word of new Set(editParts(record).flatMap(({ text }) => entityStems(text))))
      edits.set(word, (edits.get(word) ?? 0) + 1)
    for (const word of new Set(probesOf(record, locality).flatMap(({ probe }) => entityStems(`${probe.prompt} ${probe.expected}`))))
      others.set(word, (others.get(word) ?? 0) + 1)
  }
  const most = Math.max(1, records.length * mostByChance)
  return word => (edits.get(word) ?? 0) * (others.get(word) ?? 0) / records.length <= most
}

function sharedWords(record: EditRecord, { probe }: PlacedProbe, isEntity: (word: string) => boolean): string | undefined {
  const asked = new Set(entityStems(probe.prompt))
  const answered = new Set(entityStems(probe.expected))
  for (const { name, text } of editParts(record)) {
    const shared = entityStems(text).filter(word => (asked.has(word) || answered.has(word)) && isEntity(word))
    if (shared.length === 0)
      continue
    const where = shared.some(word => asked.has(word)) ? `The locality question ${quoted(probe.prompt)}` : `The answer ${quoted(probe.expected)} to the locality question ${quoted(probe.prompt)}`
    // The words as the edit writes them.
    const words = text.split(/\s+/).map(word => word.replace(/^\p{P}+|\p{P}+$/gu, '')).filter(word => contentStems(word).some(own => shared.includes(own)))
    return `${where} shares ${quoted([...new Set(words)].join(' '))} with the edit's ${name} ${quoted(text)}.`
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
