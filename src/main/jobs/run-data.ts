// On which data was a run made? New runs wrote a hash of it; for older ones the time of the import tells.
import { stat } from 'node:fs/promises'
import type { DatasetId } from '../../preload/contract/identifiers.ts'
import type { Run } from '../../preload/contract/runs.ts'
import { sha256OfFile } from '../base/hash.ts'
import { listDatasets } from '../workspace/datasets.ts'
import type { Study } from '../workspace/open-workspace.ts'

const hashes = new Map<string, Promise<string>>()

/** Sixteen hex digits of the SHA-256 of the dataset's records; computed once a version of the file. */
export async function dataHashOf(study: Study, dataset: DatasetId): Promise<string> {
  const { records } = study.layout.dataset(dataset)
  const { size, mtimeMs } = await stat(records)
  const key = `${records} ${size} ${mtimeMs}`
  const found = hashes.get(key) ?? sha256OfFile(records).then(hash => hash.slice(0, 16))
  hashes.set(key, found)
  found.catch(() => hashes.delete(key))
  return found
}

/**
 * The runs with `versions.data` filled in where it can be known: a run that began after its dataset was imported is on what the study holds.
 * The hash of that is computed only where another run has one to compare with; otherwise the time of the import stands for it. A run from
 * before an import stays without.
 */
export async function withData(study: Study, runs: readonly Run[]): Promise<Run[]> {
  const hashed = new Set(runs.flatMap(({ plan, versions }) => versions['data'] === undefined ? [] : [plan.dataset]))
  if (runs.every(({ versions }) => versions['data'] !== undefined))
    return [...runs]
  const { datasets } = await listDatasets(study)
  return Promise.all(runs.map(async (run) => {
    const dataset = datasets.find(({ id }) => id === run.plan.dataset)
    if (run.versions['data'] !== undefined || !dataset || dataset.importedAt > run.createdAt)
      return run
    const data = hashed.has(dataset.id) ? await dataHashOf(study, dataset.id) : `imported ${dataset.importedAt}`
    return { ...run, versions: { ...run.versions, data } }
  }))
}
