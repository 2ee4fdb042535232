// Every probe of a dataset under a number: 100,000 of them in a few arrays, without their texts.
import { probeKinds } from '../../preload/contract/records.ts'
import type { EditRecord, Probe, ProbeKind } from '../../preload/contract/records.ts'
import type { ProbeRef } from '../../preload/contract/decisions.ts'
import { sha256 } from '../base/hash.ts'

/** Numbers follow the file: record by record, kind by kind, index by index. */
export interface ProbeList {
  readonly count: number
  readonly refOf: (item: number) => ProbeRef
  readonly recordOf: (item: number) => string
  /** Place of its record in the file, from 0. */
  readonly rowOf: (item: number) => number
  readonly kindOf: (item: number) => ProbeKind
  /** Undefined: the dataset has no such probe. */
  readonly itemOf: (ref: ProbeRef) => number | undefined
  /** Items of a record: [from, to); empty for an unknown one. */
  readonly itemsOf: (record: string) => { readonly from: number, readonly to: number }
  /** Hash of what is judged. */
  readonly contentOf: (item: number) => string
  /** Ids in the order of the file. */
  readonly records: readonly string[]
}

/** What an annotator looks at: prompt, picture and expected answer of the probe. Sixteen hex digits of their SHA-256. */
export function contentHash({ prompt, image, expected }: Pick<Probe, 'prompt' | 'image' | 'expected'>): string {
  return sha256(JSON.stringify([prompt, image ? [image.root, image.path] : null, expected])).slice(0, 16)
}

/** Collects records in the order of the file. */
export function createProbeList(): { readonly add: (record: Pick<EditRecord, 'id' | 'probes'>) => void, readonly list: () => ProbeList } {
  const records: string[] = []
  /** First item of each record; one more at the end. */
  const starts: number[] = [0]
  const kinds: number[] = []
  const indexes: number[] = []
  const rows: number[] = []
  const contents: string[] = []
  return {
    add({ id, probes }) {
      const row = records.push(id) - 1
      probeKinds.forEach((kind, k) => {
        (probes[kind] ?? []).forEach((probe, index) => {
          rows.push(row)
          kinds.push(k)
          indexes.push(index)
          contents.push(contentHash(probe))
        })
      })
      starts.push(rows.length)
    },
    list() {
      const rowOf = new Map(records.map((record, row) => [record, row]))
      const known = (item: number): number => {
        const row = rows[item]
        if (row === undefined)
          throw new Error(`There is no probe number ${item}; the dataset has ${rows.length}. Open the queue again.`)
        return row
      }
      const itemsOf = (record: string): { from: number, to: number } => {
        const row = rowOf.get(record)
        return row === undefined ? { from: 0, to: 0 } : { from: starts[row]!, to: starts[row + 1]! }
      }
      const kindOf = (item: number): ProbeKind => probeKinds[kinds[item]!]!
      return {
        count: rows.length,
        records,
        recordOf: item => records[known(item)]!,
        rowOf: known,
        kindOf,
        itemsOf,
        contentOf: item => contents[item]!,
        refOf: item => ({ record: records[known(item)]!, kind: kindOf(item), index: indexes[item]! }),
        itemOf({ record, kind, index }) {
          const { from, to } = itemsOf(record)
          for (let item = from; item < to; item++) {
            if (indexes[item] === index && kindOf(item) === kind)
              return item
          }
          return undefined
        },
      }
    },
  }
}
