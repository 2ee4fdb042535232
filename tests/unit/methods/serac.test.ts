// SERAC on the tiny checkpoint: what it answers, what its cache keeps, and what it refuses.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createJob } from '../../../src/main/base/job.ts'
import { createRandom } from '../../../src/main/base/random.ts'
import type { Edit, Memory } from '../../../src/main/methods/method.ts'
import { counterfactualQuestion } from '../../../src/main/methods/serac-answerer.ts'
import { counterfactualWeights, initialParameters, names } from '../../../src/main/methods/serac-network.ts'
import { serac } from '../../../src/main/methods/serac.ts'
import type { Answer, Example, Model, Question } from '../../../src/main/models/model.ts'
import type { NamedTensor, TensorFile } from '../../../src/main/models/tensor-file.ts'
import { openModel } from '../../../src/main/models/open-model.ts'
import { ownTextEncoder } from '../../../src/main/models/text-encoder.ts'
import { mixLogits } from '../../../src/main/training/serac-mixture.ts'
import { folderOf, imageOf } from '../models/fixtures.ts'

const memory: Memory = {
  records: [],
  question: () => Promise.reject(new Error('SERAC needs no memory to edit.')),
  baseAnswer: () => Promise.reject(new Error('SERAC needs no memory to edit.')),
}
const ask = (prompt: string, picture?: string): Question => ({ prompt, form: 'question', ...(picture ? { image: imageOf(picture) } : {}) })
const first: Example = { question: ask('What is it?', 'scene.png'), expected: 'grey' }
const second: Example = { question: ask('Is it red?', 'alpha.png'), expected: 'no' }
const reworded = ask('Which is it?', 'scene.png')
const spoken: Question = { prompt: 'Paris is', form: 'plain' }

let model: Model
let editor: TensorFile
beforeAll(async () => {
  model = await openModel(folderOf('current'), { provider: { provider: 'cpu', device: 'cpu', reason: 'test', tests: [] } })
  const encoder = ownTextEncoder(model)
  const weights = counterfactualWeights(model, 1, true)
  const tensors = await initialParameters(model, weights, {
    random: createRandom(5),
    rank: 8,
    textDifferences: [await differenceOf(first.question.prompt, 'Paris is')],
    lookDifferences: [await model.look(imageOf('scene.png')).then(({ values, width }) => values.slice(0, width))],
    trainsScale: true,
  })
  const noise = createRandom(6)
  for (const { name } of weights) {
    const { shape, data } = tensors.get(names.ofWeight(name))!
    tensors.set(names.ofWeight(name), { shape, data: data.map(v => v + 0.1 * noise.normal()) })
  }
  editor = { tensors, metadata: { encoder: encoder.id, compatibility: 'strict' } }
})
afterAll(() => model.dispose())

async function differenceOf(a: string, b: string): Promise<Float32Array> {
  const encoder = ownTextEncoder(model)
  const [x, y] = [await encoder.embed(a), await encoder.embed(b)]
  return x.map((v, i) => v - y[i]!)
}

const withTensor = (name: string, data: Float32Array): TensorFile =>
  ({ ...editor, tensors: new Map<string, NamedTensor>([...editor.tensors, [name, { shape: editor.tensors.get(name)!.shape, data }]]) })
const edit = (examples: readonly Example[], { config = {}, previous, file = editor }: { config?: object, previous?: Edit, file?: TensorFile } = {}): Promise<Edit> =>
  serac.edit(model, examples, { config, scope: 'text', job: createJob(), memory, editor: file, ...(previous ? { previous } : {}) })

const bytesOf = ({ positions, top10, generated }: Answer): unknown => [Buffer.from(positions.logits.buffer, positions.logits.byteOffset, positions.logits.byteLength).toString('hex'), [...top10], generated]
const counterfactual = (question: Question, expected: string, edited = first): Promise<Answer> => {
  const weights = new Map([...editor.tensors].filter(([name]) => name.startsWith('counterfactual ')).map(([name, { data }]) => [name.slice('counterfactual '.length), data]))
  return model.withWeights(weights).answer(counterfactualQuestion(model, edited, question), expected)
}

describe('what is answered', () => {
  it('is the mixture of both models, by a score between 0 and 1', async () => {
    const { model: edited, overlay } = await edit([first])
    const answer = await edited.answer(reworded, 'grey')
    const [base, other] = [await model.answer(reworded, 'grey'), await counterfactual(reworded, 'grey')]
    const { score, taken } = answer.routing!
    expect(score).toBeGreaterThan(0.001)
    expect(score).toBeLessThan(0.999)
    expect(taken).toBe(score > 0.5)
    expect(overlay.size).toBe(0)
    expect(answer.sequence).toBe(base.sequence)
    const { vocabulary, rows } = answer.positions
    for (let row = 0; row < rows; row++) {
      const at = ({ positions }: Answer): Float32Array => positions.logits.subarray(row * vocabulary, (row + 1) * vocabulary)
      expect([...at(answer)]).toEqual([...mixLogits(at(base), at(other), score)])
      // The ten best of the answer's own rows are those of the mixture.
      const best = [...at(answer).keys()].sort((a, b) => at(answer)[b]! - at(answer)[a]! || a - b).slice(0, 10)
      expect([...answer.top10.subarray((answer.sequence - rows - 1 + row) * 10, (answer.sequence - rows + row) * 10)]).toEqual(best)
    }
  })

  it('is decoded from the mixture token by token', async () => {
    const { model: edited } = await edit([first])
    const { generated, routing } = await edited.answer(reworded, '')
    // An independent decoder: both models read the tokens so far as part of their prompts.
    const plain = (text: string): Question => ({ ...reworded, form: 'plain', prompt: `${model.promptOf(reworded)}${text}` })
    // Any answer will do: its first row is what comes after the prompt.
    const next = async (answer: Promise<Answer>): Promise<Float32Array> => (await answer).positions.logits.subarray(0, model.info.vocabulary)
    let said = ''
    let checked = 0
    // Random weights say bytes that are no text; as long as the text is read as the tokens that were said, it can be checked.
    while (model.lengthOf(plain(said), '') === model.lengthOf(plain(''), '') + checked && !said.includes('\uFFFD')) {
      const mixed = mixLogits(await next(model.answer(plain(said), 'a')), await next(counterfactual(plain(said), 'a')), routing!.score)
      const token = generated.tokens[checked]!
      expect(mixed.indexOf(mixed.reduce((a, b) => Math.max(a, b), -Infinity)), `token ${checked}`).toBe(token)
      said += model.decode([token])
      checked++
    }
    expect(checked).toBeGreaterThanOrEqual(3)
    for (const alone of [model.answer(reworded, ''), counterfactual(reworded, '')])
      expect((await alone).generated.tokens.slice(0, checked)).not.toEqual(generated.tokens.slice(0, checked))
  })

  it('is certain about the edit\'s own question, whatever the picture', async () => {
    const { model: edited } = await edit([first])
    for (const picture of ['scene.png', 'grey.png'])
      expect((await edited.answer(ask('What is it?', picture), 'grey')).routing).toEqual({ score: 1, taken: true })
  })

  it('is the base model\'s to the last bit when the score underflows', async () => {
    const far = withTensor(names.textScale, Float32Array.of(12))
    const { model: edited } = await edit([first], { file: far })
    const answer = await edited.answer(spoken, 'fr')
    expect(answer.routing).toEqual({ score: 0, taken: false })
    expect(bytesOf(answer)).toEqual(bytesOf(await model.answer(spoken, 'fr')))
  })

  it('is one model\'s alone with hard mixing', async () => {
    const { model: edited } = await edit([first], { config: { mixing: 'hard' } })
    const own = await edited.answer(first.question, 'grey')
    const other = await counterfactual(first.question, 'grey')
    expect([...own.positions.logits]).toEqual([...other.positions.logits])
    expect(own.generated).toEqual(other.generated)
    const far = await edited.answer(spoken, 'fr')
    expect(far.routing!.taken).toBe(false)
    expect(far.routing!.score).toBeGreaterThan(0)
    expect(bytesOf(far)).toEqual(bytesOf(await model.answer(spoken, 'fr')))
  })

  it('asks the picture too, when told to, and only where both have one', async () => {
    const question = ask('What is it?', 'grey.png')
    const { model: edited } = await edit([first], { config: { imageScope: true } })
    const own = await edited.answer(first.question, 'grey')
    const other = await edited.answer(question, 'grey')
    expect(own.routing!.score).toBe(1)
    expect(other.routing!.score).toBeLessThan(0.99)
    expect((await edited.answer(ask('What is it?'), 'grey')).routing!.score).toBe(1)
  })

  it('knows the answer beforehand only with compatibility easyedit', async () => {
    const file = { ...editor, metadata: { ...editor.metadata, compatibility: 'easyedit' } }
    const { model: leaking } = await edit([first], { config: { compatibility: 'easyedit' }, file })
    const { model: strict } = await edit([first])
    const score = async (edited: Edit['model'], expected: string): Promise<number> => (await edited.answer(first.question, expected)).routing!.score
    expect(await score(leaking, 'grey')).toBe(1)
    expect(await score(leaking, 'no')).toBeLessThan(1)
    expect(await score(strict, 'no')).toBe(1)
  })
})

describe('the cache', () => {
  it('keeps edits of one batch and of earlier edits, and is dropped with the edit', async () => {
    const before = await model.answer(first.question, 'grey')
    const batch = await edit([first, second])
    const one = await edit([first])
    const chained = await edit([second], { previous: one })
    for (const { model: edited } of [batch, chained]) {
      for (const { question, expected } of [first, second])
        expect((await edited.answer(question, expected)).routing!.score).toBe(1)
    }
    expect(bytesOf(await chained.model.answer(first.question, 'grey'))).toEqual(bytesOf(await one.model.answer(first.question, 'grey')))
    expect((await one.model.answer(second.question, 'no')).routing!.score).toBeLessThan(1)
    expect(bytesOf(await model.answer(first.question, 'grey'))).toEqual(bytesOf(before))
  })

  it('lets the latest of equally near edits answer', async () => {
    const later: Example = { question: ask('What is it?', 'grey.png'), expected: 'no' }
    const { model: edited } = await edit([first, later])
    const alone = await edit([later])
    expect(bytesOf(await edited.answer(first.question, 'no'))).toEqual(bytesOf(await alone.model.answer(first.question, 'no')))
  })

  it('continues only its own', async () => {
    await expect(edit([second], { previous: { model, overlay: new Map(), losses: [], steps: 0 } })).rejects.toThrow('not made by SERAC')
  })
})

describe('what is refused', () => {
  it.each(['vision', 'both'] as const)('scope %s', (scope) => {
    expect(serac.supports(model, scope, {})).toContain(`so it has no scope '${scope}'`)
  })

  it('pictures in scope together with easyedit', () => {
    expect(serac.supports(model, 'text', {})).toBe(true)
    expect(serac.supports(model, 'text', { imageScope: true, compatibility: 'easyedit' })).toContain('exclude each other')
  })

  it('editors of another encoder, other settings, without pictures, or of another method', async () => {
    await expect(edit([first], { file: { ...editor, metadata: { encoder: 'other' } } })).rejects.toThrow('text encoder \'other\'')
    await expect(edit([first], { config: { compatibility: 'easyedit' } })).rejects.toThrow('trained with compatibility \'strict\'')
    const blind = { ...editor, tensors: new Map([...editor.tensors].filter(([name]) => name !== names.look)) }
    await expect(edit([first], { config: { imageScope: true }, file: blind })).rejects.toThrow('trained without pictures')
    await expect(edit([first], { file: { tensors: new Map(), metadata: {} } })).rejects.toThrow('not one of SERAC')
    await expect(serac.edit(model, [first], { config: {}, scope: 'text', job: createJob(), memory })).rejects.toThrow('needs a trained editor')
  })

  it('edits and questions too long to read one behind the other', async () => {
    await expect(edit([{ ...first, expected: 'grey grey grey grey grey grey' }])).rejects.toThrow('this one does not fit')
    const { model: edited } = await edit([first])
    const long = ask(Array.from({ length: 5 }, () => 'What is it?').join(' '), 'scene.png')
    expect(model.lengthOf(long, 'grey grey')).toBeLessThanOrEqual(model.info.maxPositions)
    const { routing, generated } = await edited.answer(long, 'grey grey')
    expect(routing!.taken).toBe(false)
    expect(generated).toEqual((await model.answer(long, 'grey grey')).generated)
    // With every question in scope there is no answer to a long one.
    const near = await edit([first], { file: withTensor(names.textScale, Float32Array.of(-20)) })
    await expect(near.model.answer(long, 'grey grey')).rejects.toThrow('this one does not fit')
  })
})
