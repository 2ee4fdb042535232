// What the automatic checks say of every probe: a finding without a kind is about all probes of its record.
import type { Finding } from '../../preload/contract/findings.ts'
import type { ProbeList } from './probe-list.ts'

export type FindingsByRecord = ReadonlyMap<string, readonly Finding[]>

/** How grave a check's findings are: 0 is the gravest. */
export type Gravity = (check: string) => number

/** Of every item: the gravest finding (`none` without one) and how many there are. */
export interface WeighedFindings {
  readonly gravest: Uint8Array
  readonly counts: Uint16Array
}

export const none = 255

const isAbout = ({ kind, index }: Finding, probes: ProbeList, item: number): boolean =>
  kind === undefined || (kind === probes.kindOf(item) && (index === undefined || index === probes.refOf(item).index))

export function findingsOf(probes: ProbeList, byRecord: FindingsByRecord, item: number): Finding[] {
  return (byRecord.get(probes.recordOf(item)) ?? []).filter(finding => isAbout(finding, probes, item))
}

function forEachItem(probes: ProbeList, byRecord: FindingsByRecord, look: (item: number, finding: Finding) => void): void {
  for (const [record, findings] of byRecord) {
    const { from, to } = probes.itemsOf(record)
    for (const finding of findings) {
      for (let item = from; item < to; item++) {
        if (isAbout(finding, probes, item))
          look(item, finding)
      }
    }
  }
}

/** 1 for every item that one of these checks found. */
export function foundBy(probes: ProbeList, byRecord: FindingsByRecord, checks: readonly string[]): Uint8Array {
  const found = new Uint8Array(probes.count)
  forEachItem(probes, byRecord, (item, { check }) => {
    if (checks.includes(check))
      found[item] = 1
  })
  return found
}

const weighed = new WeakMap<FindingsByRecord, { readonly probes: ProbeList, readonly weighed: WeighedFindings }>()

/** Kept for the same findings of the same probes. */
export function weigh(probes: ProbeList, byRecord: FindingsByRecord, gravityOf: Gravity): WeighedFindings {
  const known = weighed.get(byRecord)
  if (known?.probes === probes)
    return known.weighed
  const gravest = new Uint8Array(probes.count).fill(none)
  const counts = new Uint16Array(probes.count)
  forEachItem(probes, byRecord, (item, { check }) => {
    gravest[item] = Math.min(gravest[item]!, gravityOf(check))
    counts[item]!++
  })
  const made = { probes, weighed: { gravest, counts } }
  weighed.set(byRecord, made)
  return made.weighed
}
