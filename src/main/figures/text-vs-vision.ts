// What editing the language model, the vision module or both changes, everything else being equal (the paper's Figure 7).
import type { EditScope } from '../../preload/contract/models.ts'
import type { ReportRun } from '../query/report-run.ts'
import { allMetrics, chooseMetrics } from './choose-metrics.ts'
import type { Chosen } from './choose-metrics.ts'
import { dotColumnsHeight, dotColumnsOption, inPercent, openColumn, shareColumn } from './dot-columns.ts'
import type { Dot, DotColumns } from './dot-columns.ts'
import { defineFigure, metricOf } from './figure.ts'
import { createLinks } from './links.ts'
import { differenceText, pairedRuns } from './paired.ts'
import { labelsOf, rowsOf } from './rows.ts'
import { countNotes, leftOut, markText } from './words.ts'

const scopes: readonly EditScope[] = ['text', 'vision', 'both']
const kinds = [
  { name: 'Text', symbol: 'circle', colour: 'var(--scope-text)' },
  { name: 'Vision', symbol: 'rect', colour: 'var(--scope-vision)' },
  { name: 'Both', symbol: 'triangle', colour: 'var(--scope-both)' },
]

export interface ScopeGroup { readonly name: string, readonly runs: ReadonlyMap<EditScope, ReportRun> }

export const textVsVision = defineFigure({
  id: 'text-vs-vision',
  label: 'Text against vision module',
  summary: 'Language model, vision module or both edited by the same method on the same records: one dot each, with 95 % interval.',
  needs: ['records'],
  ...allMetrics,
  draw(input) {
    const rows = rowsOf(input)
    const { chosen, notes } = chooseMetrics(rows.filter(({ run }) => run), input.variant, metricOf(input, { id: 'text-vs-vision', ...allMetrics }))
    const { groups, alone } = groupsOf(input.runs)
    const links = createLinks(input)
    const plot: DotColumns = { rows: groups.map(({ name }) => name), columns: chosen.map(one => columnOf(one, groups)), kinds, dots: chosen.flatMap((one, column) => dotsOf(one, column, groups, links.to)) }
    return {
      option: dotColumnsOption(plot),
      notes: [
        ...(groups.length > 0 && chosen.some(({ variant }) => variant.unit === 'share') ? [inPercent] : []),
        ...notes,
        ...leftOut('no other module was edited the same way', alone.map(run => rows.find(({ key }) => key === run.key)!.name)),
        ...leftOut('the source does not give them by module', rows.filter(({ run }) => !run).map(({ name }) => name)),
        ...countNotes(rows.filter(({ run }) => run && !alone.includes(run)), row => chosen.map(({ metric, variant }) => ({ label: metric.label, n: row.markOf(metric.id, variant.id)?.n }))),
      ],
      links: links.all,
      height: dotColumnsHeight(plot),
    }
  },
})

/** Runs that are equal but for the module; a later one of the same module stands in a group of its own. */
export function groupsOf(runs: readonly ReportRun[]): { readonly groups: readonly ScopeGroup[], readonly alone: readonly ReportRun[] } {
  const found = new Map<string, Map<EditScope, ReportRun>>()
  for (const row of runs.filter(({ run }) => run.plan.kind !== 'train')) {
    const { plan } = row.run
    const base = JSON.stringify([plan.method.id, plan.model, plan.dataset, plan.protocol, plan.group, plan.seed, row.slice?.id])
    let round = 0
    while (found.get(`${base} ${round}`)?.has(plan.scope))
      round++
    const group = found.get(`${base} ${round}`) ?? new Map<EditScope, ReportRun>()
    found.set(`${base} ${round}`, group.set(plan.scope, row))
  }
  const all = [...found.values()]
  const kept = all.filter(group => group.size > 1)
  // Named as if the module were the same.
  const names = labelsOf(kept.map((group): ReportRun => {
    const { label: _, run, ...rest } = [...group.values()][0]!
    const { name: __, ...plan } = run.plan
    return { ...rest, run: { ...run, plan: { ...plan, scope: 'text' } } }
  }), 'method')
  return { groups: kept.map((group, i) => ({ name: names[i]!, runs: group })), alone: all.filter(group => group.size === 1).flatMap(group => [...group.values()]) }
}

function columnOf({ metric, variant }: Chosen, groups: readonly ScopeGroup[]): DotColumns['columns'][number] {
  if (variant.unit === 'share')
    return shareColumn(metric.label)
  return openColumn(metric.label, Math.max(0, ...groups.flatMap(({ runs }) => [...runs.values()].map(run => run.metrics[metric.id]?.[variant.id]?.high ?? 0))))
}

function dotsOf({ metric, variant }: Chosen, column: number, groups: readonly ScopeGroup[], linkTo: (run: ReportRun, more: { metric: string, variant: string }) => number): Dot[] {
  return groups.flatMap(({ name, runs }, row) => scopes.flatMap((scope, kind): Dot[] => {
    const run = runs.get(scope)
    const mark = run?.metrics[metric.id]?.[variant.id]
    if (!run || !mark)
      return []
    const text = runs.get('text')
    const paired = scope !== 'text' && text ? pairedRuns(run, text, metric.id, variant.id) : undefined
    return [{
      row,
      column,
      kind,
      mark,
      tip: `${name}, ${scope}: ${metric.label} ${markText(mark, variant.unit)}${paired ? `; against text ${differenceText(paired.difference, variant.unit)} on ${paired.difference.n} shared records` : ''}`,
      link: linkTo(run, { metric: metric.id, variant: variant.id }),
    }]
  }))
}
