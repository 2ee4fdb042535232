// A figure is a function from compared runs to a pure JSON ECharts option: the page, the terminal and the archive draw the same thing.
import type { Figure } from '../../preload/contract/figures.ts'
import type { ReportInput, ReportNeed } from '../query/report-run.ts'

export interface FigureDefinition {
  readonly id: string
  readonly label: string
  readonly summary: string
  /** What it looks at beside means. */
  readonly needs: readonly ReportNeed[]
  /** Of a figure of one metric: those it can show, its own choice first. */
  readonly metrics?: readonly string[]
  /** Names of choices among them that are no metric. */
  readonly labels?: Readonly<Record<string, string>>
  /** Shows only what the edits themselves did: no audit of their probes changes it. */
  readonly isOfEdits?: boolean
  /** Rows in, JSON out: no theme, no functions, no files, no clock. Throws a sentence for a variant or metric that it cannot show. */
  readonly draw: (input: ReportInput) => Figure
}

/** Every figure says what its rows are not equal in, and that there are none. */
export function defineFigure(figure: Omit<FigureDefinition, 'draw'> & { readonly draw: (input: ReportInput) => Omit<Figure, 'id' | 'label'> }): FigureDefinition {
  return {
    ...figure,
    draw(input) {
      const { option, notes, ...rest } = figure.draw(input)
      const isEmpty = input.runs.length + input.reported.length === 0
      return {
        id: figure.id,
        label: figure.label,
        option,
        notes: isEmpty ? ['No run is chosen.', ...notes] : notes,
        ...rest,
        comparability: input.comparability,
      }
    },
  }
}

/** The metric that was asked for, or the figure's own. Throws a sentence for one that it cannot show. */
export function metricOf({ metric }: Pick<ReportInput, 'metric'>, { id, metrics = [] }: Pick<FigureDefinition, 'id' | 'metrics'>): string {
  if (metric !== undefined && !metrics.includes(metric))
    throw new Error(`Figure '${id}' has no metric '${metric}'. It can show: ${metrics.join(', ')}.`)
  return metric ?? metrics[0]!
}
