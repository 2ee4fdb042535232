// Where a mark lies and how the chart says what it is.
import type { ECharts } from 'echarts/core'
import { seriesOf, tipAt } from './chart-marks.ts'
import type { Drawable, Mark } from './chart-marks.ts'

const escaped = (text: string): string => text.replace(/[&<>"]/g, one => `&#${one.charCodeAt(0)};`)

/** Tooltips in the marks' own words; records in scatters are pointed at without the chart. */
export function tooltipOption(figure: Drawable, option: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const given = option['tooltip'] as Record<string, unknown> | undefined
  const series = option['series'] as readonly Record<string, unknown>[] | undefined
  return {
    ...(given && given['trigger'] !== 'axis'
      ? {
          tooltip: {
            ...given,
            confine: true,
            formatter: ({ seriesIndex, dataIndex }: { seriesIndex?: number, dataIndex?: number }) => {
              const tip = seriesIndex === undefined || dataIndex === undefined ? undefined : tipAt(figure, seriesIndex, dataIndex)
              return tip === undefined ? '' : `<div style="max-width: 24rem; white-space: normal">${escaped(tip)}</div>`
            },
          },
        }
      : {}),
    ...(series ? { series: series.map(one => one['isRecords'] && one['type'] === 'scatter' ? { ...one, silent: true } : one) } : {}),
  }
}

/** Pixels of a mark; undefined where it has no place of its own (a radar's shape). */
export function markPixel(chart: ECharts, figure: Drawable, { series, index }: Mark): readonly [number, number] | undefined {
  const drawn = seriesOf(figure)[series]
  const entry = drawn?.data?.[index]
  const value = typeof entry === 'object' && entry !== null && 'value' in entry ? entry.value : entry
  if (drawn?.type === 'radar' || value === undefined || value === null)
    return undefined
  const pixel: unknown = chart.convertToPixel({ seriesIndex: series }, Array.isArray(value) ? value.slice(0, 2) as number[] : [index, Number(value)])
  return Array.isArray(pixel) && pixel.every(Number.isFinite) ? [Number(pixel[0]), Number(pixel[1])] : undefined
}
