// A confusion table: how dark its cells are, and which probes stand behind one.
import type { Confusion } from '@contract/agreement.ts'
import type { QueueRequest } from '@contract/audits.ts'
import { choices } from '@contract/decisions.ts'
import type { Choice } from '@contract/decisions.ts'
import { formatCount, formatInteger, formatShare } from '../../lib/format.ts'

/** How strong a cell is coloured, 0…1: by the root of its share of the largest, so that few are seen beside many; nothing is not coloured. */
export function shadeOf(count: number, largest: number): number {
  return count <= 0 || largest <= 0 ? 0 : Math.sqrt(Math.min(1, count / largest))
}

/** The largest count of a cell, and the sum of all. */
export const largestOf = ({ counts }: Pick<Confusion, 'counts'>): number => Math.max(0, ...counts.flat())
export const totalOf = ({ counts }: Pick<Confusion, 'counts'>): number => counts.flat().reduce((sum, count) => sum + count, 0)

/** Decisions that a label of the table stands for; for fair and unfair those that the contract counts as such. */
export function decisionsOf(label: string): Choice[] {
  const plain = label.toLowerCase()
  if (plain === 'fair')
    return ['keep']
  if (plain === 'unfair' || plain === 'not fair')
    return ['reject', 'fix']
  return choices.filter(choice => choice === plain)
}

/** What a queue is asked for to show the probes of a cell. */
export function probesOfCell({ kind, annotators, labels }: Confusion, row: number, column: number): Pick<QueueRequest, 'kinds' | 'said'> {
  return {
    kinds: kind === undefined ? [] : [kind],
    said: [row, column].map((at, i) => ({ annotator: annotators[i] ?? '', decisions: decisionsOf(labels[at] ?? '') })),
  }
}

/** What the table comes to, in sentences: how often both say the same, and what they differ in most. */
export function summaryOf(confusion: Pick<Confusion, 'annotators' | 'labels' | 'counts'>): string[] {
  const { annotators: [a = '', b = ''], labels, counts } = confusion
  const total = totalOf(confusion)
  if (total === 0)
    return [`${a} and ${b} have not judged the same probes yet.`]
  const same = labels.reduce((sum, _, i) => sum + (counts[i]?.[i] ?? 0), 0)
  const different = counts.flatMap((row, i) => row.map((count, j) => ({ i, j, count }))).filter(({ i, j, count }) => i !== j && count > 0).sort((x, y) => y.count - x.count)
  const [most] = different
  return [
    `${a} and ${b} say the same about ${formatInteger(same)} of ${formatCount(total, 'probe')} (${formatShare(same / total)} %).`,
    ...(most ? [`Most often ${a} says ${labels[most.i]} where ${b} says ${labels[most.j]}: ${formatCount(most.count, 'probe')}.`] : []),
  ]
}
