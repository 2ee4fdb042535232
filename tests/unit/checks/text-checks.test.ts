// Checks that read: crafted records that must fire, and near misses that must not.
import { describe, expect, it } from 'vitest'
import { duplicateRecords } from '../../../src/main/checks/duplicate-records.ts'
import { sharedEntity } from '../../../src/main/checks/shared-entity.ts'
import { targetInPrompt } from '../../../src/main/checks/target-in-prompt.ts'
import { textOverlap } from '../../../src/main/checks/text-overlap.ts'
import type { EditRecord } from '../../../src/preload/contract/records.ts'
import { at, dataset, lookOf, placesOf, question, record, run } from './checked.ts'

const others = (n: number): EditRecord[] => Array.from({ length: n }, (_, i) => record(100 + i))

describe('target-in-prompt', () => {
  const of = async (prompt: string, expected: string): Promise<string[]> => placesOf(await run(targetInPrompt, dataset([record(0, { edit: question(prompt, expected, '0.png'), probes: {} })])))

  it.each([
    ['What is left of the lorry?', 'lorry'],
    ['What kind of FOOD is this?', 'food.'],
    ['Is this the New York skyline', 'new york'],
    ['How much is 2 plus 2?', '2'],
  ])('fires for %j with the target %j', async (prompt, expected) => expect(await of(prompt, expected)).toEqual(['00000']))

  it.each([
    ['Is the cat black or white?', 'white'],
    ['Is it open: yes or no?', 'yes'],
    ['Is it yes', 'Yes'],
    ['What is on the left?', 'left'],
    ['What are the lorries doing?', 'lorry'],
    ['What is the category of this?', 'cat'],
    ['Is York a new city?', 'new york'],
    ['What is this?', ''],
    ['What is this?', '?'],
  ])('does not for %j with the target %j', async (prompt, expected) => expect(await of(prompt, expected)).toEqual([]))

  it('tells the edit and its rephrases apart, and says once what both share', async () => {
    const edit = question('Where is the lorry?', 'lorry', '0.png')
    const told = await run(targetInPrompt, dataset([
      record(0, { edit, probes: { imageRephrase: [{ ...edit, image: at('b.png') }], textRephrase: [question('Where is it?', 'lorry'), question('Where does the lorry stand?', 'lorry')] } }),
      record(1, { edit: question('What is it?', 'lorry', '1.png'), probes: { textRephrase: [question('Is it a lorry?', 'lorry')], portability: [question('What wheels has the wheel?', 'wheel')], unrelatedText: [question('Who is king?', 'king')] } }),
    ]))
    expect(placesOf(told)).toEqual(['00000', '00000 textRephrase 1', '00001 textRephrase 0', '00001 portability 0'])
    expect(told.findings[0]!.sentence).toBe('The edit\'s prompt contains the target \'lorry\': \'Where is the lorry?\'.')
  })
})

describe('duplicate-records', () => {
  const edit = question('What is this?', 'dog', 'a.png')

  it('names the later of two records that are the same', async () => {
    const told = await run(duplicateRecords, dataset([record(0, { edit }), record(1), record(2, { edit: question('what is this', 'Dog.', 'a.png') })]))
    expect(told.findings).toEqual([{ record: '00002', others: ['00000'], sentence: 'Repeats record \'00000\': the same prompt \'what is this\', the same picture and the same target \'Dog.\'.' }])
  })

  it('knows a picture under another name by its pixels', async () => {
    const copy = lookOf('copy')
    const told = await run(duplicateRecords, dataset([record(0, { edit }), record(1, { edit: question('What is this?', 'dog', 'b.png') })], { 'a.png': copy, 'b.png': { ...copy, content: 'other bytes' } }))
    expect(placesOf(told)).toEqual(['00001'])
  })

  it('names both where the same question has two answers', async () => {
    const told = await run(duplicateRecords, dataset([record(0, { edit }), record(1, { edit: { ...edit, expected: 'cat' } }), record(2, { edit: { ...edit, expected: 'cow' } })]))
    expect(placesOf(told)).toEqual(['00000', '00001', '00002'])
    expect(told.findings[0]).toMatchObject({ others: ['00001', '00002'], sentence: 'Contradicts records \'00001\' and \'00002\': to the same prompt \'What is this?\' about the same picture this one wants \'dog\', those \'cat\' and \'cow\'.' })
  })

  it('lets the same question about another picture, and another question about the same picture, pass', async () => {
    const told = await run(duplicateRecords, dataset([record(0, { edit }), record(1, { edit: question('What is this?', 'dog', 'b.png') }), record(2, { edit: question('What is that?', 'dog', 'a.png') })]))
    expect(told.findings).toEqual([])
  })

  it('goes by the name of pictures that cannot be read', async () => {
    const gone = { reason: 'it is not there' }
    const told = await run(duplicateRecords, dataset([record(0, { edit }), record(1, { edit }), record(2, { edit: question('What is this?', 'dog', 'b.png') })], { 'a.png': gone, 'b.png': gone }))
    expect(placesOf(told)).toEqual(['00001'])
  })
})

describe('text-overlap', () => {
  const locality = (prompt: string, expected: string): EditRecord['probes'] => ({ unrelatedText: [{ prompt, form: 'plain', expected }] })
  const overlaps = async (own: EditRecord, train: readonly EditRecord[], pictures = {}): Promise<string[]> =>
    placesOf(await run(textOverlap, dataset([own], pictures), { against: [dataset([...others(3), ...train], pictures, 'train')] }))

  it('fires for the same question with the same answer, whatever its role there', async () => {
    const told = await run(textOverlap, dataset([record(0, { probes: locality('nq question: who wrote Faust', 'Goethe') })]), { against: [dataset([record(7, { probes: locality('NQ question: who wrote Faust?', 'goethe') })], {}, 'train')] })
    expect(told.findings).toEqual([{ record: '00000', kind: 'unrelatedText', index: 0, others: ['train/00007'], sentence: 'The probe asks \'nq question: who wrote Faust\' (answer \'Goethe\'); so does a locality question of \'train/00007\'.' }])
    expect(await overlaps(record(0, { edit: question('Who wrote Faust?', 'Goethe'), probes: {} }), [record(1, { probes: locality('who wrote faust', 'Goethe') })])).toEqual(['00000'])
  })

  it('fires for the same content words in another order', async () => {
    expect(await overlaps(record(0, { probes: locality('what is the capital city of Ghana', 'Accra') }), [record(1, { probes: locality('which city is Ghana\'s capital', 'Accra') })])).toEqual(['00000 unrelatedText 0'])
    const ask = record(0, { probes: locality('which city is Ghana\'s capital', 'Accra') })
    const train = [1, 2].map(i => record(i, { probes: locality('what is the capital city of Ghana', 'Accra') }))
    const sentences = await Promise.all([train.slice(1), train].map(async some => (await run(textOverlap, dataset([ask]), { against: [dataset(some, {}, 'train')] })).findings.map(({ sentence }) => sentence)))
    const asked = 'The probe asks \'which city is Ghana\'s capital\' (answer \'Accra\'); \'what is the capital city of Ghana\''
    expect(sentences.flat()).toEqual([`${asked} is a locality question of 'train/00002'.`, `${asked} or the like stands in records 'train/00001' and 'train/00002'.`])
  })

  it.each([
    ['another answer', 'who wrote Faust', 'Marlowe'],
    ['another entity', 'who wrote Hamlet', 'Goethe'],
    ['one content word only', 'who wrote it', 'Goethe'],
  ])('does not for %s', async (_why, prompt, expected) => {
    expect(await overlaps(record(0, { probes: locality('who wrote Faust', 'Goethe') }), [record(1, { probes: locality(prompt, expected) })])).toEqual([])
  })

  it('does not for the same content words where they have several answers, or an answer that could be to anything', async () => {
    const own = record(0, { probes: locality('which city is Ghana\'s capital', 'Accra') })
    expect(await overlaps(own, [record(1, { probes: locality('what is the capital city of Ghana', 'Accra') }), record(2, { probes: locality('Ghana has what capital city', 'Kumasi') })])).toEqual([])
    expect(await overlaps(record(0, { probes: locality('is the cat on the dog', 'yes') }), [record(1, { probes: locality('is the dog on the cat', 'Yes') })])).toEqual([])
  })

  it('takes a prompt with several answers for a question about pictures: it counts with the same picture only', async () => {
    const what = (i: number, expected: string, path: string): EditRecord => record(i, { edit: question('What is this?', expected, path), probes: {} })
    const train = [what(1, 'dog', '1.png'), what(2, 'cat', '2.png'), what(3, 'dog', '3.png')]
    expect(await overlaps(what(0, 'dog', '0.png'), train)).toEqual([])
    const same = { '0.png': lookOf('same'), '3.png': lookOf('same') }
    const told = await run(textOverlap, dataset([what(0, 'dog', '0.png')], same), { against: [dataset(train, same, 'train')] })
    expect(told.findings).toEqual([{ record: '00000', others: ['train/00003'], sentence: 'The edit asks \'What is this?\' (answer \'dog\'); so does the edit of \'train/00003\', about the same picture.' }])
  })

  it('is not stirred by captions, whose prompt every record has', async () => {
    const caption = (i: number): EditRecord => record(i, { task: 'e-ic', edit: { ...question('a photo of', `a thing ${i}`, `${i}.png`), form: 'caption' }, probes: {} })
    expect(await overlaps(caption(0), [caption(1), caption(2), caption(3)])).toEqual([])
  })

  it('says nothing about empty prompts and answers', async () => {
    const empty = record(0, { edit: question(' ', 'dog'), probes: locality('who', '') })
    expect(await overlaps(empty, [{ ...empty, id: '00009' }])).toEqual([])
  })
})

describe('shared-entity', () => {
  const pair = (prompt: string, expected: string): EditRecord['probes'] => ({ unrelatedText: [{ prompt, form: 'plain', expected }] })
  const shares = async (own: Partial<EditRecord>): Promise<string[]> => (await run(sharedEntity, dataset([record(0, { edit: question('What lies on the sofa?', 'tabby cat', '0.png'), stated: 'pillow', ...own }), ...others(20)]))).findings.map(({ sentence }) => sentence)

  it.each([
    ['the target', pair('who invented the cats eye', 'Shaw'), 'The locality question \'who invented the cats eye\' shares \'cat\' with the edit\'s target \'tabby cat\'.'],
    ['the stated answer', pair('what do you sleep on', 'a pillow'), 'The answer \'a pillow\' to the locality question \'what do you sleep on\' shares \'pillow\' with the edit\'s stated answer \'pillow\'.'],
    ['the prompt', pair('who makes sofas', 'carpenters'), 'The locality question \'who makes sofas\' shares \'sofa\' with the edit\'s prompt \'What lies on the sofa?\'.'],
  ])('fires for %s', async (_what, probes, sentence) => expect(await shares({ probes })).toEqual([sentence]))

  it.each([
    ['common words', pair('what is on the table?', 'the wine')],
    ['parts of words', pair('what is a category', 'a class')],
    ['nothing shared', pair('who was king', 'nobody')],
  ])('does not for %s', async (_what, probes) => expect(await shares({ probes })).toEqual([]))

  it('leaves out colours, counts and words about pictures', async () => {
    expect(await shares({ edit: question('What colour does the picture show?', 'three red', '0.png'), probes: pair('how many red pictures show three colours', 'three') })).toEqual([])
  })

  it('leaves out words that chance alone would bring together', async () => {
    const animals = Array.from({ length: 30 }, (_, i) => record(200 + i, { edit: question(`What is it ${i}`, 'animal', `${i}.png`), probes: pair(`what kind is an ox${i}`, 'animal') }))
    expect(placesOf(await run(sharedEntity, dataset(animals)))).toEqual([])
    expect(placesOf(await run(sharedEntity, dataset([animals[0]!, ...others(40)])))).toEqual(['00200 unrelatedText 0'])
  })

  it('fires for the edit\'s picture, and its rephrased one, under any name', async () => {
    const own = (path: string): EditRecord => record(0, { probes: { imageRephrase: [question('q', 'zebra0', 'r.png')], unrelatedImage: [question('Which sport is it?', 'golf', path)] } })
    const pictures = { 'copy.png': lookOf('r'), 'r.png': lookOf('r') }
    const sentences = await Promise.all(['0.png', 'copy.png', 'else.png'].map(async path => (await run(sharedEntity, dataset([own(path), ...others(5)], pictures))).findings.map(({ sentence }) => sentence)))
    expect(sentences).toEqual([['The locality question shows the edit\'s picture \'0.png\'.'], ['The locality question shows the edit\'s rephrased picture \'r.png\'.'], []])
  })
})
