// Slices that tell what others decided, which an annotator of a blind audit may not go through.
import type { Slice } from '../../preload/contract/slices.ts'

/** Throws a sentence if what the slice holds depends on decisions: by the facet of the audit, or by SQL over their table. */
export function checkBlindSlice({ name, filter, sql }: Pick<Slice, 'name' | 'filter' | 'sql'>): void {
  if (filter.facets['audit'] !== undefined || /\bdecisions\b/i.test(sql ?? ''))
    throw new Error(`Slice '${name}' depends on what was decided, and this audit is blind. Choose another slice, ask as adjudicator, or turn 'blind' off in the audit's settings.`)
}
