// One pass over a dataset's records: those that stay come out cleaned, what became of the others is counted.
import type { CleanRequest } from '../../preload/contract/audits.ts'
import type { ImageHash } from '../../preload/contract/identifiers.ts'
import { probeKinds } from '../../preload/contract/records.ts'
import type { EditRecord, ProbeKind } from '../../preload/contract/records.ts'
import type { AuditBook } from '../audits/book.ts'
import { cleanRecord } from '../audits/clean.ts'
import { kindNames } from './clean-diff.ts'
import type { RecordDiff } from './clean-diff.ts'
import { imagesOf } from './clean-pictures.ts'

export interface KindCount { readonly kind: ProbeKind, all: number, removed: number, fixed: number }

export interface CleanPass {
  /** Once, to the end; only then does the rest tell of everything. Throws a sentence if nothing is left. */
  readonly records: () => AsyncGenerator<EditRecord>
  readonly diffs: readonly RecordDiff[]
  readonly ids: readonly string[]
  /** Records of the source. */
  readonly count: () => number
  readonly kinds: readonly KindCount[]
  /** Root → paths, as the cleaned records have them. */
  readonly used: ReadonlyMap<string, ReadonlySet<string>>
  /** Root → pictures of fixes. */
  readonly fixes: ReadonlyMap<string, ReadonlySet<ImageHash>>
  /** Fixed probes that leave all the same, as sentences. */
  readonly obstacles: readonly string[]
  /** Records that stay and have no probe of some kind that every record of MMEdit has. */
  readonly incomplete: () => number
}

export interface PassParts {
  readonly book: AuditBook
  readonly source: AsyncIterable<EditRecord>
  /** Path of every fix's picture that is there. */
  readonly paths: ReadonlyMap<ImageHash, string>
  readonly refuses: (record: EditRecord) => string | undefined
}

function put<T>(sets: Map<string, Set<T>>, key: string, value: T): void {
  sets.set(key, (sets.get(key) ?? new Set<T>()).add(value))
}

/** Kinds that MMEdit's own toolkit reads of every record. */
const required = probeKinds.filter(kind => kind !== 'portability')

export function createCleanPass({ counts, whole, dataset }: CleanRequest, { book, source, paths, refuses }: PassParts): CleanPass {
  const diffs: RecordDiff[] = []
  const ids: string[] = []
  const used = new Map<string, Set<string>>()
  const fixes = new Map<string, Set<ImageHash>>()
  const kinds = probeKinds.map((kind): KindCount => ({ kind, all: 0, removed: 0, fixed: 0 }))
  const obstacles: string[] = []
  let [count, incomplete] = [0, 0]

  async function* records(): AsyncGenerator<EditRecord> {
    for await (const record of source) {
      count++
      const { record: after, changes } = cleanRecord(record, { book, counts, pathOf: hash => paths.get(hash), refuses })
      const isGone = whole && changes.some(change => !change.after)
      if (changes.length > 0)
        diffs.push({ record: record.id, edit: record.edit, changes, isGone })
      for (const row of kinds) {
        const all = record.probes[row.kind]?.length ?? 0
        const changed = changes.filter(({ kind }) => kind === row.kind)
        row.all += all
        row.removed += isGone ? all : changed.filter(change => !change.after).length
        row.fixed += isGone ? 0 : changed.filter(change => change.after).length
      }
      for (const { obstacle, kind } of changes) {
        if (obstacle !== undefined)
          obstacles.push(`Record '${record.id}': its ${kindNames[kind]} leaves although it was fixed, for ${obstacle}.`)
      }
      if (isGone)
        continue
      ids.push(record.id)
      incomplete += required.some(kind => !record.probes[kind]?.length) ? 1 : 0
      for (const { root, path } of imagesOf(after))
        put(used, root, path)
      for (const { after: to, final } of changes) {
        if (to?.image && final.fix?.image)
          put(fixes, to.image.root, final.fix.image)
      }
      yield after
    }
    if (ids.length === 0)
      throw new Error(`No record of dataset '${dataset}' would be left. Choose another policy, or keep records that lost a probe.`)
  }

  return { records, diffs, ids, used, fixes, kinds, obstacles, count: () => count, incomplete: () => incomplete }
}
