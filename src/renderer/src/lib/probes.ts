// What an edit is asked, in the order the workbench shows it, and what a good edit does to each part.
import type { ProbeKey } from '@contract/lab.ts'
import type { EditRecord, ImageRef, Probe } from '@contract/records.ts'

export type PartKind = ProbeKey['kind']

export interface PartInfo {
  readonly label: string
  /** `target`: the edited model should give the expected answer; `unchanged`: what it said before; `silent`: anything but the target. */
  readonly goal: 'target' | 'unchanged' | 'silent'
  readonly help: string
  readonly metric: string
}

export const parts: Readonly<Record<PartKind, PartInfo>> = {
  edit: { label: 'Edit', goal: 'target', help: 'The fact that the edit teaches.', metric: 'reliability' },
  textRephrase: { label: 'Text rephrase', goal: 'target', help: 'The same question in other words.', metric: 'text-generality' },
  imageRephrase: { label: 'Image rephrase', goal: 'target', help: 'The same thing in another picture.', metric: 'image-generality' },
  unrelatedText: { label: 'Unrelated text', goal: 'unchanged', help: 'A question without a picture that the edit must leave alone.', metric: 'text-locality' },
  unrelatedImage: { label: 'Unrelated image', goal: 'unchanged', help: 'Another picture and question that the edit must leave alone.', metric: 'image-locality' },
  portability: { label: 'Portability', goal: 'target', help: 'A question whose answer follows from the edited fact.', metric: 'portability' },
  blindness: { label: 'Without picture', goal: 'silent', help: 'The edited question with another picture, a blank one or noise: a fact about a picture should not come out.', metric: 'blindness' },
}

export const partKinds = Object.keys(parts) as readonly PartKind[]

/** What stands before the expected answer. */
export const goalWords: Readonly<Record<PartInfo['goal'], string>> = { target: 'should become', unchanged: 'should stay; reference', silent: 'should not become' }

/** Root of the pictures that the workbench draws itself: blank and noise. */
export const generatedRoot = ':generated:'

export interface Part {
  readonly kind: PartKind
  readonly index: number
  readonly probe: Probe
}

/** The edit and all probes that a record brings, flat and in order. */
export function partsOf(record: EditRecord): Part[] {
  return partKinds.flatMap((kind) => {
    // The blindness probes are made from the edit when it is asked; a record does not hold them.
    const probes = kind === 'edit' ? [record.edit] : kind === 'blindness' ? [] : record.probes[kind] ?? []
    return probes.map((probe, index) => ({ kind, index, probe }))
  })
}

/** Everything that is asked before and after an edit: the record's parts, then the edited question with other pictures, as the backend numbers them. */
export function askedPartsOf(record: EditRecord): Part[] {
  const { edit, probes } = record
  if (!edit.image || edit.expected.trim() === '')
    return partsOf(record)
  const swapped = probes.unrelatedImage?.find(probe => probe.image)?.image
  const pictures: readonly (readonly [string, ImageRef])[] = [
    ...(swapped ? [['swapped', swapped] as const] : []),
    ['blank', { root: generatedRoot, path: 'blank.png' }],
    ['noise', { root: generatedRoot, path: 'noise.png' }],
  ]
  return [...partsOf(record), ...pictures.map(([label, image], index) => ({ kind: 'blindness' as const, index, probe: { ...edit, label, image } }))]
}

export function partInfo(kind: string): PartInfo {
  return parts[kind as PartKind] ?? { label: kind, goal: 'target', help: '', metric: '' }
}

/** Name of a part inside its record, unique: `portability-1`. */
export function partId(kind: string, index: number): string {
  return `${kind}-${index}`
}
