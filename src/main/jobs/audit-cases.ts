// Audits: queues, decisions, undo, agreement, merging. What is said goes to the disk before it comes back.
import type { z } from 'zod'
import type { Agreement, AgreementRequest, AuditStatus } from '../../preload/contract/agreement.ts'
import type { audits, AuditItem, Queue, QueueRequest } from '../../preload/contract/audits.ts'
import type { AuditSettings, Decision } from '../../preload/contract/decisions.ts'
import type { DatasetId } from '../../preload/contract/identifiers.ts'
import type { EditRecord } from '../../preload/contract/records.ts'
import { agreementOf } from '../audits/agreement.ts'
import { checkBlindSlice } from '../audits/blind-slice.ts'
import type { AuditBook } from '../audits/book.ts'
import type { AuditBooks } from '../audits/books.ts'
import { findingsOf } from '../audits/item-findings.ts'
import type { FindingsByRecord } from '../audits/item-findings.ts'
import { checkBlind, queueOf } from '../audits/queue.ts'
import { decisionLines, undoLines } from '../audits/new-lines.ts'
import { keyOf } from '../audits/replay.ts'
import type { Stroke } from '../audits/replay.ts'
import { brokenStatus, statusOf } from '../audits/status.ts'
import { messageOf } from '../base/errors.ts'
import type { RecordQueries } from '../query/records.ts'
import { writeAuditSettings } from '../workspace/audit-settings.ts'
import type { Study } from '../workspace/open-workspace.ts'
import { getDataset, listDatasets } from '../workspace/datasets.ts'
import { readSlice } from '../workspace/slices.ts'
import type { AuditInfluence } from './audit-influence.ts'
import type { CheckCases } from './check-cases.ts'
import { mergeDecisions } from './merge-decisions.ts'

type InputOf<K extends keyof typeof audits> = z.output<NonNullable<(typeof audits)[K]['~orpc']['inputSchema']>>
type OutputOf<K extends keyof typeof audits> = z.output<NonNullable<(typeof audits)[K]['~orpc']['outputSchema']>>

export interface AuditCases {
  readonly status: (dataset: DatasetId | undefined) => Promise<AuditStatus[]>
  readonly settings: (dataset: DatasetId) => Promise<AuditSettings>
  readonly saveSettings: (dataset: DatasetId, settings: AuditSettings) => Promise<AuditSettings>
  readonly queue: (request: QueueRequest) => Promise<Queue>
  readonly read: (request: InputOf<'read'>) => Promise<AuditItem[]>
  readonly probes: (request: InputOf<'listProbes'>) => Promise<OutputOf<'listProbes'>['probes']>
  readonly decide: (request: InputOf<'decide'>) => Promise<Decision[]>
  readonly undo: (request: InputOf<'undo'>) => Promise<OutputOf<'undo'>>
  readonly history: (request: InputOf<'history'>) => Promise<Decision[]>
  readonly agreement: (request: AgreementRequest) => Promise<Agreement>
  readonly merge: (request: InputOf<'merge'>) => Promise<OutputOf<'merge'>>
}

export interface AuditCaseOptions {
  readonly study: Study
  readonly books: AuditBooks
  readonly queries: Pick<RecordQueries, 'withHashes' | 'ids'>
  readonly checks: Pick<CheckCases, 'byRecord' | 'list'>
  readonly influence: (book: AuditBook, request: Pick<QueueRequest, 'dataset' | 'runs' | 'variant'>) => Promise<AuditInfluence>
  readonly checkWritable: () => void
  /** Hears the dataset whose audit changed. */
  readonly onChange: (dataset: DatasetId) => void
}

/** The gravest first; checks that are not known any more come last. */
const severities: readonly string[] = ['broken', 'likely', 'look']

export function createAuditCases({ study, books, queries, checks, influence, checkWritable, onChange }: AuditCaseOptions): AuditCases {
  function gravityOf(check: string): number {
    const severity = checks.list().find(({ id }) => id === check)?.severity
    return severity === undefined ? severities.length : severities.indexOf(severity)
  }

  async function itemFor(book: AuditBook, findings: FindingsByRecord, influence: Float64Array | undefined, { dataset, annotator, role }: Pick<InputOf<'read'>, 'dataset' | 'annotator' | 'role'>, item: number, record: EditRecord): Promise<AuditItem> {
    const ref = book.probes.refOf(item)
    const own = annotator === undefined ? undefined : book.own(item, annotator, role)
    const isOpen = role === 'adjudicator' || !book.settings.blind
    return {
      ...ref,
      item,
      whole: await queries.withHashes(dataset, record),
      content: book.probes.contentOf(item),
      findings: findingsOf(book.probes, findings, item),
      ...(own ? { own } : {}),
      ...(isOpen ? { decisions: [...book.said(item, 'annotator'), ...book.said(item, 'adjudicator')], final: book.finalOf(item) } : {}),
      ...(influence && !Number.isNaN(influence[item]) ? { influence: influence[item]! } : {}),
    }
  }

  return {
    async status(only) {
      const datasets = only === undefined ? (await listDatasets(study)).datasets : [await getDataset(study, only)]
      const all: AuditStatus[] = []
      for (const dataset of datasets) {
        try {
          const findings = await checks.byRecord(dataset.id)
          all.push(statusOf(await books.open(dataset.id), dataset, [...findings.values()].reduce((sum, { length }) => sum + length, 0)))
        }
        catch (error) {
          // One dataset that has lost its records does not hide the others.
          if (only !== undefined)
            throw error
          all.push(brokenStatus(dataset, messageOf(error)))
        }
      }
      return all
    },
    settings: async dataset => (await books.open(dataset)).settings,
    async saveSettings(dataset, settings) {
      checkWritable()
      await books.open(dataset)
      await writeAuditSettings(study, dataset, settings)
      onChange(dataset)
      return (await books.open(dataset)).settings
    },
    async queue(request) {
      const { dataset, search, slice, sort } = request
      const book = await books.open(dataset)
      checkBlind(book, request)
      if (slice !== undefined && book.settings.blind && request.role !== 'adjudicator')
        checkBlindSlice(await readSlice(study, slice))
      const isSearching = search.trim() !== '' || slice !== undefined
      const records = isSearching ? new Set((await queries.ids({ id: dataset, search, facets: {}, ...(slice === undefined ? {} : { slice }) })).map(({ record }) => record)) : undefined
      const moved = sort === 'influence' ? await influence(book, request) : undefined
      return queueOf({ book, request, findings: await checks.byRecord(dataset), gravityOf, records, influence: moved?.values, notes: moved?.notes ?? [] })
    },
    async read(request) {
      const { dataset, items } = request
      const book = await books.open(dataset)
      const findings = await checks.byRecord(dataset)
      const values = request.influence && (await influence(book, { dataset, ...request.influence })).values
      const records = await books.read(dataset, items)
      return Promise.all(items.map((item, i) => itemFor(book, findings, values, request, item, records[i]!)))
    },
    async probes({ dataset, items, annotator, role }) {
      const { probes, own: ownOf } = await books.open(dataset)
      return items.map((item) => {
        const own = annotator === undefined ? undefined : ownOf(item, annotator, role)
        return { ...probes.refOf(item), content: probes.contentOf(item), ...(own ? { own } : {}) }
      })
    },
    async decide(request) {
      checkWritable()
      const { dataset, annotator, decisions } = request
      const book = await books.write(dataset, annotator, book => decisionLines(book, request))
      onChange(dataset)
      return decisions.map(({ id }) => book.replay.get(id)!)
    },
    async undo({ dataset, annotator, role }) {
      checkWritable()
      let stroke: readonly Stroke[] = []
      const book = await books.write(dataset, annotator, (book) => {
        stroke = book.replay.lastStroke(annotator, role)
        return undoLines(book, annotator, stroke)
      })
      if (stroke.length > 0)
        onChange(dataset)
      return { undone: stroke.map(({ line }) => line), items: stroke.flatMap(({ line }) => book.probes.itemOf(line) ?? []) }
    },
    async history(request) {
      const book = await books.open(request.dataset)
      if (book.settings.blind && request.role !== 'adjudicator')
        throw new Error('This audit is blind: only an adjudicator sees what others said. Use the adjudication view.')
      return [...book.replay.history(keyOf(request))]
    },
    agreement: async ({ dataset, by }) => agreementOf(await books.open(dataset), by),
    async merge({ dataset, from }) {
      checkWritable()
      const merged = await mergeDecisions(study, books, dataset, from)
      if (merged.added > 0)
        onChange(dataset)
      return merged
    },
  }
}
