// Datasets in memory for tests of automatic checks: pictures are what a map says of their paths.
import { createRandom } from '../../../src/main/base/random.ts'
import { sha256 } from '../../../src/main/base/hash.ts'
import type { Check, CheckedDataset, CheckInput, CheckModel, Found } from '../../../src/main/checks/check.ts'
import type { PictureLook } from '../../../src/main/datasets/picture-look.ts'
import { DatasetId } from '../../../src/preload/contract/identifiers.ts'
import type { EditRecord, ImageRef, Probe } from '../../../src/preload/contract/records.ts'

export const at = (path: string, root = 'image'): ImageRef => ({ root, path })
export const question = (prompt: string, expected: string, path?: string): Probe => ({ prompt, form: 'question', expected, ...(path === undefined ? {} : { image: at(path) }) })

/** Record `i`, unlike every other one in all that checks compare. */
export function record(i: number, change: Partial<EditRecord> = {}): EditRecord {
  const edit = question(`Which animal number ${i} sits there`, `zebra${i}`, `${i}.png`)
  return {
    id: String(i).padStart(5, '0'),
    index: i,
    task: 'e-vqa',
    edit,
    stated: `gnu${i}`,
    probes: {
      textRephrase: [question(`Name the creature ${i} over there`, edit.expected, `${i}.png`)],
      imageRephrase: [question(edit.prompt, edit.expected, `${i}-again.png`)],
      unrelatedText: [{ prompt: `nq question: who ruled land ${i}x`, form: 'plain', expected: `king${i}` }],
      unrelatedImage: [question(`Which sport ${i}y is played`, `ball${i}`, `${i}-other.png`)],
    },
    ...change,
  }
}

/** A look that no other picture has, from its name alone. */
export function lookOf(name: string, change: Partial<PictureLook> = {}): PictureLook {
  const random = createRandom(name)
  return {
    content: sha256(name).slice(0, 32),
    pixels: sha256(`pixels of ${name}`).slice(0, 32),
    width: 4,
    height: 4,
    hash: { high: random.below(2 ** 32), low: random.below(2 ** 32) },
    colours: Uint8Array.from({ length: 192 }, () => random.below(256)),
    flat: undefined,
    ...change,
  }
}

export function dataset(records: readonly EditRecord[], pictures: Readonly<Record<string, PictureLook | { reason: string }>> = {}, id = 'own'): CheckedDataset {
  return {
    id: DatasetId.parse(id),
    name: id,
    records,
    pictureOf: image => Promise.resolve(pictures[image.path] && 'reason' in pictures[image.path]! ? { reason: 'it is not there' } : { path: `/${image.root}/${image.path}` }),
    look: image => Promise.resolve(pictures[image.path] ?? lookOf(`${id} ${image.path}`)),
  }
}

export interface Told { readonly findings: readonly Found[], readonly notes: readonly string[], readonly progress: readonly (readonly [number, number])[] }

export async function run(check: Check, own: CheckedDataset, { against = [], model, signal = new AbortController().signal }: { against?: readonly CheckedDataset[], model?: CheckModel, signal?: AbortSignal } = {}): Promise<Told> {
  const progress: (readonly [number, number])[] = []
  const input: CheckInput = { dataset: own, against, signal, progress: (done, total) => void progress.push([done, total]), ...(model ? { model } : {}) }
  return { ...await check.run(input), progress }
}

/** "00001 textRephrase 0" of every finding; "00001" for one about the record. */
export const placesOf = ({ findings }: Pick<Told, 'findings'>): string[] => findings.map(({ record: id, kind, index }) => kind === undefined ? id : `${id} ${kind} ${index}`)
