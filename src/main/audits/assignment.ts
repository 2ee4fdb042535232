// Who judges which probe: drawn by the seed, the same on every machine.
import type { AuditSettings } from '../../preload/contract/decisions.ts'
import { createRandom } from '../base/random.ts'

export interface Assignment {
  readonly isAudited: (item: number) => boolean
  readonly isAssigned: (item: number, annotator: string) => boolean
}

/**
 * `items`: probes of the audit's kinds, in order. A sample is the first of a shuffle; probe number p of it goes to `each` annotators in a
 * row of the list, beginning at p · each, so that everybody gets equally many up to one.
 */
export function assign(items: readonly number[], assignment: AuditSettings['assignment']): Assignment {
  if (!assignment) {
    const all = new Set(items)
    return { isAudited: item => all.has(item), isAssigned: item => all.has(item) }
  }
  const { annotators, seed, sample = items.length } = assignment
  const each = Math.min(assignment.each, annotators.length)
  const drawn = createRandom(seed).shuffle([...items]).slice(0, sample)
  const places = new Map(drawn.map((item, place) => [item, place]))
  return {
    isAudited: item => places.has(item),
    isAssigned(item, annotator) {
      const place = places.get(item)
      const at = annotators.indexOf(annotator)
      if (place === undefined || at < 0)
        return false
      const distance = (at - place * each % annotators.length + annotators.length) % annotators.length
      return distance < each
    },
  }
}
