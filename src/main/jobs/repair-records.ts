// Which records a re-run of fixed probes asks: those of the run that have a fix it was not asked yet, with the fixes in their place.
import { basename } from 'node:path'
import { EditRecord } from '../../preload/contract/records.ts'
import type { Probe, ProbeKind } from '../../preload/contract/records.ts'
import type { Fix } from '../../preload/contract/decisions.ts'
import type { RunId } from '../../preload/contract/identifiers.ts'
import type { Run } from '../../preload/contract/runs.ts'
import { internal } from '../base/errors.ts'
import { groupBy } from '../base/group-by.ts'
import { fixHash } from '../audits/fix-hash.ts'
import type { AuditBook } from '../audits/book.ts'
import { metrics } from '../metrics/index.ts'
import type { Metric } from '../metrics/metric.ts'
import { openDataset } from '../workspace/datasets.ts'
import { writeFileAtomically } from '../workspace/json-file.ts'
import { readJsonl } from '../workspace/jsonl-file.ts'
import type { Study } from '../workspace/open-workspace.ts'
import { ownPictureNames } from '../workspace/pictures.ts'
import { readResults } from '../workspace/run-lines.ts'
import { readScoreColumns } from '../workspace/score-columns.ts'

/** Image root of the study's own pictures; no dataset may call a root so, because the name is not a valid one there. */
export const picturesRoot = ':pictures:'

/** One fix of one probe. */
export interface FixedProbe { readonly item: number, readonly record: string, readonly kind: ProbeKind, readonly index: number, readonly fix: Fix, readonly hash: string }

const keyOf = ({ record, kind, index, hash }: Pick<FixedProbe, 'record' | 'index' | 'hash'> & { readonly kind: string }): string => JSON.stringify([record, kind, index, hash])

/** Every probe whose final state is a fix, in the order of the dataset. */
export function fixedProbes({ probes, settings, finalOf }: AuditBook): FixedProbe[] {
  const fixed: FixedProbe[] = []
  for (let item = 0; item < probes.count; item++) {
    const { fix } = settings.kinds.includes(probes.kindOf(item)) ? finalOf(item) : {}
    if (fix)
      fixed.push({ item, ...probes.refOf(item), fix, hash: fixHash(fix) })
  }
  return fixed
}

/** The run's metrics that an audit can take a probe of this kind from. */
const judging = ({ plan }: Pick<Run, 'plan'>, kind: ProbeKind): Metric[] =>
  metrics.all.filter(({ id, judges }) => judges === kind && (plan.metrics.length === 0 || plan.metrics.includes(id)))

/** What repairs have answered, and what those that are not at an end are going to ask. */
async function askedOf(study: Study, repairs: readonly Run[]): Promise<ReadonlySet<string>> {
  const asked = new Set<string>()
  for (const { id, status } of repairs) {
    for await (const { record, status: ended, probes } of readResults(study, id)) {
      for (const { kind, index, fix } of ended === 'done' ? probes : []) {
        if (fix !== undefined)
          asked.add(keyOf({ record, kind, index, hash: fix }))
      }
    }
    if (!['waiting', 'running', 'paused'].includes(status))
      continue
    for (const { id: record, probes } of await readAsked(study, id) ?? []) {
      for (const [kind, ofKind] of Object.entries(probes)) {
        ofKind.forEach(({ fix }, index) => {
          if (fix !== undefined)
            asked.add(keyOf({ record, kind, index, hash: fix }))
        })
      }
    }
  }
  return asked
}

/** Fixes of the run's finished records that one of its metrics judges and that none of `repairs` (the runs that complete it) asks. */
export async function waitingFixes(study: Study, run: Run, fixed: readonly FixedProbe[], repairs: readonly Run[]): Promise<FixedProbe[]> {
  if (fixed.length === 0)
    return []
  const [{ records }, asked] = await Promise.all([readScoreColumns(study, run.id), askedOf(study, repairs)])
  const done = new Set(records)
  return fixed.filter(probe => done.has(probe.record) && judging(run, probe.kind).length > 0 && !asked.has(keyOf(probe)))
}

export interface Repair { readonly records: readonly EditRecord[], readonly metrics: readonly string[] }

/**
 * The records of `waiting`, each with those kinds alone that have a fix there. Kinds stay whole, so that a probe keeps its index and the
 * record's score is one over all its probes. `fixed`: also what was asked before; the same fixes are in place again.
 */
export async function repairOf(study: Study, run: Run, { book, fixed, waiting }: { readonly book: AuditBook, readonly fixed: readonly FixedProbe[], readonly waiting: readonly FixedProbe[] }): Promise<Repair> {
  const [{ records }, pictures] = await Promise.all([openDataset(study, run.plan.dataset), ownPictureNames(study.layout.pictures)])
  const kinds = groupBy(waiting, ({ record }) => record)
  const fixes = groupBy(fixed, ({ record }) => record)
  const rows = book.probes.records.flatMap((record, row) => kinds.has(record) ? [row] : [])
  await records.refresh()
  const whole = await records.read(rows)
  const repaired = whole.map((record, i): EditRecord => {
    if (record.id !== book.probes.records[rows[i]!])
      throw internal(`line ${rows[i]} of '${run.plan.dataset}' is not the record that its audit has there.`)
    const asked = new Set(kinds.get(record.id)!.map(({ kind }) => kind))
    const ofRecord = fixes.get(record.id) ?? []
    return {
      ...record,
      probes: Object.fromEntries(Object.entries(record.probes).filter(([kind]) => asked.has(kind as ProbeKind)).map(([kind, probes]) =>
        [kind, probes.map((probe, index) => {
          const own = ofRecord.find(one => one.kind === kind && one.index === index)
          return own ? fixedProbe(probe, own, pictures) : probe
        })])),
    }
  })
  const judged = new Set(waiting.flatMap(({ kind }) => judging(run, kind)))
  return { records: repaired, metrics: metrics.all.filter(metric => judged.has(metric)).map(({ id }) => id) }
}

/** A picture that is gone fails its record with the sentence of the engine, not the whole run. */
function fixedProbe(probe: Probe, { fix: { prompt, image }, hash }: FixedProbe, pictures: ReadonlyMap<string, string>): Probe {
  return {
    ...probe,
    ...(prompt === undefined ? {} : { prompt }),
    ...(image === undefined ? {} : { image: { root: picturesRoot, path: basename(pictures.get(image) ?? `${image}.png`), hash: image } }),
    fix: hash,
  }
}

/** Keeps what the run asks: fixes may change while it waits or is paused. */
export async function writeAsked(study: Study, id: RunId, records: readonly EditRecord[]): Promise<void> {
  await writeFileAtomically(study.layout.run(id).asked, records.map(record => `${JSON.stringify(record)}\n`).join(''))
}

/** What the run asks; undefined: its program ended before that was written. */
export async function readAsked(study: Study, id: RunId): Promise<EditRecord[] | undefined> {
  const records: EditRecord[] = []
  for await (const record of readJsonl(study.layout.run(id).asked, EditRecord))
    records.push(record)
  return records.length > 0 ? records : undefined
}
