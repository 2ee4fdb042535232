// Everybody's decisions that hold, by probe: one walk over the audit, of which agreement and progress are counted.
import { choices } from '../../preload/contract/decisions.ts'
import type { AuditBook } from './book.ts'

export interface Judged {
  /** By item: number of the choice (keep 0, reject 1, fix 2, unsure 3); −1: nothing that holds. */
  readonly choices: Int8Array
  decided: number
  flagged: number
  adjudicated: number
}

export interface Judgements {
  /** By name; everybody who ever said anything in either role. */
  readonly people: ReadonlyMap<string, Judged>
  /** Decisions about a probe that the dataset has otherwise now, or no longer. */
  readonly stale: number
  /** Decisions about probes that the audit is not about now. */
  readonly outside: number
}

/** Annotators' decisions about audited probes as the dataset has them now; adjudications are only counted. */
export function judgementsOf({ probes, replay, isAudited, said }: Pick<AuditBook, 'probes' | 'replay' | 'isAudited' | 'said'>): Judgements {
  const names = [...new Set([...replay.people('annotator'), ...replay.people('adjudicator')])].sort()
  const people = new Map(names.map((name): [string, Judged] => [name, { choices: new Int8Array(probes.count).fill(-1), decided: 0, flagged: 0, adjudicated: 0 }]))
  let [stale, outside, seen] = [0, 0, 0]
  for (let item = 0; item < probes.count; item++) {
    const [isInside, content] = [isAudited(item), probes.contentOf(item)]
    for (const line of said(item, 'annotator')) {
      seen++
      const isVote = line.decision !== 'none'
      if (line.content !== content) {
        stale += isVote ? 1 : 0
        continue
      }
      if (!isInside) {
        outside += isVote ? 1 : 0
        continue
      }
      const judged = people.get(line.annotator)!
      judged.flagged += line.flag === true ? 1 : 0
      if (line.decision !== 'none') {
        judged.choices[item] = choices.indexOf(line.decision)
        judged.decided++
      }
    }
    if (!isInside)
      continue
    for (const line of said(item, 'adjudicator'))
      people.get(line.annotator)!.adjudicated += line.decision !== 'none' && line.content === content ? 1 : 0
  }
  return { people, stale: stale + goneOf({ replay, probes }, seen), outside }
}

/** Decisions of annotators about probes that the dataset has no longer. `seen`: lines about those it has. */
function goneOf({ replay, probes }: Pick<AuditBook, 'replay' | 'probes'>, seen: number): number {
  const voices = replay.people('annotator').map(annotator => replay.voice(annotator, 'annotator'))
  if (voices.reduce((sum, { size }) => sum + size, 0) === seen)
    return 0
  let gone = 0
  for (const voice of voices) {
    for (const line of voice.values())
      gone += line.decision !== 'none' && probes.itemOf(line) === undefined ? 1 : 0
  }
  return gone
}
