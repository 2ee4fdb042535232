// An automatic check looks at a whole dataset and names the probes that deserve a look. One file in this folder, one line in index.ts.
import type { CheckInfo, Finding } from '../../preload/contract/findings.ts'
import type { DatasetId } from '../../preload/contract/identifiers.ts'
import type { EditRecord, ImageRef, Probe } from '../../preload/contract/records.ts'
import type { PictureLook } from '../datasets/picture-look.ts'

/** Why something is not there: half a sentence. */
export interface Reason { readonly reason: string }

export interface CheckedDataset {
  readonly id: DatasetId
  readonly name: string
  readonly records: readonly EditRecord[]
  /** Absolute path of a picture that is there. */
  readonly pictureOf: (image: ImageRef) => Promise<{ readonly path: string } | Reason>
  /** What the picture holds. Decoded once a version of the file, so that every check may ask again. */
  readonly look: (image: ImageRef) => Promise<PictureLook | Reason>
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
  /** Never goes back; the last call says all. */
  readonly progress: (done: number, total: number) => void
}

/** A finding of a check whose id goes without saying. */
export type Found = Omit<Finding, 'check'>

export interface Check extends CheckInfo {
  /** Raised when it finds something else than before: what an older one found is said to be outdated. */
  readonly version: number
  /** Does it compare with other datasets? */
  readonly needsOthers?: boolean
  /** In the order of the records; `notes`: what could not be looked at. Throws the signal's reason when it fires. */
  readonly run: (input: CheckInput) => Promise<{ readonly findings: readonly Found[], readonly notes: readonly string[] }>
}

export function defineCheck(check: Check): Check {
  return check
}
