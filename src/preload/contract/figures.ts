// Figures of chosen runs: one JSON option for the page, the terminal and the archive.
import { oc } from '@orpc/contract'
import { z } from 'zod'
import { Comparability, Comparison, Counted } from './comparison.ts'
import { ResultFilter } from './runs.ts'

export const Figure = z.object({
  id: z.string(),
  label: z.string(),
  /** A pure JSON ECharts option without theme. */
  option: z.record(z.string(), z.unknown()),
  notes: z.array(z.string()),
  /**
   * What a click opens: an entry of a series, or the whole series, may carry `link: n`, the n-th of these, and `tip`, what it says. A point
   * of a scatter with `isRecords: true` is [x, y, r, …]: r is the place of its record in `records`, and the series' `id` is its run's, with
   * a slice's behind a slash.
   */
  links: z.array(ResultFilter).optional(),
  records: z.array(z.string()).optional(),
  /**
   * Points of figures that draw their density instead, run by run: x, y, r, b, x, y, r, b, … with r as above and b the bin of the heat map
   * with the id '<series>#bins', whose cells are [column, row, count, b, …].
   */
  points: z.array(z.object({ series: z.string(), grid: z.int(), data: z.array(z.number()) })).optional(),
  /** Height in pixels that the figure wants at a type size of 12 pixels. */
  height: z.number().optional(),
  comparability: Comparability.optional(),
  /** What the audit did to the numbers; only where not all probes count. */
  counted: Counted.optional(),
})
export type Figure = z.infer<typeof Figure>

const Request = Comparison.extend({
  id: z.string().default('metric-bars'),
  metric: z.string().optional().describe('For figures of one metric; default: the figure\'s own'),
})

export const FigureFormat = z.enum(['svg', 'pdf', 'png'])
export type FigureFormat = z.infer<typeof FigureFormat>

/** How a figure is printed. The same values give the same bytes. */
export const Print = z.object({
  format: FigureFormat.default('svg'),
  width: z.number().min(30).max(600).default(160).describe('Millimetres'),
  height: z.number().min(20).max(600).default(80).describe('Millimetres'),
  font: z.enum(['sans', 'serif']).default('sans'),
  fontSize: z.number().min(4).max(24).default(8).describe('Points'),
  dpi: z.int().min(72).max(1200).default(300).describe('Of PNG'),
})
export type Print = z.infer<typeof Print>

export const figures = {
  list: oc.output(z.array(z.object({
    id: z.string(),
    label: z.string(),
    summary: z.string().optional(),
    /** Of a figure of one metric: those that may be chosen, its own choice first. */
    metrics: z.array(z.string()).optional(),
    /** Names of choices among them that are no metric, such as a mean of several. */
    labels: z.record(z.string(), z.string()).optional(),
  }))),
  get: oc.input(Request).output(Figure),
  export: oc
    .input(Request.extend({ ...Print.shape, keep: z.boolean().default(true).describe('false: only shows what the file would hold'), from: z.string().optional().describe('An earlier export: writes the same file again from what it says about itself; all else is ignored') }))
    .output(z.object({ file: z.string().describe('Written into exports/'), format: FigureFormat, bytes: z.int(), svg: z.string().optional().describe('The text, of an SVG'), notes: z.array(z.string()).optional().describe('With --from: whether the data and the bytes are the same; what was replaced') })),
}
