// Exported figures and tables: plain files in exports/.
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { writeFileAtomically } from './json-file.ts'
import { isTemporary } from './layout.ts'
import type { Study } from './open-workspace.ts'

/** Writes one file into exports/ and returns its absolute path. The name has no folder: "main-results.csv". */
export async function writeExport(study: Study, name: string, content: string | Uint8Array): Promise<string> {
  if (!/^[\w][\w.-]{0,119}$/.test(name) || isTemporary(name))
    throw new Error(`'${name}' is not a file name for an export. Use letters, digits, dots, dashes and underscores.`)
  await mkdir(study.layout.exports, { recursive: true })
  const path = join(study.layout.exports, name)
  await writeFileAtomically(path, content)
  return path
}
