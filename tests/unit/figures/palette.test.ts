// The palette: equal on page and paper, told apart by everyone and in grey, and never alone.
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { darkSeries, lightSeries, lightTokens, lookOf, withPrintColours } from '../../../src/main/figures/palette.ts'

type Rgb = readonly [number, number, number]

/** sRGB → linear light (IEC 61966-2-1). */
const linear = (hex: string): Rgb => [1, 3, 5].map((at) => {
  const c = Number.parseInt(hex.slice(at, at + 2), 16) / 255
  return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4
}) as unknown as Rgb
const luminance = ([r, g, b]: Rgb): number => 0.2126 * r + 0.7152 * g + 0.0722 * b

/** CIE L*a*b*, D65. */
function lab([r, g, b]: Rgb): Rgb {
  const f = (t: number): number => t > 0.008856 ? Math.cbrt(t) : 7.787 * t + 16 / 116
  const x = f((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.95047)
  const y = f(luminance([r, g, b]))
  const z = f((0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.08883)
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)]
}

/** Full dichromacy in linear light (Machado, Oliveira and Fernandes 2009, table 1, severity 1.0). */
const visions: Readonly<Record<string, readonly Rgb[]>> = {
  normal: [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
  protanopia: [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
  deuteranopia: [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
  tritanopia: [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]],
}
const seen = (rgb: Rgb, rows: readonly Rgb[]): Rgb => rows.map(([r, g, b]) => Math.min(1, Math.max(0, r * rgb[0] + g * rgb[1] + b * rgb[2]))) as unknown as Rgb
const pairs = <T>(all: readonly T[]): [T, T][] => all.flatMap((a, i) => all.slice(i + 1).map((b): [T, T] => [a, b]))
const least = (values: readonly number[]): number => Math.min(...values)

const themes = [
  { name: 'light', colours: lightSeries, page: '#ffffff' },
  { name: 'dark', colours: darkSeries, page: '#151c24' },
]

describe.each(themes)('the $name palette', ({ colours, page }) => {
  it('has 3 : 1 contrast against the page', () => {
    for (const colour of colours) {
      const [a, b] = [luminance(linear(colour)), luminance(linear(page))]
      expect((Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05), colour).toBeGreaterThanOrEqual(3)
    }
  })

  it.each(Object.entries(visions))('differs under %s', (_, rows) => {
    const apart = (count: number): number => least(pairs(colours.slice(0, count).map(colour => lab(seen(linear(colour), rows)))).map(([a, b]) => Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2])))
    expect(apart(4)).toBeGreaterThanOrEqual(15)
    expect(apart(8)).toBeGreaterThanOrEqual(10)
  })

  it('steps in lightness, so it prints in grey', () => {
    const step = (count: number): number => least(pairs(colours.slice(0, count).map(colour => lab(linear(colour))[0])).map(([a, b]) => Math.abs(a - b)))
    expect(step(4)).toBeGreaterThanOrEqual(9)
    expect(step(8)).toBeGreaterThanOrEqual(3)
  })
})

describe('tokens', () => {
  const css = readFileSync(new URL('../../../src/renderer/src/styles/tokens.css', import.meta.url), 'utf8')
  const [light, dark] = css.split(':root[data-theme=\'dark\']').map((part) => {
    const own = new Map([...part.matchAll(/--([\w-]+):\s*([^;]+);/g)].map(match => [match[1]!, match[2]!]))
    return (name: string): string | undefined => own.get(/^var\(--([\w-]+)\)$/.exec(own.get(name) ?? '')?.[1] ?? name)
  })

  it('of print are those of the light page', () => {
    for (const [name, colour] of Object.entries(lightTokens))
      expect(light!(name), name).toBe(colour)
  })

  it('of the dark page are the dark palette', () => {
    expect(darkSeries.map((_, i) => dark!(`series-${i + 1}`))).toEqual([...darkSeries])
  })

  it('are put into an option for print, and unknown ones are refused', () => {
    expect(withPrintColours({ a: 'var(--series-2)', data: [{ value: [1, 2], itemStyle: { color: 'var(--text)' } }, [1, 2], 'plain'] }))
      .toEqual({ a: '#d28108', data: [{ value: [1, 2], itemStyle: { color: '#16202b' } }, [1, 2], 'plain'] })
    expect(() => withPrintColours({ a: 'var(--nope)' })).toThrow('no colour \'nope\'')
  })
})

describe('looks', () => {
  it('differ without colour within eight, and in colour or shape within forty', () => {
    const looks = Array.from({ length: 40 }, (_, i) => lookOf(i))
    expect(new Set(looks.slice(0, 8).map(({ symbol }) => symbol)).size).toBe(8)
    expect(new Set(looks.slice(0, 8).map(({ dash }) => JSON.stringify(dash))).size).toBe(8)
    expect(new Set(looks.slice(0, 8).map(({ decal }) => JSON.stringify(decal ?? null))).size).toBe(8)
    expect(new Set(looks.map(({ colour, symbol }) => `${colour} ${symbol}`)).size).toBe(40)
  })
})
