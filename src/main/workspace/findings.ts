// What automatic checks found: audits/DATASET/findings.json. Derived, so it may be deleted; written whole, so it is the old one or the new one.
import { mkdir, readFile, stat } from 'node:fs/promises'
import { z } from 'zod'
import { Finding } from '../../preload/contract/findings.ts'
import type { DatasetId } from '../../preload/contract/identifiers.ts'
import { hasCode, messageOf } from '../base/errors.ts'
import { parseJson, writeFileAtomically } from './json-file.ts'
import type { Study } from './open-workspace.ts'

/** One check's last run over the dataset, with what it was made from. */
export const CheckRecord = z.object({
  check: z.string(),
  /** Of the check's definition. */
  version: z.int(),
  at: z.string(),
  seconds: z.number(),
  /** Hash of the dataset's records. */
  data: z.string(),
  /** Hashes of the records of the datasets that it was compared with, by id. */
  against: z.record(z.string(), z.string()),
  model: z.object({ id: z.string(), fingerprint: z.string() }).optional(),
  notes: z.array(z.string()),
  findings: z.array(Finding.omit({ check: true })),
})
export type CheckRecord = z.infer<typeof CheckRecord>

const FindingsFile = z.object({ format: z.literal(1), checks: z.array(CheckRecord) })

export interface KeptFindings {
  readonly checks: readonly CheckRecord[]
  /** A sentence where the file cannot be used; then there are none. */
  readonly damage: string | undefined
  /** Names this version of the file. */
  readonly version: string
}

/** Changes with every write of the file. */
async function versionOf(path: string): Promise<string> {
  try {
    const { ino, size, mtimeNs } = await stat(path, { bigint: true })
    return `${ino} ${size} ${mtimeNs}`
  }
  catch (error) {
    return `none: ${hasCode(error, 'ENOENT') ? 'missing' : messageOf(error)}`
  }
}

/** The file as it is now; `known` is given back if it has not changed. A damaged file is no error: it is derived. */
export async function readFindings(study: Study, dataset: DatasetId, known?: KeptFindings): Promise<KeptFindings> {
  const { findings: path } = study.layout.audit(dataset)
  const version = await versionOf(path)
  if (known?.version === version)
    return known
  if (version.startsWith('none: '))
    return { checks: [], damage: undefined, version }
  try {
    return { checks: parseJson(await readFile(path, 'utf8'), FindingsFile, path).checks, damage: undefined, version }
  }
  catch (error) {
    return { checks: [], damage: `What the checks had found cannot be read (${messageOf(error)}). Run the checks again: they write it anew.`, version }
  }
}

/** Replaces the file. @returns what reading it would give. */
export async function writeFindings(study: Study, dataset: DatasetId, checks: readonly CheckRecord[]): Promise<KeptFindings> {
  const { folder, findings } = study.layout.audit(dataset)
  await mkdir(folder, { recursive: true })
  // A finding a line: readable, and a fifth of the size that indented JSON has.
  const parts = checks.map(({ findings: own, ...head }) => `${JSON.stringify(head).slice(0, -1)},"findings":[${own.map(finding => `\n${JSON.stringify(finding)}`).join(',')}]}`)
  await writeFileAtomically(findings, `{"format":1,"checks":[\n${parts.join(',\n')}\n]}\n`)
  return { checks, damage: undefined, version: await versionOf(findings) }
}
