// What holds for probes, for whoever shows records: one word a probe, settled or not, whoever may see the decisions behind it.
import { readdir } from 'node:fs/promises'
import type { ProbeStates } from '../../preload/contract/audits.ts'
import type { Final } from '../../preload/contract/decisions.ts'
import type { DatasetId } from '../../preload/contract/identifiers.ts'
import type { AuditBooks } from '../audits/books.ts'
import type { StatesOf } from '../query/audit-column.ts'
import type { Study } from '../workspace/open-workspace.ts'

export interface AuditStates {
  /** As a facet of records: states of their audited probes. Does not open an audit that nobody has begun. */
  readonly facetOf: StatesOf
  /** Of every probe of the record that the audit is about; none where nobody decided anything. */
  readonly ofRecord: (dataset: DatasetId, record: string) => Promise<ProbeStates>
}

export const stateWords: Readonly<Record<Final['state'], string>> = {
  undecided: 'undecided', keep: 'kept', reject: 'rejected', fix: 'fixed', unsure: 'unsure', disputed: 'disputed', stale: 'stale',
}

const undecided: readonly string[] = [stateWords.undecided]
const notAudited: readonly string[] = ['not audited']

export function createAuditStates(study: Study, books: Pick<AuditBooks, 'open'>): AuditStates {
  const isBegun = async (dataset: DatasetId): Promise<boolean> => (await readdir(study.layout.audit(dataset).folder).catch(() => [] as string[])).some(name => name.endsWith('.jsonl'))

  return {
    async facetOf(dataset) {
      if (!await isBegun(dataset))
        return undefined
      const { probes, isAudited, finalOf, version } = await books.open(dataset)
      return {
        version,
        of(record) {
          const { from, to } = probes.itemsOf(record)
          let found = notAudited
          for (let item = from; item < to; item++) {
            if (!isAudited(item))
              continue
            const word = stateWords[finalOf(item).state]
            if (found === notAudited)
              found = word === stateWords.undecided ? undecided : [word]
            else if (!found.includes(word))
              found = [...found, word]
          }
          return found
        },
      }
    },
    async ofRecord(dataset, record) {
      if (!await isBegun(dataset))
        return []
      const { probes, isAudited, finalOf, settings } = await books.open(dataset)
      const labels = new Map(settings.reasons.map(({ id, label }) => [id, label]))
      const { from, to } = probes.itemsOf(record)
      const items = Array.from({ length: to - from }, (_, i) => from + i)
      return items.filter(isAudited).map((item) => {
        const final = finalOf(item)
        return { ...probes.refOf(item), item, final, ...(final.reason === undefined ? {} : { reason: labels.get(final.reason) ?? final.reason }) }
      })
    },
  }
}
