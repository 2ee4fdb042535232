// How far annotators differ about one probe.
import type { Decision } from '../../preload/contract/decisions.ts'
import type { AuditBook } from './book.ts'

/** Is this line about the probe as the dataset has it now? */
export function isCurrent({ probes }: Pick<AuditBook, 'probes'>, item: number, { content }: Decision): boolean {
  return content === probes.contentOf(item)
}

const isAlike = (a: Decision, b: Decision): boolean => a.decision === b.decision && (a.decision !== 'fix' || (a.fix?.prompt === b.fix?.prompt && a.fix?.image === b.fix?.image))

/** Do any two of these lines say something else, or fix in another way? */
export function doDiffer(lines: readonly Decision[]): boolean {
  const [first, ...others] = lines
  return first !== undefined && others.some(line => !isAlike(first, line))
}

/** Share of the pairs of annotators that differ; 0 where all agree, −1 where fewer than two decided. A settled probe differs still. */
export function disagreementOf(book: Pick<AuditBook, 'probes' | 'said'>, item: number): number {
  const lines = book.said(item, 'annotator')
  if (lines.length < 2)
    return -1
  const votes = lines.filter(line => line.decision !== 'none' && isCurrent(book, item, line))
  if (votes.length < 2)
    return -1
  let differing = 0
  votes.forEach((a, i) => votes.slice(i + 1).forEach((b) => {
    if (!isAlike(a, b))
      differing++
  }))
  return differing / (votes.length * (votes.length - 1) / 2)
}
