// The way back into MMEdit's JSON: what is written reads as the same records; what the schema has no words for is refused.
import { createReadStream, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isProblem } from '../../../src/main/datasets/formats/format.ts'
import { mmedit } from '../../../src/main/datasets/formats/mmedit.ts'
import type { EditRecord, Problem, Task } from '../../../src/preload/contract/records.ts'

const writer = mmedit.write!
const sample = join(import.meta.dirname, '../../../resources/sample-study/data')

async function written(records: readonly EditRecord[]): Promise<string> {
  let text = ''
  for await (const piece of writer.pieces(records))
    text += piece
  return text
}

async function readBack(chunks: AsyncIterable<Uint8Array>, fileName: string, task: Task): Promise<{ records: EditRecord[], problems: Problem[] }> {
  const [records, problems] = [[] as EditRecord[], [] as Problem[]]
  for await (const item of mmedit.read({ fileName, head: new Uint8Array(), chunks, task })) {
    if (isProblem(item))
      problems.push(item)
    else
      records.push(item)
  }
  return { records, problems }
}

async function* pieces(text: string, size = 7): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text)
  for (let at = 0; at < bytes.length; at += size)
    yield await Promise.resolve(bytes.subarray(at, at + size))
}

const text = fc.string({ unit: 'binary', minLength: 1, maxLength: 30 }).filter(value => value.trim() === value && !/\p{Surrogate}/u.test(value))
const path = fc.array(fc.stringMatching(/^[\w äé-]{1,12}$/).filter(part => part.trim() === part && part !== ''), { minLength: 1, maxLength: 3 }).map(parts => `${parts.join('/')}.png`)

const record = (task: Task): fc.Arbitrary<Omit<EditRecord, 'id' | 'index'>> => fc.record({
  src: text, alt: text, image: path, stated: fc.option(text, { nil: '' }),
  rephrase: fc.option(text), other: fc.option(path), loc: fc.option(fc.tuple(text, text)), local: fc.option(fc.tuple(path, text, text)),
  ports: fc.array(fc.tuple(text, text, fc.option(text)), { maxLength: 3 }),
}).map(({ src, alt, image: at, stated, rephrase, other, loc, local, ports }) => {
  const form = task === 'e-vqa' ? 'question' as const : 'caption' as const
  const image = { root: 'image', path: at }
  return {
    task,
    edit: { prompt: src, form, image, expected: alt },
    stated,
    probes: {
      ...(rephrase === null ? {} : { textRephrase: [{ prompt: rephrase, form, image, expected: alt }] }),
      ...(other === null ? {} : { imageRephrase: [{ prompt: src, form, image: { root: 'rephrase', path: other }, expected: alt }] }),
      ...(loc ? { unrelatedText: [{ prompt: loc[0], form: 'plain' as const, expected: loc[1] }] } : {}),
      ...(local ? { unrelatedImage: [{ prompt: local[1], form: 'question' as const, image: { root: 'image', path: local[0] }, expected: local[2] }] } : {}),
      ...(ports.length > 0 ? { portability: ports.map(([prompt, expected, label]) => ({ prompt, form: 'question' as const, image, expected, ...(label === null ? {} : { label }) })) } : {}),
    },
  }
})
const numbered = (list: readonly Omit<EditRecord, 'id' | 'index'>[]): EditRecord[] => list.map((one, index) => ({ ...one, id: String(index).padStart(5, '0'), index }))
const dataset = fc.constantFrom<Task>('e-vqa', 'e-ic').chain(task => fc.tuple(fc.constant(task), fc.array(record(task), { maxLength: 8 }).map(numbered)))

describe('write', () => {
  it('is read back as the same records', async () => {
    await fc.assert(fc.asyncProperty(dataset, fc.integer({ min: 1, max: 99 }), async ([task, records], size) => {
      expect(records.map(writer.refuses)).toEqual(records.map(() => undefined))
      const { records: found, problems } = await readBack(pieces(await written(records), size), 'x.json', task)
      expect(found).toEqual(records)
      expect(problems.filter(({ severity }) => severity === 'dropped')).toEqual([])
    }), { numRuns: 200 })
  })

  it.each(['vqa_eval', 'vqa_train', 'caption_eval_edit', 'caption_train_edit'])('gives %s of the sample study byte for byte', async (name) => {
    const file = join(sample, `${name}.json`)
    const task = name.startsWith('vqa') ? 'e-vqa' : 'e-ic'
    const { records } = await readBack(createReadStream(file), basename(file), task)
    expect(records.length).toBeGreaterThan(100)
    expect(await written(records) === readFileSync(file, 'utf8')).toBe(true)
  })

  it('writes an empty list for no records', async () => {
    expect(await written([])).toBe('[]\n')
  })

  const [plain] = numbered([fc.sample(record('e-vqa'), { numRuns: 1, seed: 4 })[0]!])
  const whole: EditRecord = { ...plain!, edit: { ...plain!.edit, prompt: 'what is it?' }, probes: { textRephrase: [{ ...plain!.edit, prompt: 'what is this?' }], imageRephrase: [{ ...plain!.edit, prompt: 'what is it?', image: { root: 'rephrase', path: 'b.png' } }] } }
  const [textRephrase, imageRephrase] = [whole.probes.textRephrase![0]!, whole.probes.imageRephrase![0]!]

  it.each<[string, Partial<EditRecord>, string]>([
    ['two text rephrases', { probes: { textRephrase: [textRephrase, textRephrase] } }, '2 text rephrases'],
    ['another picture for a text rephrase', { probes: { textRephrase: [{ ...textRephrase, image: { root: 'image', path: 'other.png' } }] } }, 'a picture of its own'],
    ['another target for a text rephrase', { probes: { textRephrase: [{ ...textRephrase, expected: 'other' }] } }, 'a target of its own'],
    ['another question for an image rephrase', { probes: { imageRephrase: [{ ...imageRephrase, prompt: 'other?' }] } }, 'a question of its own'],
    ['an image rephrase from the wrong root', { probes: { imageRephrase: [{ ...imageRephrase, image: { root: 'image', path: 'b.png' } }] } }, 'whose paths start from'],
    ['blanks around a text', { stated: ' dog' }, 'blanks around \'pred\''],
    ['a picture outside its root', { edit: { ...whole.edit, image: { root: 'image', path: '../a.png' } } }, 'picture path'],
    ['an edit without a picture', { edit: { prompt: 'a', form: 'question', expected: 'b' }, probes: {} }, 'no picture'],
    ['a task in the wrong form', { task: 'e-ic' }, 'asked as \'question\''],
    ['a label where the schema has none', { probes: { textRephrase: [{ ...textRephrase, label: 'x' }] } }, 'a label'],
  ])('refuses %s', async (_, change, sentence) => {
    expect(writer.refuses(whole)).toBeUndefined()
    const odd = { ...whole, ...change }
    expect(writer.refuses(odd)).toContain(sentence)
    await expect(written([odd])).rejects.toThrow(`Record '${odd.id}' has`)
  })

  it.each<[string, Task, string]>([
    ['e-vqa-eval', 'e-vqa', 'e-vqa-eval.json'],
    ['e-ic-eval', 'e-ic', 'e-ic-eval.json'],
    ['mine', 'e-vqa', 'mine_vqa.json'],
    ['mine', 'e-ic', 'mine_caption.json'],
    ['vqa-captions', 'e-ic', 'caption.json'],
  ])('names a file of %s so that its task is read as %s', async (name, task, file) => {
    expect(writer.fileName(name, task)).toBe(file)
    const head = Buffer.from(await written([{ ...whole, task, edit: { ...whole.edit, form: task === 'e-vqa' ? 'question' : 'caption' }, probes: {} }]))
    expect(mmedit.match({ fileName: file, head })).toEqual({ task })
  })
})
