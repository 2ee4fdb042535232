// The tiny BLIP-2 checkpoint with a record about it, for the suites that run over registries.
import { resolve } from 'node:path'
import { generatedRoot } from '../../src/main/datasets/generated-images.ts'
import { openModel } from '../../src/main/models/open-model.ts'
import type { Answer, Model, Question } from '../../src/main/models/model.ts'
import type { EditRecord, Probe } from '../../src/preload/contract/records.ts'

const folder = resolve(import.meta.dirname, '../fixtures/blip-2')
/** Fixture pictures; the generated ones stand in for each other by `grey.png`, so that nothing has to be drawn. */
export const resolveImage = ({ root, path }: { readonly root?: string, readonly path: string }): string => resolve(folder, 'images', root === generatedRoot ? 'grey.png' : path)

export const openTiny = (): Promise<Model> => openModel(resolve(folder, 'current'), {
  provider: { provider: 'cpu', device: 'cpu', reason: 'The suites compare with cpu.', tests: [] },
})

export const question: Question = { prompt: 'What is it?', form: 'question', image: resolveImage({ path: 'scene.png' }) }

/** A word of one token that the model does not put first, but not last either: its weights are random, so it has no opinion. */
export async function reachableTarget(model: Model): Promise<string> {
  const { positions: { logits, vocabulary } } = await model.answer(question, 'a')
  const words = Array.from({ length: vocabulary }, (_, id) => ({ id, text: model.decode([id]) }))
    .filter(({ text }) => /^ [a-z]{2,}$/.test(text))
    .sort((a, b) => logits[b.id]! - logits[a.id]!)
  return words[1]!.text.trim()
}

const picture = (path: string): Pick<Probe, 'image'> => ({ image: { root: 'main', path } })

export const recordWith = (target: string): EditRecord => ({
  id: '00000',
  index: 0,
  task: 'e-vqa',
  edit: { prompt: question.prompt, form: 'question', expected: target, ...picture('scene.png') },
  stated: '',
  probes: {
    textRephrase: [{ prompt: 'Which thing is this?', form: 'question', expected: target, ...picture('scene.png') }],
    imageRephrase: [{ prompt: question.prompt, form: 'question', expected: target, ...picture('alpha.png') }],
    unrelatedText: [{ prompt: 'What is the capital of Italy?', form: 'plain', expected: 'Rome' }],
    unrelatedImage: [{ prompt: 'Which colour is it?', form: 'question', expected: 'grey', ...picture('grey.png') }],
    portability: [{ prompt: 'Is it alive?', form: 'question', expected: 'no', label: '1-hop', ...picture('scene.png') }],
  },
})

/** Equal to the last bit, NaN and signs of zero included. */
export const isBitEqual = (a: Float32Array, b: Float32Array): boolean =>
  Buffer.from(a.buffer, a.byteOffset, a.byteLength).equals(Buffer.from(b.buffer, b.byteOffset, b.byteLength))

export const sameAnswer = (a: Answer, b: Answer): boolean =>
  isBitEqual(a.positions.logits, b.positions.logits) && a.generated.text === b.generated.text && a.top10.every((id, i) => id === b.top10[i])
