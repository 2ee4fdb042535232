// Dots in columns: modules against each other, readings against each other, layers, cost, radar; against slow counts of the same records.
import { describe, expect, it } from 'vitest'
import { costVsQuality, meanOfFive, stepsAround } from '../../../src/main/figures/cost-vs-quality.ts'
import { openColumn } from '../../../src/main/figures/dot-columns.ts'
import { layerSweep, sweepsOf } from '../../../src/main/figures/layer-sweep.ts'
import { differenceText, pairedColumns, pairedRuns } from '../../../src/main/figures/paired.ts'
import { radar } from '../../../src/main/figures/radar.ts'
import { rowsOf } from '../../../src/main/figures/rows.ts'
import { strictVsCompatible } from '../../../src/main/figures/strict-vs-compatible.ts'
import { groupsOf, textVsVision } from '../../../src/main/figures/text-vs-vision.ts'
import { leastPercent } from '../../../src/main/figures/words.ts'
import { inputOf } from '../tables/finished-runs.ts'
import { drawn, entriesOf } from './drawn.ts'
import { reportedOf } from './reported.ts'
import { dogs, rowOf } from './sample-rows.ts'

const scopes = ['text', 'vision', 'both']
const rows = scopes.map((scope, i) => rowOf(scope, { plan: { scope }, seed: i + 1 }))

describe('text-vs-vision', () => {
  it('puts runs together that differ in the module alone', () => {
    const other = rowOf('other', { plan: { scope: 'text', seed: 5 } })
    const again = rowOf('again', { plan: { scope: 'text' } })
    const { groups, alone } = groupsOf([...rows, other, again, rowOf('text', { plan: { scope: 'text' }, slice: dogs }), rowOf('vision', { plan: { scope: 'vision' }, slice: dogs })])
    expect(groups.map(({ name, runs }) => [name, [...runs.keys()]])).toEqual([['Fine-tuning', scopes], ['Fine-tuning, Dogs', ['text', 'vision']]])
    expect(alone.map(({ run }) => run.id)).toEqual(['other', 'again'])
  })

  it('places dots in the column of their metric, and says the paired difference', () => {
    const figure = textVsVision.draw(inputOf(rows))
    const dots = entriesOf(drawn(figure).series.filter(({ type, name }) => type === 'scatter' && name === 'Vision'))
    const { mean } = rows[1]!.metrics['text-generality']!['strict']!
    const dot = dots.find(({ tip }) => tip!.includes('Text generality'))!
    expect((dot.value as number[])[0]).toBeCloseTo(150 + 5 + 100 * mean, 2)
    // Slowly: every record that both have.
    const [vision, text] = [rows[1]!.records!, rows[0]!.records!]
    const differences = vision.records.flatMap((record, i) => {
      const [a, b] = [vision.scores['text-generality']!['strict']![i], text.scores['text-generality']!['strict']![text.records.indexOf(record)]]
      return a === null || b === null || a === undefined || b === undefined ? [] : [a - b]
    })
    const expected = differences.reduce((sum, value) => sum + value, 0) / differences.length * 100
    expect(dot.tip).toContain(`on ${differences.length} shared records`)
    expect(dot.tip).toContain(`${expected > 0 ? '+' : ''}${expected.toFixed(1).replace('-', '−')} points`)
  })

  it('names runs without a counterpart and reported rows', () => {
    expect(textVsVision.draw(inputOf([rows[0]!], 'strict', { reported: [reportedOf('MEND', { reliability: 1 })] })).notes.filter(note => note.includes('module'))).toEqual([
      'Left out, because no other module was edited the same way: Fine-tuning, text.',
      'Left out, because the source does not give them by module: MEND (reported).',
    ])
  })
})

describe('paired columns', () => {
  it('count equal scores and the mean difference over rows that both have', () => {
    expect(pairedColumns([1, 0.5, null, 0], [1, 1, 1, null])).toMatchObject({ equal: 0.5, difference: { mean: -0.25, n: 2 } })
    expect(pairedColumns([null], [1])).toBeUndefined()
    expect(pairedColumns(undefined, [1])).toBeUndefined()
  })

  it('of two runs are matched by record, whatever the order', () => {
    const [a, b] = [rows[0]!, rows[1]!]
    const order = b.records!.records.map((_, i) => b.records!.records.length - 1 - i)
    const turned = { ...b, records: { ...b.records!, records: order.map(i => b.records!.records[i]!), scores: { reliability: { strict: order.map(i => b.records!.scores['reliability']!['strict']![i]!) } } } }
    expect(pairedRuns(a, turned, 'reliability', 'strict')).toEqual(pairedRuns(a, b, 'reliability', 'strict'))
  })

  it('are worded with a sign', () => {
    expect(differenceText({ mean: -0.123, low: -0.2, high: 0, n: 4 }, 'share')).toBe('−12.3 points [−20.0, 0.0]')
    expect(differenceText({ mean: 0.0123, low: -0.001, high: 0.02, n: 4 }, 'nats')).toBe('+0.0123 nats [−0.001, 0.02]')
  })
})

describe('strict-vs-compatible', () => {
  it('prints the share of records on which strict and EasyEdit agree', () => {
    const texts = drawn(strictVsCompatible.draw(inputOf(rows))).series.at(-1)!.data as { name: string, value: number[], tip: string }[]
    const { strict, easyedit } = rows[2]!.records!.scores['image-locality']! as Record<string, number[]>
    const both = strict!.flatMap((value, i) => value === null || easyedit![i] === null ? [] : [value === easyedit![i]])
    const cell = texts.find(({ tip }) => tip.startsWith('Image locality, both'))!
    expect(cell.name).toBe(String(Math.round(both.filter(Boolean).length / both.length * 100)))
    expect(cell.value).toEqual([4 * 150 + 110, 2])
    expect(texts).toHaveLength(3 * 5)
  })
})

describe('layer-sweep', () => {
  const layered = [2, 0, 1].map(layer => rowOf(`l${layer}`, { seed: layer + 1, plan: { method: { id: 'fine-tune', config: { onlyLayer: layer, steps: 5 } } } }))

  it('puts runs together that differ in the layer alone, in its order', () => {
    const odd = rowOf('odd', { plan: { method: { id: 'fine-tune', config: { onlyLayer: 0, steps: 6 } } } })
    const { sweeps, alone } = sweepsOf([...layered, odd, rows[0]!])
    expect(sweeps.map(({ name, runs }) => [name, runs.map(({ layer }) => layer)])).toEqual([['Fine-tuning, text', [0, 1, 2]]])
    expect(alone.map(({ run }) => run.id)).toEqual(['odd', 'text'])
  })

  it('draws the five scores with intervals, and says how to get a sweep', () => {
    const { series } = drawn(layerSweep.draw(inputOf(layered)))
    expect(series.map(({ type }) => type)).toEqual(Array.from({ length: 5 }, () => ['line', 'lines']).flat())
    expect(entriesOf([series[0]!]).map(({ tip }) => tip!.split(':')[0])).toEqual(['Fine-tuning, text, layer 0', 'Fine-tuning, text, layer 1', 'Fine-tuning, text, layer 2'])
    expect(layerSweep.draw(inputOf(rows)).notes[0]).toContain('mmedit runs sweep')
  })
})

describe('cost-vs-quality', () => {
  it('takes the mean of the five over records that have all five', () => {
    const columns = ['reliability', 'text-generality', 'image-generality', 'text-locality', 'image-locality'].map(id => rows[0]!.records!.scores[id]!['strict']!)
    const complete = rows[0]!.records!.records.map((_, i) => columns.map(column => column[i]!)).filter(values => values.every(value => value !== null))
    const mean = complete.reduce((sum, values) => sum + values.reduce((a, b) => a + b, 0) / 5, 0) / complete.length
    expect(meanOfFive(rowsOf(inputOf(rows))[0]!, 'strict')).toMatchObject({ mean: expect.closeTo(mean, 9) as number, n: complete.length })
    expect(meanOfFive(rowsOf(inputOf(rows))[0]!, 'kl')).toBeUndefined()
  })

  it('warns of seconds from different machines', () => {
    const on = (device: string, i: number): typeof rows[number] => ({ ...rows[i]!, run: { ...rows[i]!.run, provider: { device } as never } })
    expect(costVsQuality.draw(inputOf([on('a', 0), on('b', 1)])).notes).toContain('The runs were made on different devices, so their seconds do not compare: a; b.')
    expect(() => costVsQuality.draw({ ...inputOf(rows), metric: 'blindness' })).toThrow('It can show: mean-of-five')
  })

  it('has round ticks around all values', () => {
    expect(stepsAround([0.11, 0.19])).toEqual([0.1, 0.2])
    expect(stepsAround([0.09, 0.21])).toEqual([0.05, 0.1, 0.2, 0.5])
    expect(stepsAround([0.001, 20])).toEqual([0.001, 0.01, 0.1, 1, 10, 20])
    expect(stepsAround([])).toEqual([0.1, 1, 10])
  })
})

describe('radar', () => {
  it('has the metrics that all its rows have, and says that it shows no intervals', () => {
    const figure = radar.draw(inputOf(rows, 'strict', { reported: [reportedOf('MEND', { reliability: 1 })] }))
    expect((figure.option['radar'] as { indicator: object[] }).indicator).toHaveLength(5)
    expect(drawn(figure).series.map(({ name }) => name)).toEqual(scopes)
    expect(figure.notes[0]).toContain('A radar shows no intervals')
    expect(figure.notes).toContain('Left out, because they lack one of the metrics: MEND (reported).')
  })

  it('says so where too few readings are shares', () => {
    expect(radar.draw({ ...inputOf(rows), variant: 'kl' }).notes).toContain('The reading \'kl\' is a share in 0 metrics; a radar needs three.')
  })
})

describe('scales', () => {
  it('begin under the lowest mark, at a multiple of 20', () => {
    expect(leastPercent([{ mean: 0.93, low: 0.81 }])).toBe(80)
    expect(leastPercent([{ mean: 0.93, low: 0.8 }])).toBe(60)
    expect(leastPercent([{ mean: 0 }])).toBe(0)
    expect(leastPercent([])).toBe(80)
  })

  it('of nats end at a round number', () => {
    expect(openColumn('KL', 1.7)).toMatchObject({ end: 2, ticks: ['0', '', '2'] })
    expect(openColumn('KL', 0)).toMatchObject({ end: 1e-9 })
  })
})
