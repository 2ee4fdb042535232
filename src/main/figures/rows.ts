// The rows of a comparison as figures draw them: runs, slices of runs and results reported elsewhere, each with a name and a look.
import type { Estimate } from '../../preload/contract/runs.ts'
import { layerOf } from '../methods/chosen-layer.ts'
import { methods } from '../methods/index.ts'
import type { ReportInput, ReportRun } from '../query/report-run.ts'
import { lookOf } from './palette.ts'
import type { SeriesLook } from './palette.ts'

export interface FigureRow {
  readonly key: string
  /** Unique among the rows. */
  readonly name: string
  readonly look: SeriesLook
  /** Missing: reported elsewhere. */
  readonly run?: ReportRun
  readonly markOf: (metric: string, variant: string) => Mark | undefined
}

/** A mean; one that was reported elsewhere has no interval. */
export type Mark = Pick<Estimate, 'mean'> & Partial<Estimate>

const scopes = ['text', 'vision', 'both']

/** All rows in their order, reported ones last. */
export function rowsOf({ runs, reported }: Pick<ReportInput, 'runs' | 'reported'>): FigureRow[] {
  const names = unique([...labelsOf(runs), ...reported.map(({ name }) => `${name} (reported)`)])
  // Where every run has a scope of its own, it has the scope's colour.
  const isByScope = reported.length === 0 && runs.length <= 3 && new Set(runs.map(({ run }) => run.plan.scope)).size === runs.length
  return [
    ...runs.map((row, i): FigureRow => ({
      key: row.key,
      name: names[i]!,
      look: lookOf(isByScope ? scopes.indexOf(row.run.plan.scope) : i),
      run: row,
      markOf: (metric, variant) => row.metrics[metric]?.[variant],
    })),
    ...reported.map((row, i): FigureRow => ({
      key: `reported/${row.id}`,
      name: names[runs.length + i]!,
      look: lookOf(runs.length + i),
      markOf: (metric) => {
        const mean = row.metrics[metric]
        return mean === undefined ? undefined : { mean, ...(row.n === undefined ? {} : { n: row.n }) }
      },
    })),
  ]
}

/** Legend names: what people called the run, else what it does differently from the others, and the slice; made unique. */
export function labelsOf(rows: readonly ReportRun[], least: 'method' | 'method and scope' = 'method and scope'): string[] {
  const parts = rows.map(partsOf)
  const varies = parts[0]?.flatMap((_, k) => new Set(parts.map(part => part[k])).size > 1 ? [k] : []) ?? []
  // One run, or several of the same kind, still need a name.
  const kept = varies.length > 0 ? varies : least === 'method' ? [0] : [0, 1]
  return unique(rows.map(({ run, label, slice }, i) => {
    const name = label ?? run.plan.name ?? kept.map(k => parts[i]![k]).join(', ')
    return slice ? `${name}, ${slice.name}` : name
  }), rows.map(({ run }) => lastOf(run.id)))
}

/** What a run can do differently, in words. */
function partsOf({ run: { plan }, modelName, datasetName }: ReportRun): string[] {
  const layer = layerOf(plan)
  return [
    methods.has(plan.method.id) ? methods.get(plan.method.id).label : plan.method.id,
    plan.scope,
    modelName ?? plan.model,
    datasetName ?? plan.dataset,
    plan.protocol === 'batch' || plan.protocol === 'sequential' ? plan.protocol : 'single edits',
    layer === undefined ? 'the method\'s own layers' : `layer ${layer}`,
    `seed ${plan.seed}`,
  ]
}

function unique(names: readonly string[], tails: readonly string[] = []): string[] {
  return names.map((name, i) => names.indexOf(name) === names.lastIndexOf(name) ? name : `${name} (${tails[i] ?? i + 1})`)
}

/** Ids end in a number of their own kind: 2026-01-01-fine-tune-sample-02. */
const lastOf = (id: string): string => /\d+$/.exec(id)?.[0] ?? id

/** An area in the row's look: hollow and hatched where it was reported elsewhere. */
export function areaStyleOf({ look, run }: FigureRow): Record<string, unknown> {
  if (!run)
    return { color: 'var(--surface)', borderColor: look.colour, borderWidth: 1.25, borderType: 'dashed', decal: { symbol: 'rect', symbolSize: 1, color: look.colour, dashArrayX: [1, 0], dashArrayY: [1, 5], rotation: -Math.PI / 4 } }
  return { color: look.colour, decal: look.decal ?? { symbol: 'none' } }
}

/** A point in the row's look: hollow where it was reported elsewhere. */
export function pointStyleOf({ look, run }: FigureRow): Record<string, unknown> {
  return run ? { color: look.colour, borderColor: 'var(--surface)', borderWidth: 1 } : { color: 'var(--surface)', borderColor: look.colour, borderWidth: 1.75 }
}
