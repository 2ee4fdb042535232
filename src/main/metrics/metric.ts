// A metric sees two answers to a probe, never which method made them.
import type { EditRecord, Probe, ProbeKind } from '../../preload/contract/records.ts'
import type { Answer } from '../models/model.ts'

export interface Variant {
  readonly id: string
  readonly label: string
  readonly summary: string
  readonly higherIsBetter: boolean
  /** Shares lie in 0…1; nats are open above. Decides how intervals and axes are drawn. */
  readonly unit: 'share' | 'nats'
}

export interface Metric {
  readonly id: string
  readonly label: string
  /** The paper's abbreviation, for tables. */
  readonly symbol: string
  readonly summary: string
  /** Every number that `score` gives. All metrics have `strict` (teacher forcing), `free` (free decoding), `easyedit`; the first is primary. */
  readonly variants: readonly Variant[]
  readonly probes: (record: EditRecord) => readonly Probe[]
  /** The kind of probe that an audit can take from it; left out: it asks the edit itself, which stays. */
  readonly judges?: ProbeKind
  /** Variant id → value for one probe. A variant that is undefined for the probe (no expected tokens) is left out. */
  readonly score: (probe: Probe, before: Answer, after: Answer) => Readonly<Record<string, number>>
}

export function defineMetric(metric: Metric): Metric {
  return metric
}
