// One number a run, for the question "which method is best all in all": the sum of the five scores, and whether the best run is better by chance.
import type { TableCell } from '../../preload/contract/tables.ts'
import { estimate } from '../statistics/bootstrap.ts'
import type { Interval } from '../statistics/bootstrap.ts'
import { holm, pairedPermutationTest } from '../statistics/paired-tests.ts'
import { columnsOf, datasetLabel, methodOf, scoredRuns } from './columns.ts'
import { groupKey, noRun } from './run-table.ts'
import { defineTable } from './table.ts'
import type { TableRun } from './table.ts'

const five = ['reliability', 'text-generality', 'image-generality', 'text-locality', 'image-locality']

export const scoreSums = defineTable({
  id: 'score-sums',
  label: 'Sum of the five scores',
  summary: 'Reliability, both generalities and both localities added up record by record, and each run against the best one of its dataset by a paired test.',
  needs: ['records'],
  build(input) {
    const { runs, variant } = input
    columnsOf(variant) // throws the sentence for an unknown reading
    const rows = scoredRuns(runs).map(run => ({ run, sums: sumsOf(run, variant) }))
    const hasSlices = rows.some(({ run }) => run.slice)
    const cells = new Map(comparedCells(groupsOf(rows)))
    return {
      id: 'score-sums',
      title: 'Sum of the five scores',
      columns: [
        { id: 'dataset', label: 'Dataset' },
        { id: 'method', label: 'Method' },
        { id: 'module', label: 'Module' },
        ...(hasSlices ? [{ id: 'slice', label: 'Slice' }] : []),
        { id: 'steps', label: 'Steps' },
        { id: 'sum', label: 'Sum (0–500)' },
        { id: 'difference', label: 'Best − this' },
        { id: 'p', label: 'p (Holm)' },
        { id: 'records', label: 'n' },
      ],
      rows: rows.map(({ run, sums }) => ({
        id: run.key,
        run: run.run.id,
        ...(run.slice ? { slice: run.slice.id } : {}),
        ...(run.run.id === input.baseline ? { isBaseline: true } : {}),
        cells: {
          dataset: { text: datasetLabel(run) },
          method: { text: methodOf(run.run), run: run.run.id },
          module: { text: run.run.plan.scope },
          ...(hasSlices ? { slice: { text: run.slice?.name ?? 'all records' } } : {}),
          steps: { text: stepsOf(run) },
          ...cells.get(run),
          records: { text: String(sums.size) },
        },
      })),
      caption: [
        'Reliability, both generalities and both localities added up record by record: sums in percentage points over the records that have all five scores, with 95 % percentile-bootstrap intervals.',
        'Differences are to the best run of the same dataset, model and slice, paired by record; p is of a two-sided sign-flip permutation test on them, corrected after Holm over all tests of the table.',
      ].join(' '),
      notes: rows.length === 0
        ? [noRun]
        : input.reported.length > 0 ? ['Results reported elsewhere are left out: sums and tests need the scores of every record.'] : [],
    }
  },
})

interface Row { readonly run: TableRun, readonly sums: ReadonlyMap<string, number> }

/** Record → sum of the five, for records that have them all. */
function sumsOf({ records }: TableRun, variant: string): Map<string, number> {
  const columns = five.map(metric => records?.scores[metric]?.[variant] ?? [])
  return new Map((records?.records ?? []).flatMap((record, row): [string, number][] => {
    const values = columns.map(column => column[row] ?? null)
    return values.includes(null) ? [] : [[record, values.reduce<number>((sum, value) => sum + value!, 0)]]
  }))
}

/** Mean steps of an edit. */
function stepsOf({ records }: TableRun): string {
  const steps = records?.steps ?? []
  return steps.length === 0 ? '–' : (steps.reduce((a, b) => a + b, 0) / steps.length).toFixed(0)
}

function groupsOf(rows: readonly Row[]): Row[][] {
  const groups = new Map<string, Row[]>()
  for (const row of rows) {
    const key = groupKey(row.run)
    groups.set(key, [...(groups.get(key) ?? []), row])
  }
  return [...groups.values()]
}

const points = (value: number): string => (value * 100).toFixed(1)

interface Compared { readonly run: TableRun, readonly sum: Interval | undefined, readonly isBest: boolean, /** Best − this, record by record. */ readonly differences: readonly number[] }

/** Each run of a group beside the group's best. */
function againstBest(group: readonly Row[]): Compared[] {
  const measured = group.map(row => ({ row, sum: estimate([...row.sums.values()], { unit: 'nats' }) }))
  const best = measured.reduce((a, b) => (b.sum?.mean ?? -1) > (a.sum?.mean ?? -1) ? b : a).row
  return measured.map(({ row, sum }) => ({
    run: row.run,
    sum,
    isBest: row === best,
    differences: row === best ? [] : [...row.sums].flatMap(([record, own]) => best.sums.has(record) ? [best.sums.get(record)! - own] : []),
  }))
}

/** One correction over every test of the table. */
function comparedCells(groups: readonly (readonly Row[])[]): [TableRun, Record<'sum' | 'difference' | 'p', TableCell>][] {
  const compared = groups.flatMap(againstBest)
  const tested = compared.flatMap((row) => {
    const test = pairedPermutationTest(row.differences)
    return test ? [{ row, p: test.p }] : []
  })
  const adjusted = new Map(holm(tested.map(({ p }) => p)).map((p, i) => [tested[i]!.row, p]))
  return compared.map((row) => {
    const { run, sum, isBest, differences } = row
    const difference = estimate(differences, { unit: 'nats' })
    const p = adjusted.get(row)
    return [run, {
      sum: { text: sum ? `${points(sum.mean)} [${points(sum.low)}, ${points(sum.high)}]` : '–' },
      difference: { text: isBest ? 'best' : difference ? `${points(difference.mean)} [${points(difference.low)}, ${points(difference.high)}]` : '–' },
      p: { text: p === undefined ? '–' : p < 0.001 ? '< 0.001' : p.toFixed(3) },
    }]
  })
}
