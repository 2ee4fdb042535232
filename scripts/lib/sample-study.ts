// The sample study for suites and measurements that need a model with something to say: real records, real trained editors.
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { resolve } from 'node:path'
import { readTensorFile } from '../../src/main/models/safetensors-file.ts'
import { openSource } from '../../src/main/datasets/import.ts'
import { isProblem } from '../../src/main/datasets/formats/format.ts'
import { generatedPicture, generatedRoot } from '../../src/main/datasets/generated-images.ts'
import type { Memory } from '../../src/main/methods/method.ts'
import type { TensorFile } from '../../src/main/models/tensor-file.ts'
import { openModel } from '../../src/main/models/open-model.ts'
import type { Example, Model, Question } from '../../src/main/models/model.ts'
import { createBaseAnswers } from '../../src/main/runs/base-answers.ts'
import type { BaseAnswers } from '../../src/main/runs/base-answers.ts'
import { blindProbes } from '../../src/main/metrics/blindness.ts'
import type { EditRecord, Probe } from '../../src/preload/contract/records.ts'

const study = resolve(import.meta.dirname, '../../resources/sample-study')
const images = resolve(study, 'images')
const generatedFolder = resolve(tmpdir(), 'mmedit-generated')

export const openSample = (options: { readonly cacheBytes?: number } = {}): Promise<Model> => openModel(resolve(study, 'model'), {
  provider: { provider: 'cpu', device: 'cpu', reason: 'The suites compare with cpu.', tests: [] },
  ...options,
})

/** The first records of one of the study's files. */
export async function readSample(file: string, count: number): Promise<EditRecord[]> {
  const { items } = await openSource(resolve(study, 'data', file), { image: images, rephrase: images })
  const records: EditRecord[] = []
  for await (const item of items) {
    if (!isProblem(item) && records.push(item) === count)
      break
  }
  for (const { image } of records.flatMap(blindProbes)) {
    if (image?.root === generatedRoot)
      await generatedPicture(image, generatedFolder)
  }
  return records
}

/** A picture's file; the generated ones are drawn by `readSample`. */
export const pictureOf = ({ root, path }: NonNullable<Probe['image']>): string => root === generatedRoot ? resolve(generatedFolder, path) : resolve(images, path)

export const questionTo = ({ prompt, form, image }: Probe): Question => ({ prompt, form, ...(image ? { image: pictureOf(image) } : {}) })

export const exampleOf = ({ edit }: EditRecord): Example => ({ question: questionTo(edit), expected: edit.expected })

export const baseAnswersOf = (model: Model): BaseAnswers => createBaseAnswers({ model, fingerprint: 'sample', dataset: 'sample', resolveImage: pictureOf })

export const memoryOf = (model: Model, records: readonly EditRecord[]): Memory =>
  ({ records, question: probe => Promise.resolve(questionTo(probe)), baseAnswer: baseAnswersOf(model).answer })

/** The shipped editor of a method, or undefined if the study ships none. */
export async function shippedEditor(method: string, scope: string): Promise<TensorFile | undefined> {
  const file = resolve(study, 'editors', `${method}-${scope}.safetensors`)
  return existsSync(file) ? readTensorFile(file) : undefined
}
