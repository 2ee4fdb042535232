// Tables and figures of chosen runs: reads what they need, lets the registries make them, writes exports.
import type { Figure } from '../../preload/contract/figures.ts'
import type { RunId } from '../../preload/contract/identifiers.ts'
import type { Estimate, Run, RunMetrics, Scores } from '../../preload/contract/runs.ts'
import type { Table } from '../../preload/contract/tables.ts'
import { figures } from '../figures/index.ts'
import { tables } from '../tables/index.ts'
import { listDatasets } from '../workspace/datasets.ts'
import { listModels } from '../workspace/models.ts'
import type { Study } from '../workspace/open-workspace.ts'
import { readResults } from '../workspace/run-lines.ts'
import { readSummary } from '../workspace/runs.ts'

interface Chosen { readonly id: string, readonly runs: readonly RunId[], readonly variant: string }

interface ChosenRun { readonly run: Run, readonly metrics: RunMetrics, readonly secondsPerEdit?: Estimate }

export interface Reports {
  readonly table: (request: Chosen) => Promise<Table>
  readonly figure: (request: Chosen) => Promise<Figure>
}

export interface ReportOptions {
  readonly study: Study
  readonly listRuns: () => readonly Run[]
  /** Throws a sentence for an unknown id. */
  readonly getRun: (id: RunId) => Run
}

export function createReports({ study, listRuns, getRun }: ReportOptions): Reports {
  /** The chosen runs in the order of the choice; without a choice every finished one, oldest first. */
  async function chosen(ids: readonly RunId[]): Promise<ChosenRun[]> {
    const runs = ids.length > 0 ? ids.map(getRun) : listRuns().filter(run => run.status === 'finished' && run.plan.kind === 'score').reverse()
    return Promise.all(runs.map(async (run) => {
      const { metrics, secondsPerEdit } = await readSummary(study, run.id)
      return { run, metrics, ...(secondsPerEdit ? { secondsPerEdit } : {}) }
    }))
  }

  async function lossesOf(id: RunId): Promise<number[][]> {
    const losses: number[][] = []
    for await (const result of readResults(study, id)) {
      if (result.status === 'done')
        losses.push(result.losses)
    }
    return losses
  }

  async function scoresOf(id: RunId): Promise<{ record: string, scores: Scores, steps: number }[]> {
    const scored: { record: string, scores: Scores, steps: number }[] = []
    for await (const { record, status, scores, steps } of readResults(study, id)) {
      if (status === 'done')
        scored.push({ record, scores, steps })
    }
    return scored
  }

  async function table({ id, runs, variant }: Chosen): Promise<Table> {
    const definition = tables.get(id)
    const { models } = await listModels(study)
    const { datasets } = await listDatasets(study)
    const rows = (await chosen(runs)).map(row => ({
      ...row,
      modelName: models.find(model => model.id === row.run.plan.model)?.name ?? row.run.plan.model,
      datasetName: datasets.find(dataset => dataset.id === row.run.plan.dataset)?.name ?? row.run.plan.dataset,
    }))
    return definition.build(definition.needsResults ? await Promise.all(rows.map(async row => ({ ...row, results: await scoresOf(row.run.id) }))) : rows, variant)
  }

  async function figure({ id, runs, variant }: Chosen): Promise<Figure> {
    const definition = figures.get(id)
    const rows = await chosen(runs)
    return definition.draw(definition.needsLosses ? await Promise.all(rows.map(async row => ({ ...row, losses: await lossesOf(row.run.id) }))) : rows, variant)
  }

  return {
    table,
    figure,
  }
}
