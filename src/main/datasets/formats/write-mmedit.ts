// A record as MMEdit's JSON (spec §1.1, §1.6): the way back of mmedit-record.ts. What the schema has no key for is refused, never lost.
import { probeKinds } from '../../../preload/contract/records.ts'
import type { EditRecord, ImageRef, Probe, ProbeKind } from '../../../preload/contract/records.ts'
import { safeImagePath } from '../image-path.ts'
import { refused } from './format.ts'
import { longestText } from './mmedit-record.ts'

const kindNames: Readonly<Record<ProbeKind, string>> = {
  textRephrase: 'text rephrases', imageRephrase: 'image rephrases', unrelatedText: 'unrelated texts', unrelatedImage: 'unrelated images', portability: 'portability questions',
}

/** Read back as it stands? The reader takes blanks off both ends and drops what is empty, too long or no valid text. */
function textFault(field: string, text: string): string | undefined {
  if (text === '' || text !== text.trim())
    return text === '' ? `an empty '${field}'` : `blanks around '${field}'`
  if (text.length > longestText)
    return `a '${field}' of ${text.length} characters; at most ${longestText} are read`
  return /\p{Surrogate}/u.test(text) ? `half of a character in '${field}'` : undefined
}

function imageFault(field: string, image: ImageRef | undefined, root: string): string | undefined {
  if (!image)
    return `no picture for '${field}'`
  const safe = safeImagePath(image.path)
  if ('reason' in safe || safe.path !== image.path || image.path !== image.path.trim())
    return `the picture path ${JSON.stringify(image.path)} in '${field}'`
  return image.root === root ? undefined : `a picture of the folder '${image.root}' in '${field}', whose paths start from '${root}'`
}

const samePicture = (a: ImageRef | undefined, b: ImageRef | undefined): boolean => a?.root === b?.root && a?.path === b?.path

type Faults = (probe: Probe, edit: Probe) => readonly (string | undefined | false)[]

/** What a probe of this kind may not differ in: the schema has no keys for it. */
const faultsOf: Readonly<Record<ProbeKind, Faults>> = {
  textRephrase: (probe, edit) => [
    textFault('rephrase', probe.prompt),
    !samePicture(probe.image, edit.image) && 'a text rephrase with a picture of its own',
    probe.expected !== edit.expected && 'a text rephrase with a target of its own',
    probe.form !== edit.form && `a text rephrase asked as '${probe.form}'`,
  ],
  imageRephrase: (probe, edit) => [
    imageFault('image_rephrase', probe.image, 'rephrase'),
    probe.prompt !== edit.prompt && 'an image rephrase with a question of its own',
    probe.expected !== edit.expected && 'an image rephrase with a target of its own',
    probe.form !== edit.form && `an image rephrase asked as '${probe.form}'`,
  ],
  unrelatedText: probe => [
    textFault('loc', probe.prompt),
    textFault('loc_ans', probe.expected),
    probe.image !== undefined && 'an unrelated text with a picture',
    probe.form !== 'plain' && `an unrelated text asked as '${probe.form}'`,
  ],
  unrelatedImage: probe => [
    imageFault('m_loc', probe.image, 'image'),
    textFault('m_loc_q', probe.prompt),
    textFault('m_loc_a', probe.expected),
    probe.form !== 'question' && `an unrelated image asked as '${probe.form}'`,
  ],
  portability: (probe, edit) => [
    textFault('port_new', probe.prompt),
    textFault('port_new', probe.expected),
    probe.label !== undefined && textFault('port_type', probe.label),
    !samePicture(probe.image, edit.image) && 'a portability question with a picture of its own',
    probe.form !== 'question' && `a portability question asked as '${probe.form}'`,
  ],
}

/** What MMEdit's schema has no words for, as half a sentence; undefined = reading the element back gives this record. */
export function refusedByMmedit({ task, edit, stated, probes }: EditRecord): string | undefined {
  const form = task === 'e-vqa' ? 'question' : 'caption'
  const faults = [
    textFault('src', edit.prompt),
    textFault('alt', edit.expected),
    imageFault('image', edit.image, 'image'),
    stated !== '' && textFault('pred', stated),
    edit.form !== form && `an edit asked as '${edit.form}'`,
    ...probeKinds.flatMap((kind) => {
      const list = probes[kind] ?? []
      const isMore = kind !== 'portability' && list.length > 1
      return [
        isMore && `${list.length} ${kindNames[kind]}; there is a key for one`,
        ...list.flatMap(probe => [probe.label !== undefined && kind !== 'portability' && `a label of ${kindNames[kind]}`, ...faultsOf[kind](probe, edit)]),
      ]
    }),
  ]
  return faults.find(fault => fault !== undefined && fault !== false) || undefined
}

/** As Python's json.dump writes it, which MMEdit's files were made with: a dataset that nobody changed gives the same bytes. */
function json(value: unknown): string {
  if (Array.isArray(value))
    return `[${value.map(json).join(', ')}]`
  if (value !== null && typeof value === 'object')
    return `{${Object.entries(value).filter(([, inner]) => inner !== undefined).map(([key, inner]) => `${JSON.stringify(key)}: ${json(inner)}`).join(', ')}}`
  return JSON.stringify(value)
}

/** One element of the list. Throws a sentence for a record that the schema cannot say. */
export function mmeditElement(record: EditRecord): string {
  const fault = refusedByMmedit(record)
  if (fault !== undefined)
    throw refused(record.id, fault)
  const { edit, stated, probes } = record
  const text = probes.textRephrase?.[0]
  const image = probes.imageRephrase?.[0]
  const local = probes.unrelatedText?.[0]
  const localImage = probes.unrelatedImage?.[0]
  const ports = probes.portability?.map(({ prompt, expected, label }) => ({ 'port_type': label, 'Q&A': { Question: prompt, Answer: expected } }))
  return json({
    src: edit.prompt,
    pred: stated || undefined,
    rephrase: text?.prompt,
    alt: edit.expected,
    image: edit.image?.path,
    image_rephrase: image?.image?.path,
    loc: local?.prompt,
    loc_ans: local?.expected,
    m_loc: localImage?.image?.path,
    m_loc_q: localImage?.prompt,
    m_loc_a: localImage?.expected,
    port_new: ports && ports.length > 0 ? ports : undefined,
  })
}
