// Studies with a dataset, and audits of them, for the tests of this folder and its neighbours.
import { mkdirSync, writeFileSync } from 'node:fs'
import type { Decision } from '../../../src/preload/contract/decisions.ts'
import type { DatasetId } from '../../../src/preload/contract/identifiers.ts'
import { importDataset } from '../../../src/main/workspace/import-dataset.ts'
import type { Study } from '../../../src/main/workspace/open-workspace.ts'
import { mmeditRecord, putDataset, temporaryFolder, temporaryStudy } from '../workspace/study.ts'

/** A study with dataset `edits` of so many records; each has one probe of every kind but portability. */
export async function auditedStudy(count = 3): Promise<{ study: Study, dataset: DatasetId }> {
  const study = await temporaryStudy()
  const source = temporaryFolder()
  const { id } = await importDataset(study, { file: putDataset(source, Array.from({ length: count }, (_, i) => mmeditRecord(i))), imageRoot: source, name: 'edits' })
  return { study, dataset: id }
}

let lines = 0

/** A line that says `keep` about record 0's reworded question; `change` makes it another. Ids and times grow. */
export function line(change: Partial<Decision> = {}): Decision {
  const n = lines++
  return {
    record: '00000', kind: 'textRephrase', index: 0, id: `line-${String(n).padStart(6, '0')}`, at: new Date(Date.UTC(2026, 0, 1) + 1000 * n).toISOString(),
    annotator: 'ann', role: 'annotator', decision: 'keep', content: '', ...change,
  }
}

/** Writes a file of decisions as somebody would copy it in; strings go in as they are. Returns its path. */
export function putDecisions(study: Study, dataset: DatasetId, name: string, content: readonly (Decision | string)[], isEnded = true): string {
  const files = study.layout.audit(dataset)
  mkdirSync(files.folder, { recursive: true })
  const path = files.decisions(name)
  writeFileSync(path, content.map(item => typeof item === 'string' ? item : JSON.stringify(item)).join('\n') + (isEnded && content.length > 0 ? '\n' : ''))
  return path
}
