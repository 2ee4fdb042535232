import { describe, expect, it } from 'vitest'
import { studentT975 } from '../../../src/main/statistics/student-t.ts'

/** ∫ of the density over [−t, t] by Simpson's rule, with the normalisation integrated as well. */
function slowMass(t: number, df: number): number {
  const density = (x: number): number => (1 + x * x / df) ** (-(df + 1) / 2)
  const area = (to: number, of: (x: number) => number): number => {
    const steps = 20_000
    const h = to / steps
    let sum = of(0) + of(to)
    for (let i = 1; i < steps; i++)
      sum += of(i * h) * (i % 2 === 1 ? 4 : 2)
    return sum * h / 3
  }
  // x = √ν tan θ makes the whole line finite.
  const whole = Math.sqrt(df) * area(Math.PI / 2, theta => Math.cos(theta) ** (df - 1))
  return area(t, density) / whole
}

describe('Student\'s t', () => {
  it('is that of the tables', () => {
    const table: Readonly<Record<number, string>> = { 1: '12.706', 2: '4.303', 3: '3.182', 4: '2.776', 5: '2.571', 10: '2.228', 11: '2.201', 20: '2.086', 30: '2.042', 60: '2.000', 99: '1.984', 120: '1.980', 1000: '1.962' }
    for (const [df, t] of Object.entries(table))
      expect(studentT975(Number(df)).toFixed(3)).toBe(t)
    expect(studentT975(1e9)).toBeCloseTo(1.959963984540054, 8)
  })
  it('leaves 5 % outside by integration, and the two ways meet', () => {
    for (const df of [1, 2, 3, 6, 17, 60, 200, 201, 400])
      expect(slowMass(studentT975(df), df)).toBeCloseTo(0.95, 8)
    const steps = [198, 199, 200, 201].map(df => studentT975(df) - studentT975(df + 1))
    for (const [i, step] of steps.slice(1).entries())
      expect(steps[i]! / step).toBeCloseTo(1.01, 3)
  })
})
