// The colours and shapes of figures, once for page and print. An option names tokens (`var(--series-1)`); styles/tokens.css holds the same
// values for the page (a test compares them), print takes `lightTokens`.
//
// Hues after Okabe and Ito (2008), moved so that their lightness differs too: any two of the eight are at least 3 L* apart in a grey
// print and at least 10 ΔE apart under protanopia, deuteranopia and tritanopia (Machado 2009), the first four 9 and 15, all with 3 : 1
// contrast against the page (WCAG 1.4.11). Series differ in symbol, dash and hatching besides, so no figure rests on colour.

export const lightSeries = ['#0062a4', '#d28108', '#094733', '#c35294', '#1490cf', '#b34806', '#3d2175', '#77736b'] as const
export const darkSeries = ['#4ba4e1', '#f3ba3c', '#0c8363', '#ffd3e8', '#abd8fc', '#dd6e27', '#8474d7', '#9fa7b5'] as const

/** From worst to best on a map, after cividis: lightness alone tells the order. */
const lightScale = ['#00224e', '#3f4d6b', '#7d7c78', '#bcaf6f', '#fee838'] as const

/** From few to many records in a bin. */
const lightDensity = ['#d7e6f2', '#4a90c4', '#062a4a'] as const

const numbered = (name: string, colours: readonly string[]): Record<string, string> => Object.fromEntries(colours.map((colour, i) => [`${name}-${i + 1}`, colour]))

/** Every token that an option may name, as in the light theme: what print uses. */
export const lightTokens: Readonly<Record<string, string>> = {
  ...numbered('series', lightSeries),
  ...numbered('scale', lightScale),
  ...numbered('density', lightDensity),
  'scope-text': lightSeries[0],
  'scope-vision': lightSeries[1],
  'scope-both': lightSeries[2],
  'text': '#16202b',
  'text-2': '#435061',
  'text-3': '#5f6c7d',
  'line': '#dfe4ea',
  'line-strong': '#bcc5d1',
  'surface': '#ffffff',
  'surface-2': '#eef1f5',
  'accent': '#0a5fae',
  'good': '#00714f',
  'bad': '#b0420b',
  'hatch': 'rgba(255, 255, 255, 0.55)',
}

/** A copy in which every `var(--name)`, also inside data, is its value in print. Throws for a name that is none of ours. */
export function withPrintColours(option: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return resolved(option) as Record<string, unknown>
}

function resolved(value: unknown): unknown {
  if (typeof value === 'string') {
    const name = /^var\(--([\w-]+)\)$/.exec(value)?.[1]
    if (name === undefined)
      return value
    const colour = lightTokens[name]
    if (colour === undefined)
      throw new Error(`internal: figures have no colour '${name}' in print`)
    return colour
  }
  if (Array.isArray(value))
    return value.every(one => typeof one === 'number') ? value : value.map(resolved)
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value).map(([key, one]) => [key, resolved(one)])) : value
}

export interface SeriesLook {
  /** `var(--series-n)` */
  readonly colour: string
  readonly symbol: string
  readonly dash: string | readonly number[]
  /** Hatching of an area; none for the first. */
  readonly decal: object | undefined
}

const plus = 'path://M-1,-3L1,-3L1,-1L3,-1L3,1L1,1L1,3L-1,3L-1,1L-3,1L-3,-1L-1,-1Z'
const cross = 'path://M-3,-2L-2,-3L0,-1L2,-3L3,-2L1,0L3,2L2,3L0,1L-2,3L-3,2L-1,0Z'
const down = 'path://M0,3L-3,-3L3,-3Z'
const star = 'path://M0,-3L0.9,-1L3,-0.8L1.4,0.6L2,2.8L0,1.6L-2,2.8L-1.4,0.6L-3,-0.8L-0.9,-1Z'
const symbols = ['circle', 'rect', 'triangle', 'diamond', cross, down, plus, star] as const
const dashes = ['solid', [6, 3], [2, 2], [9, 3, 2, 3], [12, 4], [1, 3], [4, 2, 1, 2, 1, 2], [14, 3, 3, 3]] as const

const ink = 'var(--hatch)'
const stripes = (rotation: number, gap: number, width = 1.5): object => ({ symbol: 'rect', symbolSize: 1, color: ink, dashArrayX: [1, 0], dashArrayY: [width, gap], rotation })
const decals = [
  undefined,
  stripes(-Math.PI / 4, 5),
  { symbol: 'circle', symbolSize: 0.55, color: ink, dashArrayX: [[6, 6], [0, 6, 6, 0]], dashArrayY: [6, 0] },
  stripes(Math.PI / 4, 5),
  stripes(0, 5),
  stripes(Math.PI / 2, 5),
  { symbol: 'rect', symbolSize: 0.6, color: ink, dashArrayX: [[5, 5], [0, 5, 5, 0]], dashArrayY: [5, 0] },
  stripes(-Math.PI / 4, 2.5, 1),
] as const

/** How the i-th series looks, from 0: after eight the colours come again, with other shapes. */
export function lookOf(i: number): SeriesLook {
  const round = Math.floor(i / 8)
  const shape = (i + round * 3) % 8
  return { colour: `var(--series-${i % 8 + 1})`, symbol: symbols[shape]!, dash: dashes[shape]!, decal: decals[shape] }
}
