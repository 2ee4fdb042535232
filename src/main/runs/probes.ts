// Which questions of a record are asked, under which names, and what the model is handed for each.
import type { ProbeKey } from '../../preload/contract/lab.ts'
import { probeKinds } from '../../preload/contract/records.ts'
import type { EditRecord, ImageRef, Probe } from '../../preload/contract/records.ts'
import { blindProbes } from '../metrics/blindness.ts'
import type { Metric } from '../metrics/metric.ts'
import type { Question } from '../models/model.ts'

/** Where a dataset's picture lies on this machine; throws a sentence when it is missing. */
export type ResolveImage = (image: ImageRef) => string

export interface KeyedProbe {
  readonly key: ProbeKey
  readonly probe: Probe
}

/** The edit first, then every probe in the order the workbench shows them, then the edit without its picture. */
export function allProbes(record: EditRecord): KeyedProbe[] {
  return [
    { key: { kind: 'edit', index: 0 }, probe: record.edit },
    ...probeKinds.flatMap(kind => (record.probes[kind] ?? []).map((probe, index) => ({ key: { kind, index }, probe }))),
    ...blindProbes(record).map((probe, index) => ({ key: { kind: 'blindness' as const, index }, probe })),
  ]
}

/** The edit, and the probes that at least one of the metrics looks at. */
export function scoredProbes(record: EditRecord, metrics: readonly Metric[]): KeyedProbe[] {
  const wanted = new Set<Probe>(metrics.flatMap(metric => metric.probes(record)))
  return allProbes(record).filter(({ key, probe }) => key.kind === 'edit' || wanted.has(probe))
}

/** The probe as a question; its picture becomes an absolute path. */
export function questionOf(probe: Probe, resolveImage: ResolveImage): Question {
  return { prompt: probe.prompt, form: probe.form, ...(probe.image && { image: resolveImage(probe.image) }) }
}
