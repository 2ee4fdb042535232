import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AgreementRow } from '../../../src/preload/contract/agreement.ts'
import { agreementOf } from '../../../src/main/audits/agreement.ts'
import { createRandom } from '../../../src/main/base/random.ts'
import { cohenKappa, fleissKappa } from '../../../src/main/statistics/agreement-coefficients.ts'
import { bookOf, lineAbout, linesOf, probesOf } from './book-of.ts'

const valueOf = (row: AgreementRow, id: string): number | null => row.coefficients.find(one => one.id === id)!.value
const titles = (rows: readonly AgreementRow[]): string[] => rows.map(({ kind, annotators, n }) => `${kind ?? 'all'} ${annotators.join('+')} ${n}`)

describe('agreement of an audit', () => {
  const probes = probesOf(4)

  it('is by kind and by pair, with confusion tables', () => {
    // Items are text, image, text, image, …
    const { rows, confusions, notes } = agreementOf(bookOf(probes, [...linesOf(probes, 'ben', 'krkkfkku'), ...linesOf(probes, 'anna', 'krrkfk..')]), 'decision')
    expect(titles(rows)).toEqual(['all anna+ben 6', 'textRephrase anna+ben 3', 'imageRephrase anna+ben 3'])
    const [all, text, image] = rows
    expect(all!.coefficients.map(({ label }) => label)).toEqual(['Percent agreement', 'Cohen\'s κ', 'Fleiss\' κ', 'Krippendorff\'s α', 'Gwet\'s AC1'])
    expect([all, text, image].map(row => valueOf(row!, 'percent'))).toEqual([5 / 6, 2 / 3, 1])
    expect(confusions[0]).toEqual({ annotators: ['anna', 'ben'], labels: ['keep', 'reject', 'fix', 'unsure'], counts: [[3, 0, 0, 0], [1, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 0]] })
    expect(confusions.map(({ kind }) => kind)).toEqual([undefined, 'textRephrase', 'imageRephrase'])
    expect(valueOf(all!, 'cohen')).toBeCloseTo(cohenKappa(confusions[0]!.counts).value!, 12)
    expect(valueOf(all!, 'fleiss')).toBeCloseTo(fleissKappa([{ counts: [2, 0, 0, 0], times: 3 }, { counts: [1, 1, 0, 0], times: 1 }, { counts: [0, 2, 0, 0], times: 1 }, { counts: [0, 0, 2, 0], times: 1 }]).value!, 12)
    expect(notes).toEqual([expect.stringMatching(/^Intervals are 95 %/) as string])
  })

  it('by fair takes reject and fix as one, and leaves unsure out', () => {
    const { rows, confusions, notes } = agreementOf(bookOf(probes, [...linesOf(probes, 'anna', 'krfku'), ...linesOf(probes, 'ben', 'kfrrk')]), 'fair')
    expect(titles(rows)).toEqual(['all anna+ben 4', 'textRephrase anna+ben 2', 'imageRephrase anna+ben 2'])
    expect(confusions[0]).toMatchObject({ labels: ['fair', 'unfair'], counts: [[1, 1], [0, 2]] })
    expect(notes).toContain('1 decision \'unsure\' is left out: neither fair nor unfair.')
  })

  it('of three is all together and every pair, without single judgements; Cohen only for pairs', () => {
    const { rows, notes } = agreementOf(bookOf(probes, [...linesOf(probes, 'anna', 'kr..kr..'), ...linesOf(probes, 'ben', 'kk.r..k.'), ...linesOf(probes, 'cleo', '...k....')]), 'decision')
    expect(titles(rows)).toEqual(['all anna+ben+cleo 3', 'all anna+ben 2', 'all ben+cleo 1', 'textRephrase anna+ben+cleo 1', 'textRephrase anna+ben 1', 'imageRephrase anna+ben+cleo 2', 'imageRephrase anna+ben 1', 'imageRephrase ben+cleo 1'])
    expect(valueOf(rows[0]!, 'percent')).toBeCloseTo(1 / 3, 12)
    expect(valueOf(rows[0]!, 'cohen')).toBeNull()
    expect(valueOf(rows[1]!, 'cohen')).toBeCloseTo(0, 12)
    expect(notes).toContain('1 pair of 3 judged no probe in common and is left out.')
  })

  it('leaves out adjudications, notes, what is stale and what the audit is not about, and says so', () => {
    const old = lineAbout(probes, 0, 'ben', 'reject', { content: 'before' })
    const gone = lineAbout(probes, 0, 'ben', 'reject', { record: '99999' })
    const book = bookOf(probes, [...linesOf(probes, 'anna', 'kkkk'), ...linesOf(probes, 'ben', '.nkr'), old, gone, ...linesOf(probes, 'ben', 'rrrr', 'adjudicator')], { kinds: ['textRephrase'] })
    const { rows, notes } = agreementOf(book, 'decision')
    expect(titles(rows)).toEqual(['all anna+ben 1', 'textRephrase anna+ben 1'])
    expect(notes).toContain('2 decisions are about a probe that the dataset has no longer or has otherwise, and left out.')
    expect(notes).toContain('3 decisions are about a probe that the audit is not about now, and left out.')
    expect(notes).toContain('Cohen\'s κ, Fleiss\' κ and Krippendorff\'s α have no value where everybody always chose the same category, so that chance alone explains the agreement.')
  })

  it('has no interval where one of two always says the same', () => {
    const { rows, notes } = agreementOf(bookOf(probes, [...linesOf(probes, 'anna', 'kkkkkkkk'), ...linesOf(probes, 'ben', 'kkkrkkku')]), 'decision')
    expect(rows[0]!.coefficients[1]).toEqual({ id: 'cohen', label: 'Cohen\'s κ', value: expect.closeTo(0, 12) as number, low: null, high: null })
    expect(notes).toContain('Cohen\'s κ has no interval where one of the two always chose the same category, which makes it 0 whatever the other says.')
  })

  it('says what is missing where there is nothing to compare', () => {
    const said = (...lines: Parameters<typeof bookOf>[1][]): string => agreementOf(bookOf(probes, lines.flat()), 'decision').notes[0]!
    expect(said()).toBe('Nobody has decided anything yet. Agreement needs two annotators who judge the same probes.')
    expect(said(linesOf(probes, 'anna', 'k'))).toBe('Only anna has decided so far. Agreement needs a second annotator who judges the same probes.')
    expect(said(linesOf(probes, 'anna', 'k'), linesOf(probes, 'ben', '.k'))).toBe('No probe was judged by two annotators yet. Agreement appears as soon as two of them have judged the same one.')
    expect(agreementOf(bookOf(probes, []), 'fair')).toMatchObject({ by: 'fair', rows: [], confusions: [], annotators: [] })
  })

  it('counts as a slow version does, pair by pair', () => {
    const word = fc.stringMatching(/^[krfu.]{8}$/)
    fc.assert(fc.property(word, word, word, (...words) => {
      const names = ['anna', 'ben', 'cleo']
      const { rows, confusions } = agreementOf(bookOf(probes, words.flatMap((said, i) => linesOf(probes, names[i]!, said))), 'decision')
      for (const [a, b] of [[0, 1], [0, 2], [1, 2]] as const) {
        const both = [...words[a]].flatMap((letter, item) => letter !== '.' && words[b][item] !== '.' ? [`${letter}${words[b][item]!}`] : [])
        const row = rows.find(({ kind, annotators }) => kind === undefined && annotators.join() === [names[a], names[b]].join())
        expect(row?.n ?? 0).toBe(both.length)
        if (row)
          expect(valueOf(row, 'percent')).toBeCloseTo(both.filter(pair => pair[0] === pair[1]).length / both.length, 12)
        const table = confusions.find(({ kind, annotators }) => kind === undefined && annotators.join() === [names[a], names[b]].join())?.counts
        expect(table?.map(line => line.join()).join(' ')).toBe(row && [...'krfu'].map(k => [...'krfu'].map(l => both.filter(pair => pair === k + l).length).join()).join(' '))
      }
    }), { numRuns: 60 })
  })

  it('takes a few tenths of a second of computing for 30,000 probes and three annotators', () => {
    const many = probesOf(15_000)
    const random = createRandom(1)
    const words = ['anna', 'ben', 'cleo'].map(name => linesOf(many, name, Array.from({ length: many.count }, () => random.pick([...'kkkkkrfu'])).join('')))
    const book = bookOf(many, words.flat())
    const begin = process.cpuUsage()
    const { rows } = agreementOf(book, 'decision')
    // 0.8 s for 100,000 probes; wall time says little on a machine that does other things.
    expect(process.cpuUsage(begin).user / 1000).toBeLessThan(900)
    expect(rows[0]!.n).toBe(30_000)
  }, 60_000)
})
