// Edges of the metrics: ties, nothing expected, sequences of different length, text that is almost the same.
import { describe, expect, it } from 'vitest'
import { allPositionAgreement } from '../../../src/main/metrics/agreement.ts'
import { imageLocality } from '../../../src/main/metrics/image-locality.ts'
import { klDivergence, logSumExp } from '../../../src/main/metrics/log-softmax.ts'
import { normaliseText } from '../../../src/main/metrics/normalise-text.ts'
import { portability } from '../../../src/main/metrics/portability.ts'
import { reliability } from '../../../src/main/metrics/reliability.ts'
import { textLocality } from '../../../src/main/metrics/text-locality.ts'
import { argMax, topK } from '../../../src/main/metrics/top-k.ts'
import type { EditRecord, Probe } from '../../../src/preload/contract/records.ts'
import { answerOf } from './make-answer.ts'

const probe: Probe = { prompt: 'What is it?', form: 'question', expected: 'Red car' }

describe('ranks', () => {
  it('gives ties to the lowest id', () => {
    expect(argMax([0, 3, 1, 3])).toBe(1)
    expect(topK([2, 3, 2, 3, 2, 1], 4)).toEqual([1, 3, 0, 2])
  })

  it('lists all ids when there are fewer than k', () => {
    expect(topK([1, 2], 10)).toEqual([1, 0])
  })
})

describe('log-softmax', () => {
  it('does not overflow', () => {
    expect(logSumExp([1000, 1000])).toBeCloseTo(1000 + Math.log(2), 9)
  })

  it('is never negative for equal rows, and ignores tokens of no probability', () => {
    expect(klDivergence([0.1, 0.2, 0.3], [0.1, 0.2, 0.3])).toBe(0)
    expect(klDivergence([0, -Infinity], [0, 5])).toBeCloseTo(Math.log(1 + Math.exp(5)), 9)
  })
})

describe('free decoding', () => {
  it.each([[' red  car.', 1], ['RED CAR', 1], ['ｒｅｄ car', 1], ['a red car', 0], ['', 0]])('%j scores %i', (text, value) => {
    const answer = answerOf({ sequence: [[0, 1]], answerAt: [0], text })
    expect(reliability.score(probe, answer, answer).free).toBe(value)
  })

  it('keeps punctuation inside', () => {
    expect(normaliseText('« U.S. dollar! »')).toBe('u.s. dollar')
  })

  it('compares localities with the answer before, whatever was expected', () => {
    const before = answerOf({ sequence: [[0, 1]], answerAt: [0], text: 'blue' })
    const after = answerOf({ sequence: [[0, 1]], answerAt: [0], text: 'green' })
    expect(textLocality.score(probe, before, before).free).toBe(1)
    expect(textLocality.score(probe, before, after).free).toBe(0)
  })
})

describe('nothing expected', () => {
  const before = answerOf({ sequence: [[0, 1], [1, 0]], text: 'same' })

  it('leaves out what needs expected tokens', () => {
    expect(imageLocality.score(probe, before, before)).toEqual({ free: 1, easyedit: 1 })
    expect(textLocality.score(probe, before, before)).toEqual({ free: 1, easyedit: 1 })
  })

  it('is no probe of a metric that asks for a target', () => {
    const record: EditRecord = { id: '0', index: 0, task: 'e-vqa', edit: probe, stated: '', probes: { portability: [{ ...probe, expected: ' ' }, probe] } }
    expect(portability.probes(record)).toEqual([probe])
  })
})

describe('sequences of different length', () => {
  it('are aligned on the right, as EasyEdit does', () => {
    const long = answerOf({ sequence: [[9, 0], [0, 1], [1, 0]] })
    const short = answerOf({ sequence: [[0, 1], [0, 1]] })
    expect(allPositionAgreement(long, short, 1)).toBe(0.5)
  })

  it('refuses answers whose expected tokens do not line up', () => {
    const one = answerOf({ sequence: [[0, 1], [0, 1]], answerAt: [0] })
    const two = answerOf({ sequence: [[0, 1], [0, 1]], answerAt: [0, 1] })
    expect(() => textLocality.score(probe, one, two)).toThrow('two answers to one probe have 1 and 2 answer positions')
  })
})
