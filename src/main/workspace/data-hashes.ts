// What exports were made from, as hashes: a file written from the same data has the same ones.
import { stat } from 'node:fs/promises'
import { sha256, sha256OfFile, stableJson } from '../base/hash.ts'
import { getDataset } from './datasets.ts'
import type { Study } from './open-workspace.ts'
import { readRun } from './runs.ts'

/** Long enough to tell files of one study apart, short enough to stand in a comment line. */
const short = (hash: string): string => hash.slice(0, 20)

/** Hashes of this process, by place, size and time of the last change: a run's results are megabytes, and an export is looked at before it is written. */
const known = new Map<string, { readonly state: string, readonly hash: Promise<string> }>()

async function ofFile(path: string): Promise<string | null> {
  const stats = await stat(path, { bigint: true }).catch(() => undefined)
  if (!stats)
    return null
  const state = `${stats.ino} ${stats.size} ${stats.mtimeNs}`
  const found = known.get(path)
  if (found?.state === state)
    return found.hash
  const hash = sha256OfFile(path)
  known.set(path, { state, hash })
  hash.catch(() => known.delete(path))
  return hash
}

const ofFiles = (paths: readonly string[]): Promise<(string | null)[]> => Promise.all(paths.map(ofFile))

/** The plan, the name and the results of a run; not how fast it was or when it was looked at. */
export async function hashOfRun(study: Study, id: string): Promise<string> {
  const { id: known, name, plan, status } = await readRun(study, id)
  const { results, retention, steps } = study.layout.run(known)
  return short(sha256(stableJson([name, plan, status, await ofFiles([results, retention, steps])])))
}

/** The name and the records of a dataset; the word 'missing' where the study has lost it, for its runs stay. */
export async function hashOfDataset(study: Study, id: string): Promise<string> {
  try {
    const dataset = await getDataset(study, id)
    return short(sha256(stableJson([dataset.name, await ofFiles([study.layout.dataset(dataset.id).records])])))
  }
  catch {
    return 'missing'
  }
}

export const hashOfValue = (value: unknown): string => short(sha256(stableJson(value)))
