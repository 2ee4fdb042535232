// Checks that look at pictures: what must fire, and near misses that must not.
import { describe, expect, it } from 'vitest'
import { missingPictures } from '../../../src/main/checks/missing-pictures.ts'
import { pictureOverlap } from '../../../src/main/checks/picture-overlap.ts'
import { sameAsOriginal } from '../../../src/main/checks/same-as-original.ts'
import { dataset, lookOf, placesOf, question, record, run } from './checked.ts'

describe('missing-pictures', () => {
  it('says what is wrong with which picture, once where several probes show it', async () => {
    const told = await run(missingPictures, dataset([record(0), record(1), record(2)], {
      '0.png': { reason: '\'0.png\' is not in the image root \'image\'' },
      '1-again.png': { reason: 'the picture cannot be decoded (VipsJpeg: premature end)' },
      '2-other.png': lookOf('x', { flat: '#000000' }),
    }))
    expect(told.findings).toEqual([
      { record: '00000', sentence: 'The edit\'s picture \'0.png\' cannot be used: \'0.png\' is not in the image root \'image\'.' },
      { record: '00001', kind: 'imageRephrase', index: 0, sentence: 'The probe\'s picture \'1-again.png\' cannot be used: the picture cannot be decoded (VipsJpeg: premature end).' },
      { record: '00002', kind: 'unrelatedImage', index: 0, sentence: 'The probe\'s picture \'2-other.png\' has one colour only (#000000), so nothing can be seen.' },
    ])
  })

  it('misses the picture of a probe that is nothing without one, not that of a text', async () => {
    const probes = { textRephrase: [question('q', 'a')], imageRephrase: [question('q', 'a')], unrelatedText: [question('q', 'a')] }
    expect(placesOf(await run(missingPictures, dataset([record(0, { probes }), record(1)])))).toEqual(['00000 imageRephrase 0'])
  })
})

describe('same-as-original', () => {
  const rephrased = (prompt: string, path = '0.png') => record(0, { edit: question('What\'s this?', 'dog', '0.png'), probes: { textRephrase: [question(prompt, 'dog', path)] } })
  const shown = (path: string) => record(0, { probes: { imageRephrase: [question('q', 'a', path)] } })

  it.each([
    ['What\'s this?', 'The rephrased prompt is the original: \'What\'s this?\'.'],
    [' what’s  THIS', 'The rephrased prompt \'what’s THIS\' differs from the original \'What\'s this?\' only in case, spaces or punctuation.'],
  ])('fires for %j', async (prompt, sentence) => {
    expect((await run(sameAsOriginal, dataset([rephrased(prompt)]))).findings).toEqual([{ record: '00000', kind: 'textRephrase', index: 0, sentence }])
  })

  it.each(['What is this?', 'What\'s these?', 'This, what\'s?'])('does not for %j', async (prompt) => {
    expect((await run(sameAsOriginal, dataset([rephrased(prompt)]))).findings).toEqual([])
  })

  it('takes the same words about another picture for another question, unless it is a copy', async () => {
    const pictures = { '0.png': lookOf('same'), 'copy.png': lookOf('same') }
    expect(placesOf(await run(sameAsOriginal, dataset([rephrased('What\'s this?', 'else.png')], pictures)))).toEqual([])
    expect(placesOf(await run(sameAsOriginal, dataset([rephrased('What\'s this?', 'copy.png')], pictures)))).toEqual(['00000 textRephrase 0'])
  })

  it('knows the original\'s picture by file, bytes and pixels', async () => {
    const own = lookOf('own')
    const pictures = { '0.png': own, 'bytes.png': own, 'pixels.png': { ...own, content: 'f'.repeat(32) }, 'near.png': { ...own, pixels: 'f'.repeat(32) }, 'gone.png': { reason: 'gone' } }
    const sentences = await Promise.all(['0.png', 'bytes.png', 'pixels.png', 'near.png', 'gone.png'].map(async path => (await run(sameAsOriginal, dataset([shown(path)], pictures))).findings.map(({ sentence }) => sentence)))
    expect(sentences).toEqual([
      ['The rephrased picture is the original\'s file \'0.png\'.'],
      ['The rephrased picture \'bytes.png\' has the same bytes as the original \'0.png\'.'],
      ['The rephrased picture \'pixels.png\' has every pixel of the original \'0.png\'.'],
      [],
      [],
    ])
  })
})

describe('picture-overlap', () => {
  const own = lookOf('own')
  const flipped = (bits: number) => ({ ...own, pixels: `${bits}`.padStart(32, 'e'), hash: { high: own.hash.high, low: (own.hash.low ^ 2 ** bits - 1) >>> 0 } })
  const brighter = (levels: number) => ({ ...own, pixels: `${levels}`.padStart(32, 'd'), colours: own.colours.map(level => level > 127 ? level - levels : level + levels) })
  const overlap = async (look: typeof own) => run(pictureOverlap, dataset([record(0)], { '0.png': own }), { against: [dataset([record(5), record(6)], { '6-again.png': look }, 'train')] })

  it('finds the same pixels, and says which record has them', async () => {
    expect((await overlap({ ...own, content: 'other' })).findings).toEqual([{ record: '00000', value: 0, others: ['train/00006'], sentence: 'The edit\'s picture \'0.png\' has every pixel of the picture \'6-again.png\' of \'train/00006\'.' }])
  })

  it('finds copies up to the limits, and nothing beyond', async () => {
    expect((await overlap(flipped(10))).findings).toMatchObject([{ value: 10, sentence: 'The edit\'s picture \'0.png\' looks like the picture \'6-again.png\' of \'train/00006\': 10 of 64 bits of their hashes and 0.0 of 255 colour levels differ.' }])
    expect((await overlap(flipped(11))).findings).toEqual([])
    expect((await overlap(brighter(6))).findings).toMatchObject([{ value: 0 }])
    expect((await overlap(brighter(7))).findings).toEqual([])
  })

  it('names the probe that first shows the picture, once a file, and everybody who has it', async () => {
    const records = [record(0, { probes: { imageRephrase: [question('q', 'a', 'x.png')], unrelatedImage: [question('q', 'a', 'x.png'), question('q', 'a', 'y.png')] } })]
    const told = await run(pictureOverlap, dataset(records, { 'y.png': own }), { against: [dataset([1, 2, 3, 4, 5].map(i => record(i)), { '1.png': flipped(3), '2.png': own, '4.png': flipped(1), '5.png': own }, 'train'), dataset([record(9, { edit: question('q', 'a') })], { '9-other.png': own }, 'more')] })
    expect(told.findings).toEqual([{
      record: '00000', kind: 'unrelatedImage', index: 1, value: 0, others: ['train/00002', 'train/00005', 'more/00009', 'train/00004', 'train/00001'],
      sentence: 'The probe\'s picture \'y.png\' has every pixel of the picture \'2.png\' of \'train/00002\'; records \'train/00005\', \'more/00009\', \'train/00004\' and 1 more have it or a copy, too.',
    }])
  })

  it('takes pictures of one colour and pictures that cannot be read for copies of nothing', async () => {
    const flat = lookOf('flat', { flat: '#000000' })
    const told = await run(pictureOverlap, dataset([record(0)], { '0.png': flat, '0-again.png': { reason: 'gone' } }), { against: [dataset([record(1)], { '1.png': flat, '1-again.png': { reason: 'gone' } }, 'train')] })
    expect(told.findings).toEqual([])
  })
})
