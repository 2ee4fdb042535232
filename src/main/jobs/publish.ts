// Files for the paper: tables, figures and whole reports, each with what is needed to make it again.
import { join, resolve } from 'node:path'
import type { z } from 'zod'
import type { Comparison } from '../../preload/contract/comparison.ts'
import type { FigureFormat, Print } from '../../preload/contract/figures.ts'
import type { Table, TableFormat } from '../../preload/contract/tables.ts'
import { sha256, stableJson } from '../base/hash.ts'
import { printFigure } from '../figures/print.ts'
import type { ReportInput } from '../query/report-run.ts'
import { withReportedNotes } from '../tables/reported/notes.ts'
import { writeTable } from '../tables/write-table.ts'
import { readExportNamed, writeExport } from '../workspace/exports.ts'
import type { Study } from '../workspace/open-workspace.ts'
import { provenanceText } from '../workspace/provenance-text.ts'
import { exportCommand } from './export-command.ts'
import { changesSince, definitionsOf, FigureRequest, measured, provenanceOf, readExport, TableRequest, written } from './provenance.ts'
import type { Asked, Provenance } from './provenance.ts'
import type { Reports } from './reports.ts'
import { workbenchVersion } from './versions.ts'
import { writeReport } from './write-report.ts'

export type TableExport = Comparison & { readonly id: string, readonly format: TableFormat, readonly keep: boolean, readonly from?: string | undefined }
export type FigureExport = Comparison & z.infer<typeof Print> & { readonly id: string, readonly metric?: string | undefined, readonly keep: boolean, readonly from?: string | undefined }
export type ReportExport = Comparison & { readonly title?: string | undefined, readonly tables: readonly string[], readonly figures: readonly string[] }

export interface Publish {
  readonly table: (request: TableExport) => Promise<{ file: string, text: string, notes: string[] }>
  readonly figure: (request: FigureExport) => Promise<{ file: string, format: FigureFormat, bytes: number, svg?: string, notes: string[] }>
  readonly report: (request: ReportExport) => Promise<{ file: string, bytes: number, notes: string[] }>
}

export interface PublishOptions {
  readonly study: Study
  readonly reports: Reports
  readonly checkWritable: () => void
}

/** An earlier export, where one is made again. */
interface Earlier { readonly path: string, readonly bytes: Buffer, readonly provenance: Provenance }

export function createPublish({ study, reports, checkWritable }: PublishOptions): Publish {
  /** The request with the runs that are meant, so that the file can be made again after further runs; and what its rows are made from. */
  async function settled<T extends Comparison>(request: T): Promise<{ request: T, input: ReportInput }> {
    const input = await reports.inputOf(request, ['records'])
    return { request: { ...request, runs: [...new Set(input.runs.map(({ run }) => run.id))] }, input }
  }

  /** What an earlier file asked for. Throws a sentence for one of another kind. */
  async function earlier<K extends Provenance['kind']>(path: string, kind: K): Promise<Earlier & { readonly provenance: Extract<Provenance, { kind: K }> }> {
    const { bytes, provenance } = await readExport(path)
    if (provenance.kind !== kind)
      throw new Error(`File '${path}' is a ${provenance.kind}. ${provenance.kind === 'report' ? `Write it again with: ${provenance.command}` : `Use mmedit ${provenance.kind}s export --from for it.`}`)
    return { path, bytes, provenance: provenance as Extract<Provenance, { kind: K }> }
  }

  /** Writes the file under the name of its request (or only names it), and says what became of files that stood for the same request. */
  async function put(asked: Asked, extension: string, content: Buffer, provenance: Provenance, { from, keep = true }: { readonly from?: Earlier | undefined, readonly keep?: boolean }): Promise<{ file: string, notes: string[] }> {
    const name = nameOf(asked, extension)
    const standing = await readExportNamed(study, name)
    const file = keep ? await writeExport(study, name, content) : join(study.layout.exports, name)
    const isSelf = from !== undefined && resolve(from.path) === resolve(file)
    return {
      file,
      notes: [
        ...(from ? [comparisonOf(from, content, provenance)] : []),
        ...(standing && keep && !isSelf && !standing.equals(content) ? [`It takes the place of an earlier export of the same request, '${name}', which was made from other data or by another version.`] : []),
      ],
    }
  }

  return {
    async table({ from, keep, ...given }) {
      if (keep)
        checkWritable()
      const before = from === undefined ? undefined : await earlier(from, 'table')
      const { request, input } = await settled(before?.provenance.request ?? TableRequest.parse(given))
      const table = await reports.table(request)
      const noted = withReportedNotes(table, input.reported)
      const asked: Asked = { kind: 'table', request }
      const provenance = await provenanceOf(study, asked, input, definitionsOf(cellsOf(table)), exportCommand(asked))
      const { extension, text } = writeTable(noted, request.format, { provenance: provenanceText(provenance), command: provenance.command, definitions: Object.values(provenance.definitions) })
      return { ...await put(asked, extension, Buffer.from(text), provenance, { from: before, keep }), text }
    },
    async figure({ from, keep, ...given }) {
      if (keep)
        checkWritable()
      const before = from === undefined ? undefined : await earlier(from, 'figure')
      const { request, input } = await settled(before?.provenance.request ?? FigureRequest.parse(given))
      const asked: Asked = { kind: 'figure', request }
      const provenance = await provenanceOf(study, asked, input, definitionsOf(measured(input)), exportCommand(asked))
      const { bytes, notes: cannot } = await printFigure(await reports.figure(request), request, { date: dateOf(study, input), creator: `MMEdit Workbench ${workbenchVersion}`, provenance: provenanceText(provenance) })
      const { file, notes } = await put(asked, request.format, bytes, provenance, { from: before, keep })
      return { file, format: request.format, bytes: bytes.length, ...(request.format === 'svg' ? { svg: bytes.toString('utf8') } : {}), notes: [...cannot, ...notes] }
    },
    async report(given) {
      checkWritable()
      const { request, input } = await settled({ ...given, tables: [...given.tables], figures: [...given.figures] })
      const asked: Asked = { kind: 'report', request }
      const provenance = await provenanceOf(study, asked, input, definitionsOf(measured(input)), exportCommand(asked))
      const html = Buffer.from(await writeReport({ study, reports, request, input, provenance, date: dateOf(study, input) }))
      return { ...await put(asked, 'html', html, provenance, {}), bytes: html.length }
    },
  }
}

/** `main-results-strict-with-fixes-1f3b5a7c90.csv`: another request has another name, the same request the same. */
function nameOf(asked: Asked, extension: string): string {
  const { kind, request } = asked
  const stem = kind === 'report' ? 'report' : request.id
  const policy = request.counts === 'all' ? '' : `-${request.counts}`
  return `${stem}-${request.variant}${policy}-${sha256(stableJson(written(asked))).slice(0, 10)}.${extension}`.replace(/[^\w.-]/g, '_')
}

/** The metrics and readings that cells show. */
function cellsOf({ rows }: Table): [string, string][] {
  const pairs = rows.flatMap(({ cells }) => Object.values(cells).flatMap(({ metric, variant }): [string, string][] => metric && variant ? [[metric, variant]] : []))
  return [...new Map(pairs.map(pair => [pair.join('/'), pair])).values()]
}

/** When the youngest of the runs ended: exports of the same data have the same date. */
function dateOf(study: Study, { runs }: ReportInput): Date {
  const dates = runs.map(({ run }) => run.finishedAt ?? run.createdAt)
  return new Date(dates.length > 0 ? dates.reduce((a, b) => a > b ? a : b) : study.file.createdAt)
}

/** One sentence: is the new file the old one, and if not, why? */
function comparisonOf({ path, bytes, provenance: before }: Earlier, content: Buffer, now: Provenance): string {
  const changes = changesSince(before, now)
  if (changes.length > 0)
    return `The data has changed since '${path}' was written, so the new file is another one. Changed: ${changes.join(', ')}.`
  if (bytes.equals(content))
    return `The data is the same, and so is every byte of '${path}'.`
  return `The data is the same, but '${path}' is not: ${before.version === now.version ? 'it was changed after it was written, or the program was' : `version ${before.version} wrote it, this is version ${now.version}`}.`
}
