// Blindness: does the edit fire although the picture it is about is gone? The edited question with another picture, none to speak of, and noise.
import { blankPicture, noisePicture } from '../datasets/generated-images.ts'
import type { EditRecord, Probe } from '../../preload/contract/records.ts'
import { teacherForced } from './masked-accuracy.ts'
import { defineMetric } from './metric.ts'
import type { Variant } from './metric.ts'
import { sameText } from './normalise-text.ts'

const fires = (id: string, label: string, summary: string): Variant => ({ id, label, summary, higherIsBetter: false, unit: 'share' })

const variants: readonly Variant[] = [
  fires('strict', 'Fires without the picture', 'Teacher forcing: share of the three pictures (swapped, blank, noise) for which the edited model still gives the target at every position.'),
  fires('free', 'Free decoding', 'Share of the three pictures for which the freely decoded answer is the target.'),
  fires('easyedit', 'Token accuracy', 'Share of the target\'s tokens that are the best token, over the three pictures; the reference toolkit does not measure this.'),
  fires('swapped', 'Swapped picture', 'Teacher forcing: the picture is that of the record\'s own image-locality probe.'),
  fires('blank', 'Blank picture', 'Teacher forcing: the picture is one flat colour, the mean that vision encoders are normalised by.'),
  fires('noise', 'Noise', 'Teacher forcing: the picture is coloured noise.'),
]

const derived = new WeakMap<EditRecord, readonly Probe[]>()

/** The edit's question and target with other pictures; the same objects whenever asked, because answers are kept by probe. Empty for an edit without picture. */
export function blindProbes(record: EditRecord): readonly Probe[] {
  const known = derived.get(record)
  if (known)
    return known
  const { edit, probes, index } = record
  const swapped = probes.unrelatedImage?.find(probe => probe.image)?.image
  const made: Probe[] = edit.image && edit.expected.trim() !== ''
    ? [
        ...(swapped ? [{ ...edit, image: swapped, label: 'swapped' }] : []),
        { ...edit, image: blankPicture, label: 'blank' },
        { ...edit, image: noisePicture(index), label: 'noise' },
      ]
    : []
  derived.set(record, made)
  return made
}

export const blindness = defineMetric({
  id: 'blindness',
  label: 'Blindness',
  symbol: 'Blind.',
  summary: 'The edited question without its picture: how often does the edit fire all the same? Lower is better for a fact about a picture.',
  variants,
  probes: blindProbes,
  score(probe, _before, after) {
    const forced = teacherForced(after)
    return {
      ...(forced && { strict: forced.exactMatch, easyedit: forced.tokenAccuracy }),
      ...(forced && probe.label !== undefined && { [probe.label]: forced.exactMatch }),
      free: sameText(after.generated.text, probe.expected) ? 1 : 0,
    }
  },
})
