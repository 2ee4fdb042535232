// What an audit is about: audits/DATASET/audit.json. A dataset without one is audited by the defaults.
import { mkdir, stat } from 'node:fs/promises'
import { AuditSettings } from '../../preload/contract/decisions.ts'
import type { DatasetId } from '../../preload/contract/identifiers.ts'
import { readJsonFile, writeJsonFile } from './json-file.ts'
import type { Study } from './open-workspace.ts'

/** Throws a sentence for a file that cannot be read. */
export async function readAuditSettings(study: Study, dataset: DatasetId): Promise<AuditSettings> {
  const { settings } = study.layout.audit(dataset)
  const isThere = await stat(settings).then(() => true, () => false)
  return isThere ? readJsonFile(settings, AuditSettings) : AuditSettings.parse({})
}

/** Reads the settings again only when their file has changed. */
export function followAuditSettings(study: Study, dataset: DatasetId): () => Promise<AuditSettings> {
  const { settings } = study.layout.audit(dataset)
  let known: { readonly stamp: string, readonly settings: AuditSettings } | undefined
  return async () => {
    const there = await stat(settings).catch(() => undefined)
    const stamp = there ? `${there.ino} ${there.size} ${there.mtimeMs}` : ''
    if (known?.stamp !== stamp)
      known = { stamp, settings: await readAuditSettings(study, dataset) }
    return known.settings
  }
}

export async function writeAuditSettings(study: Study, dataset: DatasetId, settings: AuditSettings): Promise<void> {
  const files = study.layout.audit(dataset)
  await mkdir(files.folder, { recursive: true })
  await writeJsonFile(files.settings, settings)
}
