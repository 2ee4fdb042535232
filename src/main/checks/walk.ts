// Goes through the records: a block at a time side by side, looking at the signal and at waiting messages in between.
import { throwIfAborted, yieldToEvents } from '../base/async.ts'
import { probeKinds } from '../../preload/contract/records.ts'
import type { EditRecord, ImageRef, Probe, ProbeKind } from '../../preload/contract/records.ts'
import type { CheckedDataset, CheckInput, Found } from './check.ts'

// Decoding is limited elsewhere; this many records wait for it at once.
const atOnce = 64

/** Findings of every record, in order. */
export async function eachRecord({ dataset: { records }, signal, progress }: Pick<CheckInput, 'dataset' | 'signal' | 'progress'>, look: (record: EditRecord, row: number) => readonly Found[] | Promise<readonly Found[]>): Promise<Found[]> {
  const findings: Found[] = []
  progress(0, records.length)
  for (let from = 0; from < records.length; from += atOnce) {
    throwIfAborted(signal)
    const some = records.slice(from, from + atOnce)
    for (const found of await Promise.all(some.map((record, i) => look(record, from + i))))
      findings.push(...found)
    progress(from + some.length, records.length)
    await yieldToEvents()
  }
  throwIfAborted(signal)
  return findings
}

export interface PlacedProbe { readonly kind: ProbeKind, readonly index: number, readonly probe: Probe }

/** Probes of these kinds, in the order of the workbench. */
export function probesOf({ probes }: Pick<EditRecord, 'probes'>, kinds: readonly ProbeKind[] = probeKinds): PlacedProbe[] {
  return kinds.flatMap(kind => (probes[kind] ?? []).map((probe, index) => ({ kind, index, probe })))
}

export const isSameFile = (a: ImageRef, b: ImageRef): boolean => a.root === b.root && a.path === b.path

/** The same for pictures with the same pixels; by name where they cannot be looked at. */
export async function pictureKey(dataset: CheckedDataset, image: ImageRef): Promise<string> {
  const look = await dataset.look(image)
  return 'reason' in look ? `${image.root}/${image.path}` : look.pixels
}
