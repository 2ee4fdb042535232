// What leaves an audit as files: the cleaned dataset with its manifest and diff, the decisions as CSV.
import type { z } from 'zod'
import type { audits } from '../../preload/contract/audits.ts'
import type { AuditBooks } from '../audits/books.ts'
import type { RecordQueries } from '../query/records.ts'
import { getDataset } from '../workspace/datasets.ts'
import { writeExport } from '../workspace/exports.ts'
import type { Study } from '../workspace/open-workspace.ts'
import { decisionsCsv, heldDecisions } from './decisions-csv.ts'
import type { Pictures } from './pictures.ts'
import { lookThrough, previewOf, writeClean } from './write-clean.ts'
import type { LookedThrough } from './write-clean.ts'

type InputOf<K extends keyof typeof audits> = z.output<NonNullable<(typeof audits)[K]['~orpc']['inputSchema']>>
type OutputOf<K extends keyof typeof audits> = z.output<NonNullable<(typeof audits)[K]['~orpc']['outputSchema']>>

export interface CleanCases {
  readonly export: (request: InputOf<'export'>) => Promise<OutputOf<'export'>>
  readonly decisions: (request: InputOf<'exportDecisions'>) => Promise<OutputOf<'exportDecisions'>>
}

export interface CleanCaseOptions {
  readonly study: Study
  readonly books: AuditBooks
  readonly queries: Pick<RecordQueries, 'stream'>
  readonly pictures: Pick<Pictures, 'read'>
  readonly checkWritable: () => void
}

export function createCleanCases({ study, books, queries, pictures, checkWritable }: CleanCaseOptions): CleanCases {
  /** While a name is typed, the records are looked through once. */
  let looked: { readonly key: string, readonly found: Promise<LookedThrough> } | undefined
  return {
    async export(request) {
      if (request.keep)
        checkWritable()
      const dataset = await getDataset(study, request.dataset)
      const book = await books.open(dataset.id)
      const parts = { study, dataset, book, pictures, records: () => queries.stream(dataset.id) }
      if (request.keep)
        return writeClean(request, parts)
      const key = JSON.stringify([dataset.id, request.counts, request.whole, book.version])
      if (looked?.key !== key) {
        const found = lookThrough(request, parts)
        looked = { key, found }
        found.catch(() => looked = undefined)
      }
      return previewOf(request, await looked.found, study)
    },
    async decisions({ dataset, keep }) {
      if (keep)
        checkWritable()
      const { id } = await getDataset(study, dataset)
      const held = heldDecisions(await books.open(id))
      const text = decisionsCsv(id, held)
      const file = `${id}-decisions.csv`
      return { file: keep ? await writeExport(study, file, text) : file, text, count: held.length }
    },
  }
}
