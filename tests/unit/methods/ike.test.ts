// What IKE writes before a question: literally, in which order, and what it gives up when the context is short.
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createJob } from '../../../src/main/base/job.ts'
import { readMmeditRecord } from '../../../src/main/datasets/formats/mmedit-record.ts'
import { demonstrationsOf } from '../../../src/main/methods/ike-demonstrations.ts'
import { ike } from '../../../src/main/methods/ike.ts'
import { openTextEncoder } from '../../../src/main/models/open-text-encoder.ts'
import type { Edit, Memory } from '../../../src/main/methods/method.ts'
import type { Answer, Example, Model, Question } from '../../../src/main/models/model.ts'
import type { EditRecord, Probe, Task } from '../../../src/preload/contract/records.ts'

type Raw = Record<'src' | 'alt' | 'rephrase' | 'loc' | 'm_loc_q' | 'image', string>
type Style = 'strict' | 'easyedit'
const fixtures = resolve(import.meta.dirname, '../../fixtures/methods/ike')
const golden = JSON.parse(readFileSync(join(fixtures, 'prompts.json'), 'utf8')) as
  { k: number, train: Record<Task, Raw[]>, edits: ({ task: Task, record: Raw } & Record<Style, Record<string, string>>)[] }
const encoder = join(fixtures, 'file')

const recordOf = (raw: Raw, task: Task, index = 0): EditRecord => readMmeditRecord(raw, { index, task, count: () => undefined }).record!
const train = Object.entries(golden.train).flatMap(([task, raws]) => raws.map(raw => recordOf(raw, task as Task)))
const questionOf = ({ prompt, form, image }: Probe): Question => ({ prompt, form, ...(image ? { image: `/${image.path}` } : {}) })
const exampleOf = ({ edit }: EditRecord): Example => ({ question: questionOf(edit), expected: edit.expected })
const memoryOf = (records: readonly EditRecord[]): Memory => ({
  records,
  question: probe => Promise.resolve(questionOf(probe)),
  baseAnswer: () => Promise.reject(new Error('IKE asks the unedited model nothing.')),
})

interface Asked { readonly question: Question, readonly expected: string }

/** A model that only remembers what it is asked. A word is a token, a picture takes four. */
function listener(maxPositions = 10_000): { model: Model, asked: Asked[] } {
  const asked: Asked[] = []
  const promptOf = ({ form, prompt }: Pick<Question, 'form' | 'prompt'>): string => (form === 'question' ? `Question: ${prompt} Short answer:` : prompt)
  const tokensOf = (text: string): number[] => [0, ...(text.match(/\S+|\n/g) ?? []).map(() => 1)]
  const lengthOf = ({ form, prompt, image }: Question, expected: string): number => {
    const length = tokensOf(`${promptOf({ form, prompt })} ${expected}`).length + (image ? 4 : 0)
    if (length > maxPositions)
      throw new Error(`Question and answer take ${length} positions, but model 'listener' has ${maxPositions}. Shorten the prompt.`)
    return length
  }
  const model: Pick<Model, 'info' | 'promptOf' | 'lengthOf' | 'tokensOf' | 'answer' | 'openTextEncoder'> = {
    info: { name: 'listener', maxPositions } as Model['info'],
    promptOf,
    tokensOf,
    lengthOf,
    openTextEncoder,
    answer(question, expected) {
      lengthOf(question, expected)
      asked.push({ question, expected })
      return Promise.resolve({ expected: [] } as unknown as Answer)
    },
  }
  return { model: model as Model, asked }
}

const edit = (model: Model, examples: readonly Example[], config: object = {}, more: { memory?: Memory, previous?: Edit, signal?: AbortSignal } = {}): Promise<Edit> =>
  ike.edit(model, examples, { config: { encoder, k: 32, ...config }, scope: 'text', job: createJob({ ...more }), memory: memoryOf([]), ...more })

async function promptOf({ asked }: ReturnType<typeof listener>, edited: Edit, question: Question, expected = 'it'): Promise<string> {
  await edited.model.answer(question, expected)
  return asked.at(-1)!.question.prompt
}

describe('demonstrations', () => {
  it('are copy, update and retain, in the words of the paper', () => {
    const record = recordOf(golden.train['e-vqa'][0]!, 'e-vqa')
    expect(demonstrationsOf(record, listener().model.promptOf)).toEqual([
      'New Fact: Question: what is at the top? Short answer: apple\nPrompt: Question: what is at the top? Short answer: apple\n\n',
      'New Fact: Question: what is at the top? Short answer: apple\nPrompt: Question: which thing is at the top? Short answer: apple\n\n',
      'New Fact: Question: what is at the top? Short answer: apple\nPrompt: nq question: who wrote hamlet william shakespeare\n\n',
    ])
  })

  it('are fewer where the record has fewer probes', () => {
    const record = { ...recordOf(golden.train['e-ic'][0]!, 'e-ic'), probes: {} }
    expect(demonstrationsOf(record, listener().model.promptOf)).toEqual(['New Fact: a photo of a red apple\nPrompt: a photo of a red apple\n\n'])
  })
})

describe('prompts', () => {
  it.each(golden.edits.flatMap(e => (['strict', 'easyedit'] as const).map(style => ({ ...e, style }))))('of $record.src ($style) are those built by hand from the spec', async ({ task, record: raw, style, ...expected }) => {
    const heard = listener()
    const record = recordOf(raw, task)
    const edited = await edit(heard.model, [exampleOf(record)], { k: golden.k, compatibility: style }, { memory: memoryOf(train) })
    const probes: [string, Probe][] = [['rel', record.edit], ['t-gen', record.probes.textRephrase![0]!], ['m-gen', record.probes.imageRephrase![0]!], ['t-loc', record.probes.unrelatedText![0]!], ['m-loc', record.probes.unrelatedImage![0]!]]
    for (const [kind, probe] of probes) {
      expect(await promptOf(heard, edited, questionOf(probe), probe.expected), kind).toBe(expected[style][kind])
      expect(heard.asked.at(-1)).toEqual({ question: { ...questionOf(probe), form: 'plain', prompt: expected[style][kind] }, expected: probe.expected })
    }
    expect(edited).toMatchObject({ steps: 0, losses: [], notes: [] })
    expect(edited.overlay.size).toBe(0)
  })

  it('never hold the demonstrations of the edited record, but those of its double with another picture', async () => {
    const heard = listener()
    const record = train[0]!
    const double: EditRecord = { ...record, edit: { ...record.edit, image: { root: 'image', path: 'other.png' } } }
    const copy = demonstrationsOf(record, heard.model.promptOf)[0]!
    const alone = await edit(heard.model, [exampleOf(record)], {}, { memory: memoryOf(train) })
    expect(await promptOf(heard, alone, questionOf(record.edit))).not.toContain(copy)
    const both = await edit(heard.model, [exampleOf(record)], {}, { memory: memoryOf([...train, double]) })
    expect((await promptOf(heard, both, questionOf(record.edit))).split(copy)).toHaveLength(2)
  })

  it('hold only the fact when there are no train records, which is said, or none are wanted, which is not', async () => {
    const heard = listener()
    const example = exampleOf(train[0]!)
    const edited = await edit(heard.model, [example])
    expect(await promptOf(heard, edited, example.question)).toBe('New Fact: Question: what is at the top? Short answer: apple\nPrompt: Question: what is at the top? Short answer:')
    expect(edited.notes).toEqual(['There are no train records to take demonstrations from, so only the new fact stands before the question.'])
    expect((await edit(heard.model, [example], { k: 0 }, { memory: memoryOf(train) })).notes).toEqual([])
  })
})

describe('a short context', () => {
  const example = exampleOf(train[0]!)
  const options = { memory: memoryOf(train) }

  it('gives up the least similar demonstrations first, and says how many', async () => {
    const roomy = listener()
    const whole = await promptOf(roomy, await edit(roomy.model, [example], {}, options), example.question, 'apple')
    const blocks = whole.split(/(?<=\n\n)/)
    expect(blocks).toHaveLength(16) // 5 records of three, and the question
    // The question takes 17 tokens with its answer and the picture 4; 11 more may be decoded.
    const tight = listener(100)
    const edited = await edit(tight.model, [example], {}, options)
    const prompt = await promptOf(tight, edited, example.question, 'apple')
    const left = prompt.split(/(?<=\n\n)/)
    expect(blocks.slice(-left.length)).toEqual(left)
    expect(left.length).toBeGreaterThan(2)
    expect(edited.notes).toEqual([`The context of 100 positions holds ${left.length - 1} of 15 demonstrations; the ${16 - left.length} least similar were left out.`])
    const used = tight.model.lengthOf({ ...example.question, form: 'plain', prompt }, '')
    const next = tight.model.tokensOf(blocks.at(-left.length - 1)!).length - 1
    expect(used + 8).toBeLessThanOrEqual(100)
    expect(used + next + 8).toBeGreaterThan(100)
  })

  it('gives up more for a longer question, and nothing but a sentence when the question alone is too long', async () => {
    const tight = listener(100)
    const edited = await edit(tight.model, [example], {}, options)
    const long = { ...example.question, prompt: 'what is this and that, '.repeat(14) }
    expect(await promptOf(tight, edited, long)).toBe(`New Fact: Question: what is at the top? Short answer: apple\nPrompt: Question: ${long.prompt} Short answer:`)
    await expect(edited.model.answer({ ...long, prompt: long.prompt.repeat(2) }, 'it')).rejects.toThrow(/take \d+ positions, but model 'listener' has 100/)
  })

  it('keeps the newest of the facts', async () => {
    const tight = listener(60)
    const facts = train.map(exampleOf)
    const edited = await edit(tight.model, facts, {}, options)
    const prompt = await promptOf(tight, edited, facts.at(-1)!.question, facts.at(-1)!.expected)
    expect(prompt).toBe([
      'New Fact: a photo of a red apple\nPrompt: a photo of a red apple\n\n',
      'New Fact: the photo: a blue barrier\nPrompt: the photo:',
    ].join(''))
    expect(edited.notes).toEqual(['The context of 60 positions holds 2 of 6 facts; the 4 oldest were left out.'])
  })
})

describe('several facts', () => {
  const [first, second, third] = train.map(exampleOf) as [Example, Example, Example]
  const copies = train.map(record => demonstrationsOf(record, listener().model.promptOf)[0]!)

  it('of one edit stand one behind the other, the last one before the question', async () => {
    const heard = listener()
    const edited = await edit(heard.model, [first, second])
    expect(await promptOf(heard, edited, first.question)).toBe(`${copies[0]}New Fact: Question: is it closed? Short answer: yes\nPrompt: Question: what is at the top? Short answer:`)
  })

  it('of a stream too, and an edit before stays what it was', async () => {
    const heard = listener()
    const one = await edit(heard.model, [first])
    const before = await promptOf(heard, one, second.question)
    const two = await edit(heard.model, [second], {}, { previous: one })
    const three = await edit(heard.model, [third], {}, { previous: two })
    expect(await promptOf(heard, three, first.question)).toBe(`${copies[0]}${copies[1]}New Fact: Question: what is at the top? Short answer: barrier\nPrompt: Question: what is at the top? Short answer:`)
    expect(await promptOf(heard, one, second.question)).toBe(before)
  })
})

describe('refusals', () => {
  it('names the scope it has', () => {
    const { model } = listener()
    expect(ike.supports(model, 'text', {})).toBe(true)
    for (const scope of ['vision', 'both'] as const)
      expect(ike.supports(model, scope, {})).toBe(`IKE writes the fact before the question and changes no module, so it cannot have the scope '${scope}'. Choose the scope 'text'.`)
  })

  it('stops before it embeds anything when told to', async () => {
    const stop = new AbortController()
    stop.abort()
    const { model } = listener()
    await expect(edit(model, [exampleOf(train[0]!)], {}, { memory: memoryOf(train), signal: stop.signal })).rejects.toThrow()
  })

  it('says which folder holds no encoder', async () => {
    const { model } = listener()
    await expect(edit(model, [exampleOf(train[0]!)], { encoder: fixtures }, { memory: memoryOf(train) })).rejects.toThrow(/has no config\.json/)
  })
})
