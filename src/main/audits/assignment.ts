// Who judges which probe: drawn by the seed, the same on every machine.
import type { AuditSettings } from '../../preload/contract/decisions.ts'
import { createRandom } from '../base/random.ts'

export interface Assignment {
  readonly isAudited: (item: number) => boolean
  readonly isAssigned: (item: number, annotator: string) => boolean
}

/**
 * `blocks` groups of `each` different numbers below `count`, in which every number occurs equally often up to one, after any number of
 * groups, and every two numbers meet about equally often. All numbers are dealt out round by round, so loads cannot drift apart; the next of
 * a group is, of those left in the round, the one who met the group's members least (by lot among equals). Two or three annotators meet
 * equally often up to one; more of them within a few probes, however many there are.
 */
export function dealGroups(blocks: number, count: number, each: number, seed: number): Uint8Array {
  const random = createRandom(seed).fork('assignment')
  const met = new Uint32Array(count * count)
  const groups = new Uint8Array(blocks * each)
  let left: number[] = []
  for (let block = 0; block < blocks; block++) {
    const from = block * each
    for (let place = from; place < from + each; place++) {
      const inGroup = groups.subarray(from, place)
      if (left.length === 0)
        left = random.shuffle(Array.from({ length: count }, (_, i) => i))
      let [chosen, fewest] = [-1, Infinity]
      left.forEach((candidate, at) => {
        if (inGroup.includes(candidate))
          return
        let meetings = 0
        for (const other of inGroup)
          meetings += met[candidate * count + other]!
        if (meetings < fewest)
          [chosen, fewest] = [at, meetings]
      })
      const [number] = left.splice(chosen, 1)
      for (const other of inGroup) {
        met[number! * count + other]!++
        met[other * count + number!]!++
      }
      groups[place] = number!
    }
  }
  return groups
}

/** `items`: probes of the audit's kinds, in order. A sample is the first of a shuffle; its probes are dealt to groups of `each` annotators. */
export function assign(items: readonly number[], assignment: AuditSettings['assignment']): Assignment {
  if (!assignment) {
    const all = new Set(items)
    return { isAudited: item => all.has(item), isAssigned: item => all.has(item) }
  }
  const { seed, sample = items.length } = assignment
  // A name that is there twice is one person.
  const annotators = [...new Set(assignment.annotators)]
  const each = Math.min(assignment.each, annotators.length)
  const drawn = createRandom(seed).shuffle(items).slice(0, sample)
  const places = new Map(drawn.map((item, place) => [item, place]))
  const groups = dealGroups(drawn.length, annotators.length, each, seed)
  const numbers = new Map(annotators.map((annotator, number) => [annotator, number]))
  return {
    isAudited: item => places.has(item),
    isAssigned(item, annotator) {
      const [place, number] = [places.get(item), numbers.get(annotator)]
      return place !== undefined && number !== undefined && groups.subarray(place * each, (place + 1) * each).includes(number)
    },
  }
}
