// An automatic check looks at a whole dataset and names the probes that deserve a look. One file in this folder, one line in index.ts.
import type { CheckInfo, Finding } from '../../preload/contract/findings.ts'
import type { EditRecord, ImageRef, Probe } from '../../preload/contract/records.ts'

export interface CheckedDataset {
  readonly id: string
  readonly name: string
  readonly records: readonly EditRecord[]
  /** Absolute path of a picture that can be opened; a sentence why not. */
  readonly pictureOf: (image: ImageRef) => Promise<{ readonly path: string } | { readonly reason: string }>
}

/** What a check may ask of the opened model. */
export interface CheckModel {
  /** Mean picture features of length 1, in the order of the paths; undefined for a picture that cannot be read. */
  readonly features: (paths: readonly string[], progress: (done: number) => void) => Promise<readonly (Float32Array | undefined)[]>
  /** Does the unedited model give the expected answer? In the order of the probes; undefined where it cannot be asked. */
  readonly answers: (probes: readonly Probe[], progress: (done: number) => void) => Promise<readonly ({ readonly text: string, readonly isRight: boolean } | undefined)[]>
}

export interface CheckInput {
  readonly dataset: CheckedDataset
  /** Datasets that must not overlap with it. */
  readonly against: readonly CheckedDataset[]
  /** There for checks that need one. */
  readonly model?: CheckModel
  readonly signal: AbortSignal
  readonly progress: (done: number, total: number) => void
}

export interface Check extends CheckInfo {
  /** Findings without the check's id, in the order of the records; `notes`: what could not be looked at. */
  readonly run: (input: CheckInput) => Promise<{ readonly findings: readonly Omit<Finding, 'check'>[], readonly notes: readonly string[] }>
}

export function defineCheck(check: Check): Check {
  return check
}
