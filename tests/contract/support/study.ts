// A small study on disk with a dataset, a model pointer and the fake engine, for whatever asks the backend.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { openBackend } from '../../../src/main/backend.ts'
import type { Backend } from '../../../src/main/backend.ts'
import { createEngineClient } from '../../../src/main/jobs/engine-client.ts'
import type { EngineClient } from '../../../src/main/jobs/engine-client.ts'
import type { Survey } from '../../../src/main/models/survey.ts'
import { startEngine } from '../../../src/main/jobs/start-engine.ts'
import { addModel } from '../../../src/main/workspace/models.ts'
import { openWorkspace } from '../../../src/main/workspace/open-workspace.ts'

export const fixtureRoot = resolve(import.meta.dirname, '../../fixtures/formats/mmedit/good')

/** The real client with the fake program at its other end. */
export function createFakeEngine(environment: Record<string, string> = {}): EngineClient {
  return createEngineClient(() => startEngine({
    executable: process.execPath,
    nodeArguments: ['--import', pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href],
    entry: resolve(import.meta.dirname, 'fake-engine.ts'),
    environment,
  }))
}

/** As many records as there are prompts, in MMEdit's schema. */
function mmeditFile(prompts: readonly string[]): string {
  return JSON.stringify(prompts.map(src => ({
    src, pred: 'cat', alt: 'dog', rephrase: `${src} again?`, image: 'val2014/COCO_val2014_000000451435.png', image_rephrase: 'val2014/COCO_val2014_000000451435.png',
    loc: 'what is the capital of France?', loc_ans: 'Paris', m_loc: 'val2014/COCO_val2014_000000189446.png', m_loc_q: 'what is it?', m_loc_a: 'a dog',
  })))
}

/** Makes a study with dataset `edits` (one record a prompt) and models `fake` and `broken`, and closes it. */
export async function makeStudy(prompts: readonly string[] = ['what is this?', 'fail here', 'wait here']): Promise<{ folder: string, remove: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'mmedit-study-'))
  const source = join(folder, 'source')
  await mkdir(source)
  await writeFile(join(source, 'vqa_eval.json'), mmeditFile(prompts))
  const study = join(folder, 'study')
  const model = { architecture: 'blip-2', parameterCount: 1, sizeBytes: 1, dtype: 'F32', fingerprint: 'f' }
  const opened = await openWorkspace(study)
  await addModel(opened, { ...model, name: 'fake', path: join(folder, 'fake') })
  await addModel(opened, { ...model, name: 'broken', path: join(folder, 'fail') })
  await opened.close()
  const backend = await openFakeBackend(study)
  await backend.context.datasets.import({ file: join(source, 'vqa_eval.json'), imageRoot: fixtureRoot, name: 'edits' })
  await backend.close()
  return { folder: study, remove: () => rm(folder, { recursive: true, force: true }) }
}

/** What the fake models look like from outside: something to edit in the language model, nothing in the vision module. */
export const fakeSurvey = (): Promise<Survey> => Promise.resolve({
  info: { name: 'fake', architecture: 'blip-2', parameterCount: 1, sizeBytes: 1, dtype: 'F32', vocabulary: 10, textLayers: 1, maxPositions: 99, roles: [] },
  weights: [
    { name: 'layers.0.fc1.weight', shape: [2, 2], module: 'text', role: 'language-ffn', layer: 0 },
    { name: 'layers.0.fc2.weight', shape: [2, 2], module: 'text', role: 'language-ffn', layer: 0 },
  ],
  parts: [{ part: 'language', label: 'Language model', layers: 1, layerOf: new Map([['layers.0.fc1.weight', 0], ['layers.0.fc2.weight', 0]]) }],
})

export function openFakeBackend(workspace: string, environment: Record<string, string> = {}): Promise<Backend> {
  return openBackend({ workspace, access: 'write', createEngine: () => createFakeEngine(environment), survey: fakeSurvey })
}
