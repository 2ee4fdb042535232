// Figures for paper: the size that was asked for, text as text in vector files, the same bytes each time, what they were made from inside.
import { inflateSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { coverageOf } from '../../../src/main/figures/font-coverage.ts'
import { printFont } from '../../../src/main/figures/print-fonts.ts'
import { printFigure } from '../../../src/main/figures/print.ts'
import { unitsOf } from '../../../src/main/figures/print-svg.ts'
import { findProvenance, pngChunks, provenanceText } from '../../../src/main/workspace/provenance-text.ts'
import type { Figure, Print } from '../../../src/preload/contract/figures.ts'

/** Bars with hatching, a clipped line with dashes, an area, half-transparent symbols, a map of colours: all that figures draw with. */
const figure: Figure = {
  id: 'all-forms',
  label: 'Edits & <more>',
  notes: ['n = 20 “records”.'],
  option: {
    grid: { left: 60, right: 60, top: 40, bottom: 40 },
    legend: { data: ['bars', 'line'] },
    xAxis: { type: 'category', data: ['Reliability', 'Größe'] },
    yAxis: { type: 'value', name: 'share' },
    visualMap: { show: true, seriesIndex: 2, min: 0, max: 1, right: 0, inRange: { color: ['var(--scale-1)', 'var(--scale-5)'] } },
    series: [
      { type: 'bar', name: 'bars', data: [0.4, 0.6], itemStyle: { color: 'var(--series-2)', decal: { symbol: 'rect', symbolSize: 1, color: 'rgba(255, 255, 255, 0.55)', dashArrayX: [1, 0], dashArrayY: [1.5, 5], rotation: -0.785 } } },
      { type: 'line', name: 'line', clip: true, data: [0.2, 0.9], lineStyle: { type: [6, 3], color: 'var(--series-3)' }, areaStyle: { opacity: 0.2, color: 'var(--series-3)' } },
      { type: 'scatter', data: [[0, 0.3], [1, 0.8]], symbolSize: 14, itemStyle: { opacity: 0.6 } },
    ],
  },
}
const print = (more: Partial<Print> = {}): Print => ({ format: 'svg', width: 84, height: 60, font: 'sans', fontSize: 8, dpi: 300, ...more })
const provenance = provenanceText({ what: 'is inside (and \\ odd) -- <too>' })
const facts = { date: new Date('2026-01-02T03:04:05Z'), creator: 'test', provenance }
const printed = async (more: Partial<Print> = {}) => (await printFigure(figure, print(more), facts)).bytes

/** Text of a PDF: glyph codes of the pages' streams through the fonts' ToUnicode maps. */
function textOfPdf(pdf: Buffer): string {
  const streams = [...pdf.toString('latin1').matchAll(/\/Length (\d+)[^>]*?>>\s*stream\n/g)].flatMap(({ index, 0: head, 1: length }) => {
    const data = pdf.subarray(index + head.length, index + head.length + Number(length))
    try {
      return [inflateSync(data).toString('latin1')]
    }
    catch {
      return []
    }
  })
  const glyphs = new Map<number, string>()
  for (const map of streams.filter(stream => stream.includes('beginbfrange'))) {
    for (const [, first, , texts] of map.matchAll(/<([0-9a-f]+)> <([0-9a-f]+)> \[([^\]]*)\]/gi)) {
      texts!.match(/<[0-9a-f ]*>/gi)!.forEach((code, i) => glyphs.set(Number.parseInt(first!, 16) + i, String.fromCharCode(...code.slice(1, -1).replaceAll(' ', '').match(/.{4}/g)!.map(unit => Number.parseInt(unit, 16)))))
    }
  }
  return streams.flatMap(stream => [...stream.matchAll(/^BT\n([\s\S]*?)^ET$/gm)].map(([, body]) =>
    [...body!.matchAll(/<([0-9a-f]+)> Tj/gi)].flatMap(([, hex]) => hex!.match(/.{4}/g) ?? []).map(code => glyphs.get(Number.parseInt(code, 16)) ?? '?').join(''))).join('\n')
}

describe('SVG', () => {
  it('has the size in millimetres, text with fallbacks, a title, and nothing that only a page needs', async () => {
    const svg = (await printed()).toString('utf8')
    expect(svg).toMatch(/^<svg [^>]*width="84mm" height="60mm" viewBox="0 0 357\.17 255\.12"/)
    expect(svg).toMatch(/<text [^>]*font-family:Inter, Helvetica, Arial, sans-serif;[^>]*>Größe<\/text>/)
    expect(svg).toContain('<title>Edits &#38; &#60;more&#62;</title>')
    expect(svg).not.toMatch(/class=|ecmeta|<style|pointer-events|var\(--/)
    expect((await printed({ font: 'serif' })).toString('utf8')).toContain('STIX Two Text, Times New Roman, Times, serif')
  })

  it('gives text the asked size: 12 of its units are that many points', () => {
    const { width } = unitsOf(print({ width: 25.4, fontSize: 6 }))
    expect(width).toBe(144) // an inch is 72 pt = 12 × 6 pt = 12 × 12 units
    expect(unitsOf(print({ width: 25.4, fontSize: 12 })).width).toBe(72)
  })
})

describe('PDF', () => {
  it.each(['sans', 'serif'] as const)('has the page\'s size, and its text is text in an embedded %s font', async (font) => {
    const pdf = await printed({ format: 'pdf', font })
    const [, width, height] = /\/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]/.exec(pdf.toString('latin1'))!
    expect([Number(width), Number(height)].map(points => Math.round(points / 72 * 254) / 10)).toEqual([84, 60])
    const text = textOfPdf(pdf)
    for (const word of ['Reliability', 'Größe', 'share', 'bars', '0.8'])
      expect(text.split('\n')).toContain(word)
    expect(pdf.toString('latin1')).toMatch(font === 'sans' ? /\/FontName \/[A-Z]{6}\+Inter-Regular/ : /\/FontName \/[A-Z]{6}\+STIXTwoText-Regular/)
    expect(pdf.toString('latin1')).toContain('/FontFile2')
    // Title and subject are copied into XML.
    expect(pdf.toString('utf8')).toContain('>Edits    more </rdf:li>')
  })
})

describe('signs that a font lacks', () => {
  const named = (name: string): Figure => ({ ...figure, option: { xAxis: { type: 'category', data: [name, 'plain'] }, yAxis: {}, series: [] } })

  it('come from the other font: STIX Two Text has no ≤', async () => {
    const { bytes, notes } = await printFigure(named('KL ≤ 1'), print({ format: 'pdf', font: 'serif' }), facts)
    expect(notes).toEqual([])
    // The reader above takes the last font's codes, so only the text of the second font is read right.
    expect(textOfPdf(bytes).split('\n')).toContain('KL ≤ 1')
    expect([...bytes.toString('latin1').matchAll(/\/FontName \/[A-Z]{6}\+([\w-]+)/g)].map(([, name]) => name).sort()).toEqual(['Inter-Regular', 'STIXTwoText-Regular'])
    expect((await printFigure(named('KL ≤ 1'), print({ format: 'pdf' }), facts)).bytes.toString('latin1')).not.toContain('STIX')
  })

  it('are named where no font has them', async () => {
    expect((await printFigure(named('犬 & 猫'), print({ format: 'pdf' }), facts)).notes).toEqual(['The fonts of PDF have no \'犬\', \'猫\': boxes stand there instead. Export as SVG, or give the runs other names.'])
    expect((await printFigure(named('犬'), print({ format: 'svg' }), facts)).notes).toEqual([])
  })

  it('are known from the font files', () => {
    const [sans, serif] = (['sans', 'serif'] as const).map(font => coverageOf(printFont(font).files.regular))
    for (const letter of 'Aäß– −‖×…†⁻⁶²')
      expect([letter, sans!(letter.codePointAt(0)!), serif!(letter.codePointAt(0)!)]).toEqual([letter, true, true])
    expect([0x2264, 0x2192, 0x4E2D].map(code => [sans!(code), serif!(code)])).toEqual([[true, false], [true, false], [false, false]])
  })
})

describe('PNG', () => {
  it('has as many pixels as the size has dots, and says how many an inch has', async () => {
    const chunks = pngChunks(await printed({ format: 'png', dpi: 254 }))
    const [header, resolution] = ['IHDR', 'pHYs'].map(name => chunks.find(({ type }) => type === name)!.data)
    expect([header!.readUInt32BE(0), header!.readUInt32BE(4)]).toEqual([840, 600])
    expect([resolution!.readUInt32BE(0), resolution!.readUInt32BE(4), resolution![8]]).toEqual([10_000, 10_000, 1])
    expect(chunks.at(-1)!.type).toBe('IEND')
  })

  it('refuses what would not fit into memory', async () => {
    await expect(printed({ format: 'png', width: 600, height: 600, dpi: 1200 })).rejects.toThrow('28346 × 28346 pixels, more than 120 million. Choose a smaller size or fewer dots')
  })

  it('is drawn with the shipped font alone: another font is another picture', async () => {
    const [sans, serif] = await Promise.all([printed({ format: 'png', dpi: 72 }), printed({ format: 'png', dpi: 72, font: 'serif' })])
    expect(sans.equals(serif)).toBe(false)
  })
})

describe.each(['svg', 'pdf', 'png'] as const)('%s', (format) => {
  it('has the same bytes each time, and its provenance inside', async () => {
    const file = await printed({ format, dpi: 100 })
    expect(await printed({ format, dpi: 100 })).toEqual(file)
    expect(findProvenance(file)).toBe(provenance)
    expect((await printed({ format, dpi: 100, fontSize: 9 })).equals(file)).toBe(false)
  })
})
