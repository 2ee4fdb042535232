// Labels under a narrow drawing: where metric names would run into each other, the paper's abbreviations stand; if these do too, aslant.
import { metrics } from '../metrics/index.ts'

type Options = Readonly<Record<string, unknown>>
const isObject = (value: unknown): value is Options => typeof value === 'object' && value !== null && !Array.isArray(value)

/** Of Inter and STIX Two Text at 12 px, wide rather than narrow. */
const characterWidth = 6.6
const gap = 6
const slant = 40

const widthOf = (label: string): number => label.length * characterWidth + gap
const bySymbol = new Map(metrics.all.map(({ label, symbol }) => [label, symbol]))

/** "Text generality (%)" → "T-Gen. (%)" */
const shortened = (label: string): string => {
  const [, name = label, unit = ''] = /^(.*?)( \([^)]*\))?$/.exec(label) ?? []
  return `${bySymbol.get(name) ?? name}${unit}`
}

/** The option for a drawing of this width in pixels. Only axes of one grid with margins in pixels are looked at; others are as they were. */
export function fitLabels(option: Options, width: number): Options {
  const { grid, xAxis } = option
  if (!isObject(grid) || typeof grid['left'] !== 'number' || typeof grid['right'] !== 'number')
    return option
  const room = width - grid['left'] - grid['right']
  let [above, below] = [0, 0]
  const fit = (axis: unknown): unknown => {
    if (!isObject(axis) || axis['type'] !== 'category' || !Array.isArray(axis['data']) || !isObject(axis['axisLabel']) || axis['axisLabel']['show'] === false)
      return axis
    const labels = axis['data'].map(String)
    if (labels.some(label => label === ''))
      return { ...axis, data: thinned(labels, room / labels.length) }
    if (labels.every(label => widthOf(label) <= room / labels.length))
      return axis
    const short = labels.map(shortened)
    const longest = Math.max(...short.map(widthOf))
    if (longest <= room / labels.length)
      return { ...axis, data: short }
    const height = Math.ceil(longest * Math.sin(slant * Math.PI / 180)) - 8
    if (axis['position'] === 'top')
      above = Math.max(above, height)
    else
      below = Math.max(below, height)
    return { ...axis, data: short, axisLabel: { ...axis['axisLabel'], rotate: slant } }
  }
  const axes = Array.isArray(xAxis) ? xAxis.map(fit) : fit(xAxis)
  const moved = (place: Options): Options => ({
    ...place,
    ...(typeof place['top'] === 'number' ? { top: place['top'] + above } : {}),
    ...(typeof place['bottom'] === 'number' ? { bottom: place['bottom'] + below } : {}),
  })
  // What the figure says about its top at other widths moves too.
  const media = Array.isArray(option['media'])
    ? { media: option['media'].map((one: unknown) => isObject(one) && isObject(one['option']) && isObject(one['option']['grid']) ? { ...one, option: { ...one['option'], grid: moved(one['option']['grid']) } } : one) }
    : {}
  return { ...option, xAxis: axes, grid: moved(grid), ...media }
}

/** Ticks of columns stand among empty cells of one width: from the left, those that have room beside the one before. */
function thinned(labels: readonly string[], cell: number): string[] {
  let end = -Infinity
  return labels.map((label, i) => {
    const middle = (i + 0.5) * cell
    const half = label.length * characterWidth / 2
    if (label === '' || middle - half < end + gap / 2)
      return ''
    end = middle + half
    return label
  })
}
