// One self-contained HTML page of a study.
import type { ReportInput } from '../query/report-run.ts'
import type { Study } from '../workspace/open-workspace.ts'
import { notYet } from './not-yet.ts'
import type { Provenance, ReportRequest } from './provenance.ts'
import type { Reports } from './reports.ts'

export interface ReportParts {
  readonly study: Study
  readonly reports: Reports
  readonly request: ReportRequest
  readonly input: ReportInput
  readonly provenance: Provenance
  readonly date: Date
}

export function writeReport(_parts: ReportParts): Promise<string> {
  return Promise.reject(notYet('The report'))
}
