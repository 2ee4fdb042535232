// Where an edit leaks: KL of text locality against KL of image locality, one point a record, both axes logarithmic.
//
// Up to four rows share one drawing; more stand in small drawings of their own, on the same axes. A row of more than 4,000 records is drawn
// as density; its points go along (`Figure.points`), for brushing and for zooming in.
import type { ReportInput } from '../query/report-run.ts'
import { defineFigure } from './figure.ts'
import { binCount, binOf, logScaleOf, placeOf, powerText } from './log-bins.ts'
import type { LogScale } from './log-bins.ts'
import { rowsOf } from './rows.ts'
import type { FigureRow } from './rows.ts'
import { scatterPanels } from './scatter-panels.ts'
import type { PointRow, ScatterPlot } from './scatter-panels.ts'
import { eachText, leftOut } from './words.ts'

const [across, up] = ['text-locality', 'image-locality'] as const
const variant = 'kl'

/** Records of a row from which on their density is drawn. */
export const densityFrom = 4000
/** Rows that one drawing holds. */
const mostTogether = 4
const binsPerDecade = 6

interface Measured { readonly row: FigureRow, readonly places: readonly { readonly record: string, readonly x: number, readonly y: number }[] }

export const klScatter = defineFigure({
  id: 'kl-scatter',
  label: 'KL of text and image locality',
  summary: 'How far every record moved answers that it has no business with: text locality against image locality, logarithmic.',
  needs: ['records'],
  draw(input) {
    const rows = rowsOf(input)
    const measured = rows.map(row => ({ row, places: pairsOf(row) })).filter(({ places }) => places.length > 0)
    const { plot, records } = plotOf(measured)
    const { option, points, height } = scatterPanels(plot)
    return { option, notes: notesOf(input, rows, measured, plot), records, ...(points.length > 0 ? { points } : {}), height }
  },
})

function pairsOf({ run }: FigureRow): Measured['places'] {
  const xs = run?.records?.scores[across]?.[variant]
  const ys = run?.records?.scores[up]?.[variant]
  return run?.records?.records.flatMap((record, i) => {
    const [x, y] = [xs?.[i] ?? null, ys?.[i] ?? null]
    return x === null || y === null ? [] : [{ record, x, y }]
  }) ?? []
}

function plotOf(measured: readonly Measured[]): { readonly plot: ScatterPlot, readonly records: string[] } {
  const x = logScaleOf(measured.flatMap(({ places }) => places.map(place => place.x)))
  const y = logScaleOf(measured.flatMap(({ places }) => places.map(place => place.y)))
  const records: string[] = []
  const numbers = new Map<string, number>()
  const numberOf = (record: string): number => {
    const number = numbers.get(record) ?? records.push(record) - 1
    numbers.set(record, number)
    return number
  }
  const bins = { x: binCount(x, binsPerDecade), y: binCount(y, binsPerDecade) }
  const rows = measured.map(({ row, places }): PointRow => ({
    row,
    isDense: places.length > densityFrom,
    points: places.map((place) => {
      const r = numberOf(place.record)
      const [px, py] = [placeOf(place.x, x, r + 1), placeOf(place.y, y, 7 * r + 3)]
      return [px, py, r, binOf(px, x, bins.x) + bins.x * binOf(py, y, bins.y)]
    }),
  }))
  const isApart = rows.length > mostTogether || (rows.length > 1 && rows.some(({ isDense }) => isDense))
  return { plot: { rows, x, y, bins, isApart, xName: 'KL of text locality (nats)', yName: 'KL of image locality (nats)' }, records }
}

function notesOf(input: ReportInput, rows: readonly FigureRow[], measured: readonly Measured[], { x, y, rows: drawn }: ScatterPlot): string[] {
  const counts = measured.map(({ row, places }) => {
    const low = (of: (place: typeof places[number]) => number, scale: LogScale): number => scale.hasStrip ? places.filter(place => !(of(place) > 10 ** scale.floor)).length : 0
    return { name: row.name, n: places.length, text: low(place => place.x, x), image: low(place => place.y, y) }
  })
  const strips = counts.filter(({ text, image }) => text + image > 0)
  return [
    ...(measured.length > 0 ? [`One point a record that has both: ${eachText(counts.map(({ name, n }) => ({ name, text: `n = ${n}` })))}.`] : []),
    ...(strips.length > 0 ? [`Shaded: at most ${powerText(x.hasStrip ? x.floor : y.floor)} nats, which single precision does not tell from 0; a point's place inside the strip means nothing. In it, text / image locality: ${strips.map(({ name, text, image }) => `${name} ${text} / ${image}`).join('; ')}.`] : []),
    ...(drawn.some(({ isDense }) => isDense) ? [`Rows of more than ${densityFrom} records are drawn as density: the darker, the more records in a bin, on a logarithmic scale.`] : []),
    ...(input.variant === variant ? [] : [`Always the reading '${variant}', whatever is chosen for other figures.`]),
    ...leftOut('they have no KL of both localities by record', rows.filter(row => !measured.some(one => one.row === row)).map(({ name }) => name)),
  ]
}
