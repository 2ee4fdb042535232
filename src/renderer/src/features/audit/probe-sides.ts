// What stands beside what on the screen of one probe: the edit on the left, the probe on the right, and what both share once.
import type { AuditItem } from '@contract/audits.ts'
import type { Fix } from '@contract/decisions.ts'
import type { ImageRef, Probe, ProbeKind } from '@contract/records.ts'

export interface ProbeSides {
  readonly edit: Probe
  readonly probe: Probe
  readonly labels: { readonly edit: string, readonly probe: string }
  /** Pictures of both sides, compared; or one picture that belongs to both, or none. */
  readonly pictures: 'two' | 'one' | 'none'
  readonly picture: ImageRef | undefined
  /** The wording is compared word by word. */
  readonly isDiff: boolean
  /** Both sides ask the same. */
  readonly isSamePrompt: boolean
  readonly isSameAnswer: boolean
}

const labels: Readonly<Record<ProbeKind, string>> = {
  textRephrase: 'Rephrased', imageRephrase: 'Rephrased', unrelatedText: 'Unrelated', unrelatedImage: 'Unrelated', portability: 'Portability',
}

/** Undefined: the record no longer has this probe. */
export function sidesOf({ whole, kind, index }: Pick<AuditItem, 'whole' | 'kind' | 'index'>): ProbeSides | undefined {
  const probe = whole.probes[kind]?.[index]
  if (!probe)
    return undefined
  const { edit } = whole
  const isSamePicture = edit.image?.root === probe.image?.root && edit.image?.path === probe.image?.path
  const hasTwo = probe.image !== undefined && edit.image !== undefined && !isSamePicture
  return {
    edit,
    probe,
    labels: { edit: kind === 'textRephrase' || kind === 'imageRephrase' ? 'Original' : 'Edited fact', probe: labels[kind] },
    // A rephrased picture is always looked for: where there is none, that is what must be seen.
    pictures: hasTwo || kind === 'imageRephrase' || kind === 'unrelatedImage' ? 'two' : edit.image ?? probe.image ? 'one' : 'none',
    picture: probe.image ?? edit.image,
    isDiff: kind === 'textRephrase' || (kind === 'imageRephrase' && probe.prompt !== edit.prompt),
    isSamePrompt: probe.prompt === edit.prompt,
    isSameAnswer: probe.expected === edit.expected,
  }
}

/** The picture of a fix, as one of the dataset's. */
export function fixedPicture(fix: Fix | undefined): ImageRef | undefined {
  return fix?.image === undefined ? undefined : { root: 'fix', path: `${fix.image.slice(0, 12)}…`, hash: fix.image }
}

/** Hashes of all pictures that the screen of this probe shows. */
export function picturesOf(item: Pick<AuditItem, 'whole' | 'kind' | 'index' | 'own'>): string[] {
  const sides = sidesOf(item)
  const shown = [sides?.edit.image?.hash, sides?.probe.image?.hash, item.own?.fix?.image]
  return [...new Set(shown.filter(hash => hash !== undefined))]
}
