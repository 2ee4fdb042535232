// What a dataset's checks have found, read back: which of it is about the dataset as it is now, by record and in order.
import type { Finding, MadeCheck } from '../../preload/contract/findings.ts'
import type { DatasetId } from '../../preload/contract/identifiers.ts'
import { checks } from '../checks/index.ts'
import { readFindings, writeFindings } from '../workspace/findings.ts'
import type { CheckRecord, KeptFindings } from '../workspace/findings.ts'
import type { Study } from '../workspace/open-workspace.ts'
import { dataHashOf } from './run-data.ts'

export interface FindingsNow {
  /** In the order of the registry; of checks that are gone, nothing. */
  readonly made: readonly MadeCheck[]
  /** Check by check, each in the order of the records; also what is outdated. */
  readonly all: readonly Finding[]
  /** Only what is about the dataset as it is now. */
  readonly byRecord: ReadonlyMap<string, readonly Finding[]>
  /** A sentence where the file is damaged. */
  readonly notes: readonly string[]
}

export interface CheckFindings {
  /** The same object as long as everything that it depends on is the same. */
  readonly now: (dataset: DatasetId) => Promise<FindingsNow>
  /** Puts one check's result in place of its last one; those of other checks stay. */
  readonly keep: (dataset: DatasetId, record: CheckRecord) => Promise<void>
}

interface Known { readonly kept: KeptFindings, readonly state: string, readonly now: FindingsNow }

export function openCheckFindings(study: Study): CheckFindings {
  const known = new Map<DatasetId, Known>()
  /** Read or written last; megabytes where much was found, so not read again to no purpose. */
  const files = new Map<DatasetId, KeptFindings>()
  const read = async (dataset: DatasetId): Promise<KeptFindings> => {
    const kept = await readFindings(study, dataset, files.get(dataset))
    files.set(dataset, kept)
    return kept
  }

  /** Hash of the dataset's records; 'missing' where it is gone. */
  const hashOf = (dataset: string): Promise<string> => dataHashOf(study, dataset as DatasetId).catch(() => 'missing')

  return {
    async now(dataset) {
      const before = known.get(dataset)
      const kept = await read(dataset)
      const compared = [...new Set([dataset, ...kept.checks.flatMap(({ against }) => Object.keys(against))])]
      const hashes = new Map(await Promise.all(compared.map(async id => [id, await hashOf(id)] as const)))
      const state = [...hashes.values()].join(' ')
      if (before?.kept === kept && before.state === state)
        return before.now
      const now = assemble(kept, dataset, hashes)
      known.set(dataset, { kept, state, now })
      return now
    },
    async keep(dataset, record) {
      const { checks: others } = await read(dataset)
      files.set(dataset, await writeFindings(study, dataset, [...others.filter(({ check }) => check !== record.check), record]))
    },
  }
}

function assemble({ checks: records, damage }: KeptFindings, dataset: DatasetId, hashes: ReadonlyMap<string, string>): FindingsNow {
  const own = checks.all.flatMap(check => records.filter(record => record.check === check.id).slice(-1))
  const made = own.map((record): MadeCheck => {
    const doubts = doubtsOf(record, dataset, hashes)
    return {
      check: record.check,
      at: record.at,
      count: record.findings.length,
      seconds: record.seconds,
      ...(record.model ? { model: record.model.id } : {}),
      isCurrent: doubts.length === 0,
      notes: [...doubts, ...record.notes],
    }
  })
  const all = own.flatMap(({ check, findings }) => findings.map(finding => ({ check, ...finding })))
  const byRecord = new Map<string, Finding[]>()
  for (const { check, data, findings } of own) {
    // What was found in other records may now be said of the wrong one.
    if (data !== hashes.get(dataset))
      continue
    for (const finding of findings) {
      const list = byRecord.get(finding.record)
      if (list)
        list.push({ check, ...finding })
      else
        byRecord.set(finding.record, [{ check, ...finding }])
    }
  }
  return { made, all, byRecord, notes: damage === undefined ? [] : [damage] }
}

/** Why what was found may not hold any more, in sentences. */
function doubtsOf({ check, version, data, against }: CheckRecord, dataset: DatasetId, hashes: ReadonlyMap<string, string>): string[] {
  const changed = Object.keys(against).filter(id => hashes.get(id) !== against[id])
  return [
    ...(data === hashes.get(dataset) ? [] : ['The dataset has changed since; run the check again.']),
    ...(changed.length === 0 ? [] : [`${changed.map(id => `'${id}'`).join(' and ')}, which it was compared with, ${changed.length === 1 ? 'has' : 'have'} changed since; run the check again.`]),
    ...(version === checks.get(check).version ? [] : ['An older version of this check found this; run it again.']),
  ]
}
