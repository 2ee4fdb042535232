// Our tokens as an ECharts theme.
import { readSeriesColours, readToken } from '../lib/theme.ts'
import { remPixels } from '../lib/rem.ts'

/** Reads the tokens of the theme that is on now, sizes in pixels of the page's scale. */
export function readChartTheme(): Record<string, unknown> {
  const text = readToken('text-2')
  const line = readToken('line')
  const fontSize = Math.round(remPixels(0.75))
  const fontFamily = readToken('font')
  const axis = {
    axisLine: { lineStyle: { color: readToken('line-strong') } },
    axisTick: { lineStyle: { color: readToken('line-strong') } },
    axisLabel: { color: text, fontSize, fontFamily },
    nameTextStyle: { color: readToken('text-3'), fontSize, fontFamily },
    splitLine: { lineStyle: { color: line } },
  }
  return {
    color: readSeriesColours(),
    backgroundColor: 'transparent',
    textStyle: { fontFamily, fontSize, color: text },
    categoryAxis: axis,
    valueAxis: axis,
    logAxis: axis,
    title: { textStyle: { color: text, fontFamily } },
    legend: { textStyle: { color: text, fontSize, fontFamily }, itemWidth: 14, itemHeight: 10, pageTextStyle: { color: text } },
    tooltip: { backgroundColor: readToken('surface'), borderColor: line, textStyle: { color: readToken('text'), fontSize, fontFamily }, extraCssText: 'box-shadow: var(--shadow)' },
    boxplot: { itemStyle: { color: text, borderColor: text } },
  }
}
