// The live loss curve as a JSON option.

/** Step numbers under the curve: 1 and at most six round ones, so that no two touch. */
export function stepTicks(count: number): number[] {
  const interval = [1, 2, 5, 10, 20, 50, 100, 200, 500].find(size => count / size <= 6) ?? 1000
  return [1, ...Array.from({ length: Math.floor(count / interval) }, (_, i) => (i + 1) * interval).filter(tick => tick > 1)]
}

/** Loss before each step, in nats; one line in the palette's first colour. */
export function lossOption(losses: readonly number[]): Record<string, unknown> {
  const last = Math.max(5, losses.length)
  const ticks = { customValues: stepTicks(last) }
  return {
    grid: { left: 40, right: 12, top: 22, bottom: 22 },
    tooltip: { trigger: 'axis' },
    xAxis: { type: 'value', min: 1, max: last, axisLabel: ticks, axisTick: ticks, splitLine: { show: false } },
    yAxis: { type: 'value', min: 0, name: 'loss (nats)', nameTextStyle: { align: 'left', padding: [0, 0, 0, -30] }, splitNumber: 3 },
    series: [{
      type: 'line',
      name: 'loss',
      symbol: 'circle',
      symbolSize: 5,
      showSymbol: losses.length <= 40,
      lineStyle: { width: 2 },
      areaStyle: { opacity: 0.1 },
      data: losses.map((loss, i) => [i + 1, Number(loss.toFixed(5))]),
    }],
  }
}
