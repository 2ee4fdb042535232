// Pictures that cannot be judged: missing, cut off, no picture at all, or of one colour (what a generator's safety filter leaves).
import type { ImageRef, ProbeKind } from '../../preload/contract/records.ts'
import { defineCheck } from './check.ts'
import type { CheckedDataset, Found } from './check.ts'
import { eachRecord, isSameFile, probesOf } from './walk.ts'
import { quotedPath } from './words.ts'

/** Kinds that are nothing without a picture. */
const pictured: readonly ProbeKind[] = ['imageRephrase', 'unrelatedImage']

export const missingPictures = defineCheck({
  id: 'missing-pictures',
  label: 'Missing or unreadable picture',
  summary: 'The picture is not there, cannot be decoded to its end, is no picture, or has one colour only.',
  severity: 'broken',
  needsModel: false,
  version: 1,
  async run(input) {
    const findings = await eachRecord(input, async (record) => {
      const { edit } = record
      const about = await faultOf(input.dataset, edit.image)
      const found: Found[] = about === undefined ? [] : [{ record: record.id, sentence: `The edit's picture ${about}.` }]
      for (const { kind, index, probe } of probesOf(record)) {
        // One sentence about the record says it for all probes that show its picture.
        if (probe.image && edit.image && isSameFile(probe.image, edit.image))
          continue
        const fault = probe.image || !pictured.includes(kind) ? await faultOf(input.dataset, probe.image) : 'is not named: the probe has none'
        if (fault !== undefined)
          found.push({ record: record.id, kind, index, sentence: `The probe's picture ${fault}.` })
      }
      return found
    })
    return { findings, notes: [] }
  },
})

/** What is wrong with the picture, to go on with after "The picture". */
async function faultOf(dataset: CheckedDataset, image: ImageRef | undefined): Promise<string | undefined> {
  const look = image && await dataset.look(image)
  if (!look)
    return undefined
  const name = quotedPath(image.path)
  if ('reason' in look)
    return `${name} cannot be used: ${look.reason}`
  return look.flat === undefined ? undefined : `${name} has one colour only (${look.flat}), so nothing can be seen`
}
