// Rephrased pictures that the model finds no more like the original than a picture of something else.
import type { ImageRef } from '../../preload/contract/records.ts'
import { createRandom } from '../base/random.ts'
import { defineCheck } from './check.ts'
import type { CheckedDataset, Found } from './check.ts'
import { probesOf } from './walk.ts'

/** Pictures of different records that are compared: the 95th percentile of so many is known to about ±0.7 percentage points. */
const randomPairs = 4000
const percentile = 0.95
/** With fewer records the same few pairs come again and again. */
const fewestRecords = 20
const seed = 0

interface Pair { readonly record: string, readonly index: number, readonly original: Float32Array, readonly rephrased: Float32Array, readonly file: string }

export const unlikePictures = defineCheck({
  id: 'unlike-pictures',
  label: 'Rephrased picture unlike the original',
  summary: 'To the opened model, original and rephrased picture are no more alike than 95 of 100 random pairs (the original of one record, the rephrased picture of another; cosine of the mean of what the language model is shown).',
  severity: 'look',
  needsModel: true,
  version: 1,
  async run({ dataset, model, signal, progress }) {
    if (!model)
      throw new Error('This check asks a model, and none was chosen. Choose one.')
    const named = dataset.records.flatMap(record => probesOf(record, ['imageRephrase']).flatMap(({ index, probe }) =>
      probe.image && record.edit.image ? [{ record: record.id, index, original: record.edit.image, rephrased: probe.image }] : []))
    progress(0, named.length)
    const paths = await Promise.all(named.flatMap(({ original, rephrased }) => [pathOf(dataset, original), pathOf(dataset, rephrased)]))
    const known = paths.filter(path => path !== undefined)
    const features = await model.features(known, done => progress(Math.floor(named.length * done / Math.max(1, known.length)), named.length))
    signal.throwIfAborted()
    const byPath = new Map(known.map((path, i) => [path, features[i]]))
    const pairs = named.flatMap(({ record, index }, i): Pair[] => {
      const [file, other] = [paths[2 * i], paths[2 * i + 1]]
      const [original, rephrased] = [file === undefined ? undefined : byPath.get(file), other === undefined ? undefined : byPath.get(other)]
      return file !== undefined && original && rephrased ? [{ record, index, original, rephrased, file }] : []
    })
    progress(named.length, named.length)
    const notes = pairs.length === named.length ? [] : [`${named.length - pairs.length} of ${named.length} pairs of pictures could not be compared: a picture is missing or cannot be read.`]
    if (new Set(pairs.map(({ file }) => file)).size < fewestRecords)
      return { findings: [], notes: [...notes, `Nothing was judged: ${fewestRecords} different originals are needed to know how like random pairs are, and there are ${new Set(pairs.map(({ file }) => file)).size}.`] }
    const limit = similarityOfRandomPairs(pairs)
    const findings = pairs.flatMap(({ record, index, original, rephrased }): Found[] => {
      const value = dot(original, rephrased)
      return value > limit
        ? []
        : [{ record, kind: 'imageRephrase', index, value, sentence: `Under the model, original and rephrased picture have a cosine similarity of ${value.toFixed(3)}; 5 of 100 random pairs reach ${limit.toFixed(3)} or more.` }]
    })
    return { findings, notes }
  },
})

async function pathOf(dataset: CheckedDataset, image: ImageRef): Promise<string | undefined> {
  const found = await dataset.pictureOf(image)
  return 'path' in found ? found.path : undefined
}

/** The 95th percentile over seeded pairs of one record's original and another one's rephrased picture. */
function similarityOfRandomPairs(pairs: readonly Pair[]): number {
  const random = createRandom(seed)
  const values: number[] = []
  while (values.length < randomPairs) {
    const [a, b] = [random.pick(pairs), random.pick(pairs)]
    // Records may share an original: then they are no random pair.
    if (a.file !== b.file)
      values.push(dot(a.original, b.rephrased))
  }
  return values.sort((a, b) => a - b)[Math.ceil(percentile * randomPairs) - 1]!
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++)
    sum += a[i]! * b[i]!
  return sum
}
