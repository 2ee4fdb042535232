// How far each annotator is, and how fast.
import type { AnnotatorProgress } from '../../preload/contract/agreement.ts'
import type { Decision } from '../../preload/contract/decisions.ts'
import { quantile } from '../statistics/bootstrap.ts'
import type { AuditBook } from './book.ts'
import { judgementsOf } from './judgements.ts'
import type { Judgements } from './judgements.ts'

/** A longer time between two strokes is a pause. */
export const pauseMs = 5 * 60 * 1000

/** Decisions made one by one: neither batches nor what takes something back, nor notes and flags alone. */
const isSingle = ({ decision, batch, undoes }: Decision): boolean => decision !== 'none' && batch === undefined && undoes === undefined

export interface Pace { readonly medianSeconds: number | null, readonly perHour: number | null }

/**
 * Speed of one person from all lines in the order of time. A decision took the time since the line before it, or as long as the probe was
 * looked at where that was longer (several were sent together); after a pause, and for the first one, the time that it was looked at.
 * `perHour` is decisions through the sum of these times; those without a known time are in neither.
 */
export function paceOf(lines: readonly Decision[]): Pace {
  const looked: number[] = []
  const timeOf = createClock()
  let [workedMs, decided, last] = [0, 0, -Infinity]
  for (const line of lines) {
    const at = timeOf(line.at)
    const { seconds } = line
    if (isSingle(line)) {
      if (seconds !== undefined)
        looked.push(seconds)
      const gapMs = at - last
      const lookedMs = seconds === undefined ? Infinity : seconds * 1000
      const tookMs = gapMs > pauseMs ? lookedMs : lookedMs <= pauseMs ? Math.max(gapMs, lookedMs) : gapMs
      if (tookMs <= pauseMs) {
        workedMs += tookMs
        decided++
      }
    }
    last = at
  }
  return { medianSeconds: looked.length === 0 ? null : quantile(Float64Array.from(looked).sort(), 0.5), perHour: workedMs > 0 ? decided / workedMs * 3_600_000 : null }
}

/** Date.parse for times as lines have them, ten times as fast: lines of one day share its part. */
function createClock(): (at: string) => number {
  let [day, dayMs] = ['', 0]
  return (at) => {
    if (at.length !== 24 || at[10] !== 'T' || at[23] !== 'Z')
      return Date.parse(at)
    if (!at.startsWith(day) || day === '') {
      day = at.slice(0, 10)
      dayMs = Date.parse(day)
    }
    const two = (from: number): number => 10 * at.charCodeAt(from) + at.charCodeAt(from + 1) - 528
    return dayMs + 3_600_000 * two(11) + 60_000 * two(14) + 1000 * two(17) + 100 * (at.charCodeAt(20) - 48) + two(21)
  }
}

/**
 * Everybody who is to judge or said something, by name. Decisions count while they hold and are about what the dataset has; pace is that of
 * the annotator's own judging, not of adjudicating.
 */
export function progressOf(book: AuditBook, { people }: Judgements = judgementsOf(book)): AnnotatorProgress[] {
  const { replay, settings } = book
  const annotators = [...new Set([...settings.assignment?.annotators ?? [], ...replay.people('annotator')])]
  const assigned = assignedOf(book, annotators)
  return [...new Set([...annotators, ...people.keys()])].sort().map((annotator) => {
    const judged = people.get(annotator)
    const counts = [0, 0, 0, 0]
    for (const choice of judged?.choices ?? []) {
      if (choice >= 0)
        counts[choice]!++
    }
    const own = replay.lines(annotator, 'annotator')
    const times = [own, replay.lines(annotator, 'adjudicator')].flatMap(lines => lines.length === 0 ? [] : [lines[0]!.at, lines.at(-1)!.at]).sort()
    return {
      annotator, assigned: assigned.get(annotator) ?? 0, decided: judged?.decided ?? 0,
      keep: counts[0]!, reject: counts[1]!, fix: counts[2]!, unsure: counts[3]!, flagged: judged?.flagged ?? 0, adjudicated: judged?.adjudicated ?? 0,
      ...paceOf(own),
      ...(times.length > 0 ? { firstAt: times[0]!, lastAt: times.at(-1)! } : {}),
    }
  })
}

/** Probes of each annotator: without an assignment everybody's are all. */
function assignedOf({ probes, isAudited, isAssigned }: AuditBook, annotators: readonly string[]): Map<string, number> {
  const assigned = annotators.map(() => 0)
  for (let item = 0; item < probes.count; item++) {
    if (!isAudited(item))
      continue
    annotators.forEach((name, i) => assigned[i]! += isAssigned(item, name) ? 1 : 0)
  }
  return new Map(annotators.map((name, i) => [name, assigned[i]!]))
}
