// Files for the paper: tables, figures and whole reports, each with what is needed to make it again.
import type { z } from 'zod'
import type { Comparison } from '../../preload/contract/comparison.ts'
import type { FigureFormat, Print } from '../../preload/contract/figures.ts'
import type { TableFormat } from '../../preload/contract/tables.ts'
import { renderSvg } from '../figures/render-svg.ts'
import { writeTable } from '../tables/write-table.ts'
import { writeExport } from '../workspace/exports.ts'
import type { Study } from '../workspace/open-workspace.ts'
import { notYet } from './not-yet.ts'
import type { Reports } from './reports.ts'

export type TableExport = Comparison & { readonly id: string, readonly format: TableFormat, readonly from?: string | undefined }
export type FigureExport = Comparison & z.infer<typeof Print> & { readonly id: string, readonly metric?: string | undefined, readonly from?: string | undefined }
export type ReportRequest = Comparison & { readonly title?: string | undefined, readonly tables: readonly string[], readonly figures: readonly string[] }

export interface Publish {
  readonly table: (request: TableExport) => Promise<{ file: string, text: string }>
  readonly figure: (request: FigureExport) => Promise<{ file: string, format: FigureFormat, bytes: number, svg?: string }>
  readonly report: (request: ReportRequest) => Promise<{ file: string, bytes: number }>
}

export function createPublish({ study, reports, checkWritable }: { readonly study: Study, readonly reports: Reports, readonly checkWritable: () => void }): Publish {
  return {
    async table(request) {
      checkWritable()
      const { extension, text } = writeTable(await reports.table(request), request.format)
      return { file: await writeExport(study, `${request.id}-${request.variant}.${extension}`, text), text }
    },
    async figure(request) {
      checkWritable()
      const svg = await renderSvg(await reports.figure(request), { width: 900, height: 420 })
      return { file: await writeExport(study, `${request.id}-${request.variant}.svg`, svg), format: 'svg', bytes: Buffer.byteLength(svg), svg }
    },
    report: () => Promise.reject(notYet('The report')),
  }
}
