// Rephrases that rephrase nothing: the original's words, or the original's picture.
import type { ImageRef, Probe } from '../../preload/contract/records.ts'
import { defineCheck } from './check.ts'
import type { CheckedDataset, Found } from './check.ts'
import { eachRecord, isSameFile, probesOf } from './walk.ts'
import { plainText, quoted, quotedPath } from './words.ts'

export const sameAsOriginal = defineCheck({
  id: 'same-as-original',
  label: 'Rephrase equal to the original',
  summary: 'The rephrased prompt is the original but for case, spaces and punctuation, or the rephrased picture is the original\'s file or has its pixels.',
  severity: 'likely',
  needsModel: false,
  version: 1,
  async run(input) {
    const findings = await eachRecord(input, async (record) => {
      const { id, edit } = record
      const found: Found[] = []
      for (const { kind, index, probe } of probesOf(record, ['textRephrase', 'imageRephrase'])) {
        const sentence = kind === 'textRephrase' ? await sameWords(input.dataset, edit, probe) : await samePicture(input.dataset, edit.image, probe.image)
        if (sentence !== undefined)
          found.push({ record: id, kind, index, sentence })
      }
      return found
    })
    return { findings, notes: [] }
  },
})

async function sameWords(dataset: CheckedDataset, edit: Probe, rephrase: Probe): Promise<string | undefined> {
  if (plainText(edit.prompt) !== plainText(rephrase.prompt))
    return undefined
  // The same question about another picture is another question.
  if (rephrase.image && !(edit.image && (isSameFile(edit.image, rephrase.image) || await samePicture(dataset, edit.image, rephrase.image) !== undefined)))
    return undefined
  return edit.prompt.trim() === rephrase.prompt.trim()
    ? `The rephrased prompt is the original: ${quoted(edit.prompt)}.`
    : `The rephrased prompt ${quoted(rephrase.prompt)} differs from the original ${quoted(edit.prompt)} only in case, spaces or punctuation.`
}

async function samePicture(dataset: CheckedDataset, original: ImageRef | undefined, rephrase: ImageRef | undefined): Promise<string | undefined> {
  if (!original || !rephrase)
    return undefined
  if (isSameFile(original, rephrase))
    return `The rephrased picture is the original's file ${quotedPath(original.path)}.`
  const [a, b] = await Promise.all([dataset.look(original), dataset.look(rephrase)])
  if ('reason' in a || 'reason' in b || a.pixels !== b.pixels)
    return undefined
  return `The rephrased picture ${quotedPath(rephrase.path)} has ${a.content === b.content ? 'the same bytes as' : 'every pixel of'} the original ${quotedPath(original.path)}.`
}
