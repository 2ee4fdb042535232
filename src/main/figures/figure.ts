// A figure is a function from runs to a pure JSON ECharts option: the page, the terminal and the archive draw the same thing.
import type { Figure } from '../../preload/contract/figures.ts'
import type { Run, RunMetrics } from '../../preload/contract/runs.ts'
import { methods } from '../methods/index.ts'

export interface FigureRun {
  readonly run: Run
  readonly metrics: RunMetrics
  /** Name in legends; left out: the name people gave the run, or what it does differently. */
  readonly label?: string
  /** The loss of every step, one list a finished record. Only figures with `needsLosses` are given them. */
  readonly losses?: readonly (readonly number[])[]
}

export interface FigureDefinition {
  readonly id: string
  readonly label: string
  readonly summary: string
  readonly needsLosses: boolean
  /** Rows in, JSON out: no theme, no functions, no files, no clock. Throws a sentence for a variant that no metric has. */
  readonly draw: (runs: readonly FigureRun[], variant: string) => Figure
}

export function defineFigure(figure: FigureDefinition): FigureDefinition {
  return figure
}

/** Legend names: what people called the run, else what it does differently from the others; made unique. */
export function labelsOf(runs: readonly FigureRun[]): string[] {
  const parts = runs.map(({ run: { plan } }) => [methods.has(plan.method.id) ? methods.get(plan.method.id).label : plan.method.id, plan.scope, plan.model, plan.dataset, `seed ${plan.seed}`])
  const varies = [0, 1, 2, 3, 4].filter(i => new Set(parts.map(part => part[i])).size > 1)
  // One run, or several of the same kind, still need a name.
  const kept = varies.length > 0 ? varies : [0, 1]
  const names = runs.map(({ run, label }, i) => label ?? run.plan.name ?? kept.map(k => parts[i]![k]).join(', '))
  return names.map((name, i) => names.indexOf(name) === names.lastIndexOf(name) ? name : `${name} (${lastOf(runs[i]!.run.id)})`)
}

/** The runs with their names filled in, so that a part of them keeps the names it has among all. */
export function withLabels(runs: readonly FigureRun[]): FigureRun[] {
  const names = labelsOf(runs)
  return runs.map((run, i) => ({ ...run, label: names[i]! }))
}

/** Ids end in a number of their own kind: 2026-01-01-fine-tune-sample-02. */
const lastOf = (id: string): string => /\d+$/.exec(id)?.[0] ?? id

/** The legend above the drawing, and where the drawing begins: long names wrap, at a width that any page has. */
export function legendOf(names: readonly string[]): { readonly legend: object, readonly top: number } {
  const rows = names.reduce(({ row, used }, name) => {
    const width = name.length * 6.6 + 42
    return used + width > 560 ? { row: row + 1, used: width } : { row, used: used + width }
  }, { row: 1, used: 0 }).row
  return { legend: { top: 4, data: names, icon: 'roundRect', itemWidth: 18, itemHeight: 10 }, top: 24 + rows * 20 }
}
