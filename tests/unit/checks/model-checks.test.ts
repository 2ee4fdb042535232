// Checks that ask a model, with one whose features and answers are written down.
import { describe, expect, it } from 'vitest'
import { createRandom } from '../../../src/main/base/random.ts'
import { baseRight } from '../../../src/main/checks/base-right.ts'
import type { CheckModel } from '../../../src/main/checks/check.ts'
import { unlikePictures } from '../../../src/main/checks/unlike-pictures.ts'
import { dataset, placesOf, question, record, run } from './checked.ts'

const unit = (values: readonly number[]): Float32Array => {
  const length = Math.hypot(...values)
  return Float32Array.from(values, value => value / length)
}

/** Every original points another way; a rephrased picture is its original turned by `share` towards something else. */
function modelOf(shareOf: (row: number) => number | undefined): CheckModel {
  return {
    features: (paths, progress) => {
      progress(paths.length)
      return Promise.resolve(paths.map((path) => {
        const [, row = '', again] = /(\d+)(-again)?\.png$/.exec(path) ?? []
        const random = createRandom(`row ${row}`)
        const own = Array.from({ length: 64 }, () => random.normal())
        const other = Array.from({ length: 64 }, () => random.normal())
        const share = again ? shareOf(Number(row)) : 0
        return share === undefined ? undefined : unit(own.map((value, i) => (1 - share) * value + share * other[i]!))
      }))
    },
    answers: () => Promise.resolve([]),
  }
}

describe('unlike-pictures', () => {
  const records = Array.from({ length: 200 }, (_, i) => record(i))

  it('names pairs that are no more alike than random ones, with their similarity', async () => {
    const told = await run(unlikePictures, dataset(records), { model: modelOf(row => row % 50 === 7 ? 2 : 0.3) })
    expect(placesOf(told)).toEqual(['00007 imageRephrase 0', '00057 imageRephrase 0', '00107 imageRephrase 0', '00157 imageRephrase 0'])
    for (const { value, sentence } of told.findings) {
      expect(value).toBeLessThan(0.2)
      expect(sentence).toMatch(new RegExp(`similarity of ${value!.toFixed(3).replace('.', '\\.')}; 5 of 100 random pairs reach 0\\.\\d{3} or more\\.$`))
    }
  })

  it('says so of 95 in 100 where rephrased pictures are random ones', async () => {
    const { findings } = await run(unlikePictures, dataset(records), { model: modelOf(() => 1) })
    expect(findings.length / records.length).toBeGreaterThan(0.89)
    expect(findings.length / records.length).toBeLessThan(0.99)
  })

  it('takes records that share an original for no random pair', async () => {
    const shared = records.map((each, i) => i % 2 === 0 ? each : { ...each, edit: records[1]!.edit, probes: { imageRephrase: [question('q', 'a', '1-again.png')] } })
    expect(placesOf(await run(unlikePictures, dataset(shared), { model: modelOf(() => 0.3) }))).toEqual([])
  })

  it('compares originals with rephrased pictures, however alike originals are among themselves', async () => {
    const model = modelOf(() => 0.3)
    const alike: CheckModel = { ...model, features: async (paths, progress) => (await model.features(paths, progress)).map((values, i) => values && !paths[i]!.includes('again') ? unit([...values.map(value => value / 2), 1]) : values && unit([...values, 0])) }
    expect(placesOf(await run(unlikePictures, dataset(records), { model: alike }))).toEqual([])
  })

  it('gives the same twice', async () => {
    const model = modelOf(row => row % 10 / 10)
    expect(await run(unlikePictures, dataset(records), { model })).toEqual(await run(unlikePictures, dataset(records), { model }))
  })

  it('says how many it could not compare', async () => {
    const told = await run(unlikePictures, dataset(records, { '3.png': { reason: 'gone' } }), { model: modelOf(row => row === 5 ? undefined : 0.3) })
    expect(told.notes).toEqual(['2 of 200 pairs of pictures could not be compared: a picture is missing or cannot be read.'])
  })

  it('judges nothing by a handful of pairs, or pairs of one original', async () => {
    const few = await run(unlikePictures, dataset(records.slice(0, 19)), { model: modelOf(() => 1) })
    expect(few).toMatchObject({ findings: [], notes: ['Nothing was judged: 20 different originals are needed to know how like random pairs are, and there are 19.'] })
    const one = records.map(each => ({ ...each, edit: records[0]!.edit }))
    expect((await run(unlikePictures, dataset(one), { model: modelOf(() => 1) })).findings).toEqual([])
  })
})

describe('base-right', () => {
  it('names what the model already answers as the edit wants, and asks nothing without an answer', async () => {
    const asked: string[] = []
    const model: CheckModel = {
      features: () => Promise.resolve([]),
      answers: (probes, progress) => {
        asked.push(...probes.map(({ prompt }) => prompt))
        progress(probes.length)
        return Promise.resolve(probes.map(({ prompt }) => prompt === 'gone' ? undefined : { text: 'a dog', isRight: prompt.startsWith('right') }))
      },
    }
    const told = await run(baseRight, dataset([
      record(0, { edit: question('right edit', 'dog'), probes: { textRephrase: [question('wrong', 'dog'), question('right text', 'dog')], imageRephrase: [question('right picture', 'dog')], unrelatedText: [question('right locality', 'dog')] } }),
      record(1, { edit: question('gone', 'dog'), probes: { textRephrase: [question('right but empty', ' ')] } }),
    ]), { model })
    expect(asked).toEqual(['right edit', 'wrong', 'right text', 'right picture', 'gone'])
    expect(placesOf(told)).toEqual(['00000', '00000 textRephrase 1', '00000 imageRephrase 0'])
    expect(told.findings.map(({ sentence }) => sentence).slice(0, 2)).toEqual([
      'The unedited model already answers \'a dog\' to \'right edit\', so the edit has nothing to change.',
      'The unedited model already answers \'a dog\' to \'right text\', so this probe cannot show that the edit carries over.',
    ])
    expect(told.notes).toEqual(['1 of 5 questions could not be asked: a picture is missing or cannot be read.'])
  })
})
