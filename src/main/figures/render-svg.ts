// A figure's JSON option → SVG text in the light theme, without a page. The same option gives the same bytes.
import type { Figure } from '../../preload/contract/figures.ts'
import { lightSeries, lightTokens, withPrintColours } from './palette.ts'

export interface Size {
  readonly width: number
  readonly height: number
}

/** Options of figures are laid out for text of this size in pixels. */
export const basePixels = 12

const light = (fontFamily: string): object => ({
  animation: false,
  backgroundColor: lightTokens['surface'],
  color: lightSeries,
  textStyle: { fontFamily, fontSize: basePixels, color: lightTokens['text'] },
})

/** Draws the option at this size in pixels. */
export async function renderSvg(figure: Pick<Figure, 'option'>, { width, height }: Size, fontFamily = 'Inter, Helvetica, Arial, sans-serif'): Promise<string> {
  // Loaded on first use: the backend starts without it.
  const echarts = await import('echarts')
  const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, width, height })
  try {
    chart.setOption({ ...light(fontFamily), ...withPrintColours(figure.option) })
    return numberNames(chart.renderToSVGString())
  }
  finally {
    chart.dispose()
  }
}

/** ECharts counts class and id names through the whole process; here they are counted from 0 in order of appearance. */
function numberNames(svg: string): string {
  const names = new Map<string, string>()
  return svg.replace(/\bzr\d+-[a-z]+-?\d+\b/g, (name) => {
    const known = names.get(name) ?? `${name.replace(/^zr\d+-([a-z]+).*$/, 'zr-$1')}-${names.size}`
    names.set(name, known)
    return known
  })
}
