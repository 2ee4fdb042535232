// Labels of printed figures: whole where there is room, then abbreviated, then aslant, never on top of each other.
import { describe, expect, it } from 'vitest'
import { fitLabels } from '../../../src/main/figures/fit-labels.ts'

const labels = ['Reliability', 'Text generality (%)', 'Image locality', 'Other']
const optionOf = (more: object = {}) => ({ grid: { left: 50, right: 10, top: 30, bottom: 20 }, xAxis: [{ type: 'value' }, { type: 'category', data: labels, axisLabel: { interval: 0 }, ...more }], media: [{ query: { minWidth: 420 }, option: { grid: { top: 50 } } }] })

describe('fitLabels', () => {
  it('leaves what fits and what it does not understand', () => {
    const option = optionOf()
    expect(fitLabels(option, 700)).toEqual(option)
    const percent = { ...option, grid: { left: '5%', right: 10 } }
    expect(fitLabels(percent, 100)).toBe(percent)
  })

  it('takes the abbreviations of the paper', () => {
    expect(fitLabels(optionOf(), 400)).toMatchObject({ grid: { bottom: 20 }, xAxis: [{}, { data: ['Rel.', 'T-Gen. (%)', 'M-Loc.', 'Other'] }] })
  })

  it('sets them aslant where even these are too wide, and makes room, at every width', () => {
    expect(fitLabels(optionOf(), 200)).toMatchObject({ grid: { top: 30, bottom: 59 }, xAxis: [{}, { axisLabel: { rotate: 40, interval: 0 } }] })
    expect(fitLabels(optionOf({ position: 'top' }), 200)).toMatchObject({ grid: { top: 69, bottom: 20 }, media: [{ option: { grid: { top: 89 } } }] })
  })

  it('leaves out ticks that would touch', () => {
    const data = ['0', '', '50', '', '100', '', '0', '', '50', '', '100', '']
    const ticks = (width: number) => (fitLabels({ grid: { left: 0, right: 0 }, xAxis: { type: 'category', data, axisLabel: {} } }, width)['xAxis'] as { data: string[] }).data.filter(Boolean)
    expect(ticks(400)).toEqual(['0', '50', '100', '0', '50', '100'])
    expect(ticks(110)).toEqual(['0', '50', '0', '50'])
  })
})
