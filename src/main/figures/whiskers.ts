// Intervals on axes of numbers. ECharts draws error bars with a function, and an option is JSON: so they are lines between two points.

export interface Whisker { readonly from: readonly [number, number], readonly to: readonly [number, number] }

/** One series of plain lines; it has the name of its points, so the legend hides both. */
export function whiskerSeries(name: string, colour: string, whiskers: readonly Whisker[], more: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    type: 'lines',
    coordinateSystem: 'cartesian2d',
    name,
    silent: true,
    symbol: ['none', 'none'],
    z: 3,
    lineStyle: { color: colour, width: 1.5, opacity: 1 },
    tooltip: { show: false },
    data: whiskers.map(({ from, to }) => ({ coords: [from, to] })),
    ...more,
  }
}
