// A figure is a function from runs to a pure JSON ECharts option: the page, the terminal and the archive draw the same thing.
import type { Figure } from '../../preload/contract/figures.ts'
import type { Run, RunMetrics } from '../../preload/contract/runs.ts'

export interface FigureRun {
  readonly run: Run
  readonly metrics: RunMetrics
  /** Name in legends; the run's own name, where left out. */
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

/** Legend names, made unique: two runs of one name become "name (run id)". */
export function labelsOf(runs: readonly FigureRun[]): string[] {
  const names = runs.map(({ run, label }) => label ?? run.name)
  return names.map((name, i) => names.indexOf(name) === names.lastIndexOf(name) ? name : `${name} (${runs[i]!.run.id})`)
}
