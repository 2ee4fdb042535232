// Train/eval overlap by text: questions whose answer a method could have learnt from the other dataset without looking at the picture.
// Prompts repeat for good reasons ("What is this?", "a photo of"), so a prompt that has several answers over there tells nothing; it is an
// overlap only where it has one answer, the same as here, or where the picture is the same as well.
import type { EditRecord, Probe } from '../../preload/contract/records.ts'
import { throwIfAborted, yieldToEvents } from '../base/async.ts'
import { groupBy } from '../base/group-by.ts'
import { defineCheck } from './check.ts'
import type { CheckedDataset, CheckInput, Found } from './check.ts'
import { eachRecord, pictureKey, probesOf } from './walk.ts'
import { listed, plainText, quoted, stemsOfPlain } from './words.ts'

/** Fewer content words than this do not make a question recognisable in another wording. */
const fewestStems = 2
/** A finding names at most so many records. */
const mostOthers = 20

interface Place { readonly dataset: CheckedDataset, readonly record: string, readonly probe: Probe, readonly role: string }
/** Everything that gives one answer to one question; by picture once somebody asks. */
interface Group { readonly places: Place[], pictures: Promise<ReadonlyMap<string, readonly Place[]>> | undefined }
/** One way to write a question, and everything that is asked that way, by answer. */
type Answers = Map<string, Group>
interface Pool { readonly exact: Map<string, Answers>, readonly loose: Map<string, Answers> }

const roles = { textRephrase: 'a rephrase', unrelatedText: 'a locality question', unrelatedImage: 'a locality question', portability: 'a portability question' } as const
type Role = keyof typeof roles
const kinds = Object.keys(roles) as Role[]

export const textOverlap = defineCheck({
  id: 'text-overlap',
  label: 'Text overlap with other datasets',
  summary: 'A dataset that must not overlap asks the same with the same answer, word for word or with the same content words. A prompt that has several answers there ("What is this?") counts only together with the same picture.',
  severity: 'likely',
  needsModel: false,
  needsOthers: true,
  version: 1,
  async run(input) {
    const pool = await poolOf(input)
    const findings = await eachRecord(input, async (record) => {
      const about = await overlapOf(pool, input.dataset, record.edit)
      const found: Found[] = about ? [{ record: record.id, ...about('The edit') }] : []
      for (const { kind, index, probe } of probesOf(record, kinds)) {
        const own = await overlapOf(pool, input.dataset, probe)
        if (own)
          found.push({ record: record.id, kind, index, ...own('The probe') })
      }
      return found
    })
    return { findings, notes: [] }
  },
})

/** The question in any order of its content words; undefined where that says too little. */
function looseKey(plain: string): string | undefined {
  const stems = stemsOfPlain(plain)
  return stems.length < fewestStems ? undefined : stems.sort().join(' ')
}

function put(into: Map<string, Answers>, key: string, answer: string, place: Place): void {
  const answers: Answers = into.get(key) ?? new Map<string, Group>()
  into.set(key, answers)
  const group = answers.get(answer)
  if (group)
    group.places.push(place)
  else
    answers.set(answer, { places: [place], pictures: undefined })
}

async function poolOf({ against, signal }: CheckInput): Promise<Pool> {
  const pool: Pool = { exact: new Map(), loose: new Map() }
  const add = (place: Place): void => {
    const plain = plainText(place.probe.prompt)
    const answer = plainText(place.probe.expected)
    put(pool.exact, plain, answer, place)
    const loose = looseKey(plain)
    if (loose !== undefined)
      put(pool.loose, loose, answer, place)
  }
  for (const dataset of against) {
    for (const [row, record] of dataset.records.entries()) {
      eachPlace(dataset, record, add)
      if (row % 1000 === 999) {
        throwIfAborted(signal)
        await yieldToEvents()
      }
    }
  }
  return pool
}

function eachPlace(dataset: CheckedDataset, record: EditRecord, add: (place: Place) => void): void {
  add({ dataset, record: record.id, probe: record.edit, role: 'the edit' })
  for (const { kind, probe } of probesOf(record, kinds))
    add({ dataset, record: record.id, probe, role: roles[kind as Role] })
}

type Told = (who: string) => Pick<Found, 'sentence' | 'others'>

async function overlapOf(pool: Pool, dataset: CheckedDataset, probe: Probe): Promise<Told | undefined> {
  if (probe.prompt.trim() === '' || probe.expected.trim() === '')
    return undefined
  const answer = plainText(probe.expected)
  const plain = plainText(probe.prompt)
  const exact = pool.exact.get(plain)
  const same = exact?.get(answer)
  const tell = (places: readonly Place[], how: (many: boolean) => string): Told => who => ({
    sentence: `${who} asks ${quoted(probe.prompt)} (answer ${quoted(probe.expected)}); ${how(othersOf(places).length > 1)}.`,
    others: othersOf(places).slice(0, mostOthers),
  })
  if (exact && same) {
    if (exact.size === 1)
      return tell(same.places, many => `so ${many ? 'do' : 'does'} ${nameOf(same.places)}`)
    const shown = await withPicture(dataset, probe, same)
    return shown.length === 0 ? undefined : tell(shown, many => `so ${many ? 'do' : 'does'} ${nameOf(shown)}, about the same picture`)
  }
  // "Yes" to the same words may be a yes to something else.
  const key = stemsOfPlain(answer).length === 0 ? undefined : looseKey(plain)
  const loose = key === undefined ? undefined : pool.loose.get(key)
  const alike = loose?.size === 1 ? loose.get(answer)?.places : undefined
  const first = alike?.[0]
  return alike && first && tell(alike, many => `${quoted(first.probe.prompt)} ${many ? 'or the like stands in' : 'is'} ${nameOf(alike)}`)
}

async function withPicture(dataset: CheckedDataset, { image }: Probe, group: Group): Promise<readonly Place[]> {
  if (!image)
    return []
  group.pictures ??= byPicture(group.places)
  return (await group.pictures).get(await pictureKey(dataset, image)) ?? []
}

async function byPicture(places: readonly Place[]): Promise<Map<string, Place[]>> {
  const keys = new Map(await Promise.all(places.map(async place => [place, place.probe.image && await pictureKey(place.dataset, place.probe.image)] as const)))
  return groupBy(places.filter(({ probe }) => probe.image), place => keys.get(place) ?? '')
}

const othersOf = (places: readonly Place[]): string[] => [...new Set(places.map(({ dataset, record }) => `${dataset.id}/${record}`))]

function nameOf(places: readonly Place[]): string {
  const others = othersOf(places)
  return others.length === 1 ? `${places[0]?.role ?? ''} of '${others[0] ?? ''}'` : listed(others.map(other => `'${other}'`), 'record')
}
