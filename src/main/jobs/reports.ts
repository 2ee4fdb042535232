// Tables and figures of a comparison: reads what they need, over the records that are compared, and lets the registries make them.
import type { Comparison } from '../../preload/contract/comparison.ts'
import type { Figure } from '../../preload/contract/figures.ts'
import type { RunId } from '../../preload/contract/identifiers.ts'
import type { Reported } from '../../preload/contract/reported.ts'
import type { Run, RunSummary } from '../../preload/contract/runs.ts'
import type { Slice } from '../../preload/contract/slices.ts'
import type { Table } from '../../preload/contract/tables.ts'
import { figures } from '../figures/index.ts'
import { mismatchesOf } from '../query/mismatches.ts'
import type { ReportInput, ReportNeed, ReportRun } from '../query/report-run.ts'
import { tables } from '../tables/index.ts'
import { listDatasets } from '../workspace/datasets.ts'
import { listModels } from '../workspace/models.ts'
import type { Study } from '../workspace/open-workspace.ts'
import { readLosses } from '../workspace/run-lines.ts'
import { readSummary } from '../workspace/runs.ts'
import type { ScoreColumns } from '../workspace/score-columns.ts'
import { readCells, readSteps } from '../workspace/stream-lines.ts'
import { comparedRecords } from './compared-records.ts'
import type { Compared } from './compared-records.ts'
import { countedOf } from './counted.ts'
import type { ComparedRun, Piece } from './counted.ts'
import { repairNotes } from './counted-words.ts'
import { keptCells } from './counted-cells.ts'
import type { CountedRun, Counting } from './counting.ts'
import type { ReportedCases } from './reported-cases.ts'
import { withData } from './run-data.ts'
import { selectionOf } from './selections.ts'
import type { SliceCases } from './slice-cases.ts'

export interface Reports {
  /** What tables and figures are made from. Throws a sentence for an unknown run, slice or reported result. */
  readonly inputOf: (comparison: Comparison, needs: readonly ReportNeed[], metric?: string) => Promise<ReportInput>
  readonly table: (request: Comparison & { readonly id: string }) => Promise<Table>
  readonly figure: (request: Comparison & { readonly id: string, readonly metric?: string | undefined }) => Promise<Figure>
}

export interface ReportOptions {
  readonly study: Study
  readonly listRuns: () => readonly Run[]
  /** Throws a sentence for an unknown id. */
  readonly getRun: (id: RunId) => Run
  readonly counting: Counting
  readonly slices: Pick<SliceCases, 'list' | 'recordsOf'>
  readonly reported: Pick<ReportedCases, 'list'>
}

/** Everything of these ids, in their order. Throws a sentence that lists the known ones. */
function pick<T extends { readonly id: string }>(noun: string, ids: readonly string[], known: readonly T[]): T[] {
  return ids.map((id) => {
    const found = known.find(item => item.id === id)
    if (!found)
      throw new Error(`There is no ${noun} '${id}' in this study. Known: ${known.slice(0, 12).map(item => item.id).join(', ') || 'none'}${known.length > 12 ? ` and ${known.length - 12} more` : ''}.`)
    return found
  })
}

export function createReports({ study, listRuns, getRun, counting, slices, reported }: ReportOptions): Reports {
  /** In the order of the choice; without a choice every finished run that is a result by itself, oldest first. A baseline stands first if it was not chosen. */
  function chosen({ runs: ids, baseline }: Comparison): Run[] {
    const runs = ids.length > 0 ? [...new Set(ids)].map(getRun) : listRuns().filter(run => run.status === 'finished' && run.plan.kind === 'score' && run.plan.repairs === undefined).reverse()
    if (baseline === undefined)
      return runs
    const base = getRun(baseline)
    if (base.plan.repairs !== undefined)
      throw new Error(`Run '${base.name}' asks only fixed probes again and cannot be a baseline. Choose the run that it completes, '${base.plan.repairs}'.`)
    return runs.some(({ id }) => id === baseline) ? runs : [base, ...runs]
  }

  /** By columns, so that a run that goes on is read again. */
  const lossesKnown = new WeakMap<ScoreColumns, Promise<Map<string, number[]>>>()
  async function lossesOf(run: Run, isIn: (record: string) => boolean): Promise<number[][]> {
    const columns = await columnsOf(run)
    const known = lossesKnown.get(columns) ?? readLosses(study, run.id)
    lossesKnown.set(columns, known)
    const losses = await known
    return columns.records.flatMap(record => isIn(record) && losses.has(record) ? [losses.get(record)!] : [])
  }

  const columnsOf = (run: Run): Promise<ScoreColumns> => counting.columnsOf(run, 'all')

  /** The run's rows: all compared records, then slice by slice; slices of other datasets have none of it. */
  async function piecesOf(run: Run, compared: Compared, whole: boolean, among: readonly Slice[]): Promise<Piece[]> {
    const fitting = among.filter(({ dataset }) => dataset === undefined || dataset === run.plan.dataset)
    return [
      ...(whole || run.plan.kind === 'train' ? [{ records: compared }] : []),
      ...run.plan.kind === 'train' ? [] : await Promise.all(fitting.map(async (slice): Promise<Piece> => {
        const inSlice = await slices.recordsOf(slice.id, run.plan.dataset)
        return { slice, records: compared === 'all' ? inSlice : new Set([...compared].filter(record => inSlice.has(record))) }
      })),
    ]
  }

  interface Wanted { readonly needs: readonly ReportNeed[], readonly names: Pick<ReportRun, 'modelName' | 'datasetName'>, readonly hasBaseline: boolean }

  async function rowOf(run: Run, { slice, records }: Piece, summary: RunSummary, counted: CountedRun, { needs, names, hasBaseline }: Wanted): Promise<ReportRun> {
    const isIn = (record: string): boolean => records === 'all' || records.has(record)
    const isScored = run.plan.kind !== 'train'
    // A run that goes is ahead of what was last added up.
    const isPart = records !== 'all' || run.status === 'running'
    const isCounted = counted.columns !== counted.plain
    const selection = isScored && (needs.includes('records') || hasBaseline || isPart || isCounted) ? selectionOf(counted.columns, records, run.plan.seed) : undefined
    // Over all of its records a run's numbers are known; over a part of them they are made here.
    const numbers: Omit<RunSummary, 'verdicts'> = selection && isPart ? selection.numbers : summary
    const row: ReportRun = {
      key: slice ? `${run.id}/${slice.id}` : run.id,
      run,
      metrics: (selection && isCounted ? selection.numbers : numbers).metrics,
      recordCount: selection?.columns.records.length ?? run.doneCount - run.failedCount,
      ...names,
      ...(slice ? { slice: { id: slice.id, name: slice.name } } : {}),
      ...(numbers.cost ? { cost: numbers.cost } : {}),
      ...(selection ? { records: selection.columns } : {}),
      ...(needs.includes('losses') && isScored ? { losses: await lossesOf(run, isIn) } : {}),
      ...(needs.includes('retention') && run.plan.protocol === 'sequential' ? { retention: keptCells(await readCells(study, run.id), counted.ruling).filter(({ record }) => isIn(record)) } : {}),
      ...(needs.includes('steps') && !isScored ? { steps: await readSteps(study, run.id) } : {}),
    }
    // Made when a table shows it, as the metrics are.
    return 'secondsPerEdit' in numbers ? Object.defineProperty(row, 'secondsPerEdit', { enumerable: true, get: () => numbers.secondsPerEdit }) : row
  }

  async function inputOf(comparison: Comparison, needs: readonly ReportNeed[], metric?: string): Promise<ReportInput> {
    const runs = await withData(study, chosen(comparison))
    const [{ models }, { datasets }] = await Promise.all([listModels(study), listDatasets(study)])
    const chosenSlices = comparison.slices.length > 0 ? pick('slice', comparison.slices, await slices.list()) : []
    const elsewhere: Reported[] = comparison.reported.length > 0 ? pick('reported result', comparison.reported, await reported.list()) : []
    const { compared, common } = await comparedRecords(runs, comparison.records, columnsOf)
    const all: ComparedRun[] = await Promise.all(runs.map(async (run, i): Promise<ComparedRun> => ({
      run,
      counted: await counting.count(run, comparison.counts),
      records: compared[i]!,
      pieces: await piecesOf(run, compared[i]!, comparison.whole || chosenSlices.length === 0, chosenSlices),
    })))
    const rows = await Promise.all(all.map(async ({ run, counted, pieces }) => {
      const names = {
        modelName: models.find(({ id }) => id === run.plan.model)?.name ?? run.plan.model,
        datasetName: datasets.find(({ id }) => id === run.plan.dataset)?.name ?? run.plan.dataset,
      }
      const summary = await readSummary(study, run.id)
      return Promise.all(pieces.map(async piece => rowOf(run, piece, summary, counted, { needs, names, hasBaseline: comparison.baseline !== undefined })))
    }))
    return {
      runs: rows.flat(),
      reported: elsewhere,
      variant: comparison.variant,
      ...(metric === undefined ? {} : { metric }),
      ...(comparison.baseline === undefined ? {} : { baseline: comparison.baseline }),
      over: comparison.records,
      comparability: { mismatches: mismatchesOf({ runs, reported: elsewhere, common, records: comparison.records, variant: comparison.variant }), common },
      ...(comparison.counts === 'all' ? {} : countedPart(all.filter(({ run }) => run.plan.kind !== 'train'), comparison)),
    }
  }

  function countedPart(runs: readonly ComparedRun[], { counts, variant }: Comparison): Pick<ReportInput, 'counted' | 'audit'> {
    return {
      counted: countedOf(runs, counts, variant),
      audit: {
        hashes: () => Object.fromEntries(runs.flatMap(({ run, counted: { ruling } }) => ruling ? [[run.plan.dataset, ruling.hash()]] : [])),
        repairs: [...new Set(counts === 'with-fixes' ? runs.flatMap(({ counted }) => counted.repairs.map(({ id }) => id)) : [])],
      },
    }
  }

  return {
    inputOf,
    async table(request) {
      const definition = tables.get(request.id)
      const input = await inputOf(request, definition.needs)
      const table = definition.build(input)
      return withCounted({ ...table, comparability: input.comparability, notes: [...table.notes, ...repairNotes(runsOf(input))] }, input, definition)
    },
    async figure(request) {
      const definition = figures.get(request.id)
      const input = await inputOf(request, definition.needs, request.metric)
      const figure = definition.draw(input)
      return withCounted({ ...figure, notes: [...figure.notes, ...repairNotes(runsOf(input))] }, input, definition)
    },
  }
}

const runsOf = ({ runs }: ReportInput): Run[] => [...new Map(runs.map(({ run }) => [run.id, run])).values()]

/** What counts, said by a caption where there is one and by the notes where not; nothing is said where nothing shown depends on it. */
function withCounted<T extends Table | Figure>(shown: T, { counted }: ReportInput, { isOfEdits = false }: { readonly isOfEdits?: boolean }): T {
  if (!counted)
    return shown
  const said = isOfEdits ? [] : [counted.sentence]
  const notes = isOfEdits ? ['Nothing shown here depends on which probes count.'] : counted.notes
  return 'caption' in shown && shown.caption !== undefined
    ? { ...shown, caption: [shown.caption, ...said].join(' '), notes: [...shown.notes, ...notes], counted }
    : { ...shown, notes: [...shown.notes, ...said, ...notes], counted }
}
