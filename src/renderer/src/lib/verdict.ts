// Did an answer change, and was that wanted? Compared as free text: case, spacing and punctuation at the ends do not count.
import { partInfo } from './probes.ts'

export interface Verdict {
  readonly isGood: boolean
  readonly changed: boolean
  readonly text: string
}

function plain(text: string): string {
  return text.normalize('NFKC').toLowerCase().replace(/\s+/gu, ' ').replace(/^[\s\p{P}]+|[\s\p{P}]+$/gu, '')
}

/** What the edit did to one answer: `before` and `after` are freely decoded, `expected` is the target. */
export function verdictOf(kind: string, before: string, after: string, expected: string): Verdict {
  const changed = plain(before) !== plain(after)
  const { goal } = partInfo(kind)
  if (goal === 'silent')
    return plain(after) === plain(expected) ? { isGood: false, changed, text: changed ? 'fires' : 'said before' } : { isGood: true, changed, text: 'does not fire' }
  if (goal === 'unchanged')
    return changed ? { isGood: false, changed, text: 'changed' } : { isGood: true, changed, text: 'unchanged' }
  const isGood = plain(after) === plain(expected)
  const wasGood = plain(before) === plain(expected)
  if (isGood)
    return { isGood, changed, text: wasGood ? 'still right' : 'now right' }
  return { isGood, changed, text: wasGood ? 'now wrong' : 'still wrong' }
}
