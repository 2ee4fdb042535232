// A record as a policy of the audit leaves it: probes that leave are left out, fixed ones say what their fix says.
import type { Counts } from '../../preload/contract/comparison.ts'
import type { Final, Fix, ProbeRef } from '../../preload/contract/decisions.ts'
import { probeKinds } from '../../preload/contract/records.ts'
import type { EditRecord, Probe, ProbeKind } from '../../preload/contract/records.ts'
import type { AuditBook } from './book.ts'
import { standingOf } from './standing.ts'

/** One probe that is not as it was. */
export interface Change extends ProbeRef {
  readonly item: number
  readonly final: Final
  readonly before: Probe
  /** Left out: the probe is gone. */
  readonly after?: Probe
  /** Why a probe leaves although it was to be fixed: half a sentence. */
  readonly obstacle?: string
}

export interface Cleaned {
  readonly record: EditRecord
  readonly changes: readonly Change[]
}

export interface CleanOptions {
  readonly book: Pick<AuditBook, 'settings' | 'probes' | 'finalOf'>
  readonly counts: Counts
  /** Path of a fix's picture under the root of the probe's own; undefined: the picture is not there. */
  readonly pathOf: (image: NonNullable<Fix['image']>) => string | undefined
  /** What the file that is written has no words for, as half a sentence. */
  readonly refuses: (record: EditRecord) => string | undefined
}

/** The roots that pictures without one of their own go to: an unrelated text that is given a picture stays without. */
function fixed(probe: Probe, fix: Fix, pathOf: CleanOptions['pathOf']): Probe | string {
  const path = fix.image && pathOf(fix.image)
  if (fix.image && path === undefined)
    return `the picture of its fix (SHA-256 ${fix.image.slice(0, 12)}…) is not in the study`
  if (path !== undefined && !probe.image)
    return 'its fix has a picture, and the probe has none'
  const root = probe.image?.root
  return { ...probe, prompt: fix.prompt ?? probe.prompt, ...(path !== undefined && root !== undefined ? { image: { root, path } } : {}) }
}

const withList = (record: EditRecord, kind: ProbeKind, list: readonly Probe[]): EditRecord => {
  const { [kind]: _, ...others } = record.probes
  const probes: EditRecord['probes'] = list.length > 0 ? { ...others, [kind]: [...list] } : others
  // In the order that a reader gives them.
  return { ...record, probes: Object.fromEntries(probeKinds.flatMap(one => probes[one] ? [[one, probes[one]]] : [])) }
}

/** The record's probes under the policy, in their order. A fix that the file cannot say makes its probe leave, with the reason. */
export function cleanRecord(record: EditRecord, { book, counts, pathOf, refuses }: CleanOptions): Cleaned {
  const changes: Change[] = []
  let cleaned = record
  for (const kind of probeKinds) {
    const before = record.probes[kind] ?? []
    const after: Probe[] = []
    before.forEach((probe, index) => {
      const ref = { record: record.id, kind, index }
      const item = book.probes.itemOf(ref)
      const standing = item === undefined ? 'stays' : standingOf(book, item, counts)
      if (item === undefined || standing === 'stays') {
        after.push(probe)
        return
      }
      const final = book.finalOf(item)
      const change = { ...ref, item, final, before: probe }
      if (standing === 'leaves' || !final.fix) {
        changes.push(change)
        return
      }
      const to = fixed(probe, final.fix, pathOf)
      const fault = typeof to === 'string' ? to : obstacleOf(withList(cleaned, kind, [to]), refuses)
      if (typeof to === 'string' || fault !== undefined) {
        changes.push({ ...change, ...(fault === undefined ? {} : { obstacle: fault }) })
        return
      }
      changes.push({ ...change, after: to })
      after.push(to)
    })
    if (before.length > 0)
      cleaned = withList(cleaned, kind, after)
  }
  return { record: cleaned, changes }
}

function obstacleOf(record: EditRecord, refuses: CleanOptions['refuses']): string | undefined {
  const fault = refuses(record)
  return fault === undefined ? undefined : `its fix asks for ${fault}, which the file cannot say`
}
