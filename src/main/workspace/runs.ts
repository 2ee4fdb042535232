// Runs of a study: make a folder, list what is there, write what changes. Lines are in run-lines.ts and stream-lines.ts.
import { mkdir } from 'node:fs/promises'
import { z } from 'zod'
import { RunId } from '../../preload/contract/identifiers.ts'
import { Run, RunMetrics, RunSummary } from '../../preload/contract/runs.ts'
import { hasCode } from '../base/errors.ts'
import { namesIn, readEach, removeFolder } from './datasets.ts'
import type { Broken } from './datasets.ts'
import { readJsonFile, writeJsonFile } from './json-file.ts'
import { slug } from './names.ts'
import type { Study } from './open-workspace.ts'

/**
 * Makes `runs/DAY-METHOD-MODEL-NN/` and writes run.json. The number is the first that is free, also against other programs.
 * `createdAt` is ISO 8601.
 */
export async function createRun(study: Study, run: Omit<Run, 'id'>): Promise<Run> {
  const stem = `${run.createdAt.slice(0, 10)}-${slug(`${run.plan.kind === 'train' ? 'train ' : ''}${run.plan.method.id} ${run.plan.model}`, 'run')}`
  await mkdir(study.layout.runs, { recursive: true })
  for (let i = 1; ; i++) {
    const id = RunId.parse(`${stem}-${String(i).padStart(2, '0')}`)
    try {
      await mkdir(study.layout.run(id).folder)
    }
    catch (error) {
      if (hasCode(error, 'EEXIST'))
        continue
      throw error
    }
    const whole: Run = { id, ...run }
    await writeRun(study, whole)
    return whole
  }
}

/** Replaces run.json as a whole. */
export async function writeRun(study: Study, run: Run): Promise<void> {
  await writeJsonFile(study.layout.run(run.id).run, run)
}

/** The run as it was last written; a renamed folder gives it its new id. Throws a sentence. */
export async function readRun(study: Study, id: string): Promise<Run> {
  const parsed = RunId.safeParse(id)
  const names = await namesIn(study.layout.runs)
  if (!parsed.success || !names.includes(id))
    throw new Error(`The study has no run '${id}'. Known: ${names.slice(-10).join(', ') || 'none yet; start one'}.`)
  return { ...await readJsonFile(study.layout.run(parsed.data).run, Run), id: parsed.data }
}

/** Every run, newest first, and the folders that could not be read, each with its sentence. */
export async function listRuns(study: Study): Promise<{ runs: Run[], broken: Broken[] }> {
  const { items, broken } = await readEach(await namesIn(study.layout.runs), async id => readRun(study, id))
  return { runs: items.sort((a, b) => a.createdAt < b.createdAt ? 1 : a.createdAt > b.createdAt ? -1 : a.id < b.id ? 1 : -1), broken }
}

export async function writeSummary(study: Study, id: RunId, summary: RunSummary): Promise<void> {
  await writeJsonFile(study.layout.run(id).metrics, summary)
}

/** Files of version 0.1 held the metrics alone. */
const StoredSummary = z.union([RunSummary, RunMetrics.transform((metrics): RunSummary => ({ metrics, verdicts: {} }))])

/** What the run's results add up to; empty before it was written. */
export async function readSummary(study: Study, id: RunId): Promise<RunSummary> {
  const names = await namesIn(study.layout.run(id).folder)
  return names.includes('metrics.json') ? await readJsonFile(study.layout.run(id).metrics, StoredSummary) : { metrics: {}, verdicts: {} }
}

/** False = there was none. */
export async function removeRun(study: Study, id: RunId): Promise<boolean> {
  return await removeFolder(study.layout.run(id).folder)
}
