// Train/eval overlap by picture: the same drawing or photograph in both, also recompressed, scaled or slightly cropped.
import type { EditRecord, ImageRef, ProbeKind } from '../../preload/contract/records.ts'
import { throwIfAborted, yieldToEvents } from '../base/async.ts'
import { colourDifference } from '../datasets/perceptual-hash.ts'
import type { PictureLook } from '../datasets/picture-look.ts'
import { defineCheck } from './check.ts'
import type { CheckedDataset, CheckInput, Found } from './check.ts'
import { createHashIndex } from './hash-index.ts'
import { eachRecord, isSameFile, probesOf } from './walk.ts'
import { listed, quotedPath } from './words.ts'

/**
 * A copy differs in at most this many of 64 bits, and by at most this many of 255 levels in the mean colours of 8 × 8 fields. Measured on the
 * sample study's 3,282 pictures, drawings on flat ground, which are hard to tell apart: of 469 copies each, JPEG of quality 90, 60 and 30, WebP
 * of 60, a third, half and twice the size, another aspect and a crop of about 1 % stay within both (469 of 469), a crop of 2 % at every edge in
 * 462, of 5 % in 213. Brightened, mirrored and turned copies are not looked for. Of 5.4 million pairs of different pictures the hash alone
 * takes 407 for copies; with the colours 7 are left, none across the parts: six the same drawing at nearly the same place, one another
 * drawing of the same two things.
 * Photographs behave alike: of 272 (16 of scikit-image's, whole and in 16 tiles each), recompressed, scaled, squared and 1 % cropped copies
 * are all found, 2 % cropped ones in 255; of 36,856 different pairs none is taken for a copy, by the hash alone one.
 */
export const mostBits = 10
export const mostLevels = 6

interface Place { readonly dataset: CheckedDataset, readonly record: string, readonly image: ImageRef, readonly look: PictureLook }
interface Match { readonly place: Place, readonly distance: number, readonly levels: number }
/** The most alike, and the records of all. */
interface Matches { readonly best: Match, readonly others: readonly string[] }

const lookedAtOnce = 64
/** A finding names at most so many records. */
const mostOthers = 20

export const pictureOverlap = defineCheck({
  id: 'picture-overlap',
  label: 'Picture overlap with other datasets',
  summary: `A picture of a dataset that must not overlap is the same, or a recompressed, scaled or slightly cropped copy: at most ${mostBits} of 64 bits of a perceptual hash (pHash) and ${mostLevels} of 255 colour levels differ.`,
  severity: 'likely',
  needsModel: false,
  needsOthers: true,
  version: 1,
  async run(input) {
    const total = input.dataset.records.length + input.against.reduce((sum, { records }) => sum + records.length, 0)
    const places = await placesOf(input, total)
    const index = createHashIndex(places.map(({ look }) => look.hash), mostBits)
    const known = new Map<string, Matches | undefined>()
    const matchesOf = (look: PictureLook): Matches | undefined => {
      if (!known.has(look.pixels))
        known.set(look.pixels, find(look))
      return known.get(look.pixels)
    }
    const find = (look: PictureLook): Matches | undefined => {
      const matches: Match[] = []
      // Pictures of one colour are found by another check, and are copies of nothing.
      if (look.flat !== undefined)
        return undefined
      index.within(look.hash, (at, distance) => {
        const place = places[at]!
        const levels = place.look.pixels === look.pixels ? 0 : colourDifference(place.look.colours, look.colours)
        if (levels <= mostLevels)
          matches.push({ place, distance, levels })
      })
      matches.sort((a, b) => Number(b.place.look.pixels === look.pixels) - Number(a.place.look.pixels === look.pixels) || a.distance - b.distance || a.levels - b.levels)
      return matches[0] && { best: matches[0], others: [...new Set(matches.map(({ place: { dataset, record } }) => `${dataset.id}/${record}`))] }
    }
    const done = total - input.dataset.records.length
    const progress: CheckInput['progress'] = own => input.progress(done + own, total)
    const findings = await eachRecord({ ...input, progress }, async (record) => {
      const found: Found[] = []
      for (const { image, kind, index: at } of picturesOf(record)) {
        const look = await input.dataset.look(image)
        const matches = 'reason' in look ? undefined : matchesOf(look)
        if (!('reason' in look) && matches)
          found.push({ record: record.id, ...(kind === undefined ? {} : { kind, index: at }), ...toldOf(kind === undefined ? 'The edit\'s picture' : 'The probe\'s picture', image, look, matches) })
      }
      return found
    })
    return { findings, notes: [] }
  },
})

/** The record's pictures, each file once, with the probe that first shows it; the edit's without one. */
function picturesOf(record: EditRecord): { image: ImageRef, kind?: ProbeKind, index: number }[] {
  const all: { image: ImageRef, kind?: ProbeKind, index: number }[] = record.edit.image ? [{ image: record.edit.image, index: 0 }] : []
  for (const { kind, index, probe: { image } } of probesOf(record)) {
    if (image && !all.some(other => isSameFile(other.image, image)))
      all.push({ image, kind, index })
  }
  return all
}

/** Every picture of the other datasets that can be looked at, each file once a record. */
async function placesOf({ against, signal, progress }: CheckInput, total: number): Promise<Place[]> {
  const places: Place[] = []
  let done = 0
  for (const dataset of against) {
    for (let from = 0; from < dataset.records.length; from += lookedAtOnce) {
      throwIfAborted(signal)
      const some = dataset.records.slice(from, from + lookedAtOnce)
      const looks = await Promise.all(some.flatMap(record => picturesOf(record).map(async ({ image }) => ({ record: record.id, image, look: await dataset.look(image) }))))
      for (const { record, image, look } of looks) {
        if (!('reason' in look))
          places.push({ dataset, record, image, look })
      }
      progress(done += some.length, total)
      await yieldToEvents()
    }
  }
  return places
}

function toldOf(whose: string, image: ImageRef, look: PictureLook, { best: { place, distance, levels }, others }: Matches): Pick<Found, 'sentence' | 'value' | 'others'> {
  const isSame = place.look.pixels === look.pixels
  const more = others.length === 1 ? '' : `; ${listed(others.slice(1).map(other => `'${other}'`), 'record')} ${others.length === 2 ? 'has' : 'have'} it or a copy, too`
  const where = `the picture ${quotedPath(place.image.path)} of '${others[0] ?? ''}'`
  const sentence = isSame
    ? `${whose} ${quotedPath(image.path)} has every pixel of ${where}${more}.`
    : `${whose} ${quotedPath(image.path)} looks like ${where}: ${distance} of 64 bits of their hashes and ${levels.toFixed(1)} of 255 colour levels differ${more}.`
  return { sentence, value: distance, others: others.slice(0, mostOthers) }
}
