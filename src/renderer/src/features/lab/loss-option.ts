// The live loss curve as a JSON option.

/** Loss before each step, in nats; one line in the palette's first colour. */
export function lossOption(losses: readonly number[]): Record<string, unknown> {
  return {
    grid: { left: 40, right: 12, top: 22, bottom: 22 },
    tooltip: { trigger: 'axis' },
    xAxis: { type: 'value', min: 1, max: Math.max(5, losses.length), minInterval: 1, splitLine: { show: false } },
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
