// Trained editors in a study: which one an edit starts from, and what is said where none fits.
import { appendFileSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { chooseEditor, createEditorCases, placeEditor } from '../../../src/main/jobs/editor-cases.ts'
import type { EditorNeed } from '../../../src/main/jobs/editor-cases.ts'
import { withNotes } from '../../../src/main/jobs/editor-notes.ts'
import type { EditorNotes } from '../../../src/main/jobs/editor-notes.ts'
import { trainCommand } from '../../../src/main/jobs/train-command.ts'
import { methods } from '../../../src/main/methods/index.ts'
import { encodeTensorFile } from '../../../src/main/models/safetensors-file.ts'
import type { Study } from '../../../src/main/workspace/open-workspace.ts'
import { RunPlan } from '../../../src/preload/contract/runs.ts'
import { put, temporaryFolder, temporaryStudy } from '../workspace/study.ts'

const notes: EditorNotes = {
  method: 'serac', scope: 'text', fingerprint: 'f', config: {}, training: { iterations: 5 }, datasets: ['d'], seed: 0, steps: 5, validation: { total: 1 },
  command: 'npx mmedit …', version: '1', run: 'r-1', createdAt: '2026-11-22T10:00:00.000Z',
}
const editorFile = (change: Partial<EditorNotes> = {}): Uint8Array =>
  encodeTensorFile(withNotes({ tensors: new Map([['w', { shape: [1], data: Float32Array.of(1) }]]), metadata: { own: 'of the method' } }, { ...notes, ...change }))
const plan = RunPlan.parse({ model: 'fake', dataset: 'd', method: { id: 'serac' } })
const need = (change: Partial<EditorNeed> = {}): EditorNeed =>
  ({ method: methods.get('serac'), scope: 'text', model: { id: plan.model, name: 'Fake', fingerprint: 'f' }, editor: undefined, command: 'npx mmedit runs start --kind train', ...change })
const cases = (study: Study, warnings: string[] = []) => createEditorCases({ study, checkWritable: () => undefined, warn: sentence => warnings.push(sentence), onChange: () => undefined })

describe('editors of a study', () => {
  it('get an id from what they are for; a run that ends twice has one', async () => {
    const study = await temporaryStudy()
    const file = (change: Partial<EditorNotes>) => put(join(temporaryFolder(), 'editor.safetensors'), editorFile(change))
    expect(await placeEditor(study, plan, file({}))).toBe('serac-text-fake')
    expect(await placeEditor(study, plan, file({ run: 'r-2', createdAt: '2026-11-22T11:00:00.000Z' }))).toBe('serac-text-fake-2')
    expect(await placeEditor(study, plan, file({ steps: 4 }))).toBe('serac-text-fake')
    const list = await cases(study).list()
    expect(list.map(({ id, steps }) => [id, steps])).toEqual([['serac-text-fake-2', 5], ['serac-text-fake', 4]])
    expect(list[0]).toEqual({ id: 'serac-text-fake-2', method: 'serac', scope: 'text', fingerprint: 'f', datasets: ['d'], steps: 5, validation: { total: 1 }, command: 'npx mmedit …', createdAt: '2026-11-22T11:00:00.000Z', sizeBytes: expect.any(Number) as number })
    expect(await cases(study).remove('serac-text-fake')).toBe(true)
    expect(await cases(study).remove('serac-text-fake')).toBe(false)
    expect(await cases(study).remove('../workspace')).toBe(false)
    expect(existsSync(study.layout.workspace)).toBe(true)
  })

  it('are passed over with a sentence when they cannot be read', async () => {
    const study = await temporaryStudy()
    put(study.layout.editor('good'), editorFile())
    put(study.layout.editor('foreign'), encodeTensorFile({ tensors: new Map(), metadata: {} }))
    put(study.layout.editor('cut'), editorFile().subarray(0, 50))
    appendFileSync(join(study.layout.editors, 'notes.txt'), 'mine')
    const warnings: string[] = []
    expect((await cases(study, warnings).list()).map(({ id }) => id)).toEqual(['good'])
    expect(warnings).toEqual([expect.stringContaining('\'cut.safetensors\' is truncated'), expect.stringContaining('\'foreign.safetensors\' is no trained editor of this workbench')])
  })

  it('are chosen by method, scope and checkpoint: the newest, or the one that is named', async () => {
    const study = await temporaryStudy()
    await expect(chooseEditor(study, need())).rejects.toThrow('Method \'serac\' has no trained editor for scope \'text\' of model \'Fake\'. Train one: npx mmedit runs start --kind train')
    put(study.layout.editor('old'), editorFile())
    put(study.layout.editor('new'), editorFile({ createdAt: '2026-11-23T00:00:00.000Z' }))
    put(study.layout.editor('vision'), editorFile({ scope: 'vision', createdAt: '2026-11-24T00:00:00.000Z' }))
    put(study.layout.editor('foreign'), editorFile({ fingerprint: 'g', createdAt: '2026-11-25T00:00:00.000Z' }))
    expect(await chooseEditor(study, need())).toEqual({ id: 'new', file: study.layout.editor('new') })
    expect((await chooseEditor(study, need({ editor: 'old' })))?.id).toBe('old')
    expect((await chooseEditor(study, need({ scope: 'vision' })))?.id).toBe('vision')
    expect(await chooseEditor(study, need({ method: methods.get('fine-tune') }))).toBeUndefined()
  })

  it('are refused by name where they do not fit', async () => {
    const study = await temporaryStudy()
    put(study.layout.editor('foreign'), editorFile({ fingerprint: 'g' }))
    await expect(chooseEditor(study, need())).rejects.toThrow('Editor \'foreign\' of method \'serac\' was trained on another checkpoint than \'Fake\'. Train one: npx')
    await expect(chooseEditor(study, need({ editor: 'foreign' }))).rejects.toThrow('Editor \'foreign\' was trained on another checkpoint than \'Fake\'.')
    await expect(chooseEditor(study, need({ editor: 'foreign', scope: 'vision' }))).rejects.toThrow('was trained for method \'serac\' and scope \'text\', not for method \'serac\' and scope \'vision\'')
    await expect(chooseEditor(study, need({ editor: 'none' }))).rejects.toThrow('The study has no editor \'none\'. Known: foreign.')
    await expect(chooseEditor(study, need({ editor: 'none', method: methods.get('fine-tune') }))).rejects.toThrow('Method \'fine-tune\' needs no trained editor.')
  })
})

describe('the command that trains again', () => {
  it('names what differs from the defaults, so that it can be typed as it stands', () => {
    const method = methods.get('serac')
    const config = method.config.parse({ mixing: 'hard', encoder: 'a b' }) as Record<string, unknown>
    const training = method.training!.config.parse({ iterations: 7, trainProjection: false }) as unknown as Record<string, unknown>
    expect(trainCommand(RunPlan.parse({ model: 'sample', dataset: 'd', method: { id: 'serac', config }, training, alsoFrom: ['e', 'f'], seed: 2, limit: 9 }), method))
      .toBe('npx mmedit runs start --kind train --method serac --scope text --dataset d --also-from e,f --limit 9 --config.encoder "a b" --config.mixing hard --training.iterations 7 --training.train-projection false --seed 2')
  })
})
