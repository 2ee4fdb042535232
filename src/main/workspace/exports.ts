// Exported figures, tables and reports: plain files in exports/.
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { hasCode } from '../base/errors.ts'
import { writeFileAtomically } from './json-file.ts'
import { isTemporary } from './layout.ts'
import type { Study } from './open-workspace.ts'

const reasons: Readonly<Record<string, string>> = {
  ENOSPC: 'The disk is full. Free some space and export again.',
  EDQUOT: 'Your share of the disk is used up. Free some space and export again.',
  EROFS: 'The folder is read-only. Copy the study to a place that can be written.',
  EACCES: 'The folder may not be written. Check its permissions.',
  EEXIST: 'There is a file where the folder should be. Move it away.',
  ENOTDIR: 'There is a file where the folder should be. Move it away.',
  EPERM: 'The folder may not be written. Check its permissions.',
}

/** What a full disk or a blocked folder comes to, as a sentence; anything else as it is. */
export function exportFailure(path: string, error: unknown): unknown {
  const reason = Object.keys(reasons).find(code => hasCode(error, code))
  return reason === undefined ? error : new Error(`'${path}' could not be written. ${reasons[reason]}`, { cause: error })
}

/** Writes one file into exports/ and returns its absolute path. The name has no folder: "main-results.csv". Throws a sentence. */
export async function writeExport(study: Study, name: string, content: string | Uint8Array): Promise<string> {
  if (!/^[\w][\w.-]{0,119}$/.test(name) || isTemporary(name))
    throw new Error(`'${name}' is not a file name for an export. Use letters, digits, dots, dashes and underscores.`)
  const path = join(study.layout.exports, name)
  try {
    await mkdir(study.layout.exports, { recursive: true })
    await writeFileAtomically(path, content)
    return path
  }
  catch (error) {
    throw exportFailure(path, error)
  }
}

/** What stands under this name in exports/; undefined = nothing. */
export async function readExportNamed(study: Study, name: string): Promise<Buffer | undefined> {
  return readFile(join(study.layout.exports, name)).catch(() => undefined)
}
