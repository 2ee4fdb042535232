// Editing one layer alone, on the tiny BLIP-2: what changes, what is refused, which layers a sweep goes through.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createJob } from '../../../src/main/base/job.ts'
import { layerOf, layersFor, withLayer } from '../../../src/main/methods/chosen-layer.ts'
import { methods } from '../../../src/main/methods/index.ts'
import type { Model, Scope } from '../../../src/main/models/model.ts'
import { parseConfig, refusalOf } from '../../../src/main/runs/plan.ts'
import { methodOf } from '../../../src/main/tables/columns.ts'
import { RunPlan } from '../../../src/preload/contract/runs.ts'
import { openTiny, question, reachableTarget } from '../../conformance/tiny-model.ts'
import { noMemory } from './linear-model.ts'

let model: Model
let target: string
beforeAll(async () => {
  model = await openTiny()
  target = await reachableTarget(model)
})
afterAll(() => model.dispose())

async function changed(id: string, scope: Scope, config: object): Promise<string[]> {
  const edit = await methods.get(id).edit(model, [{ question, expected: target }], { config, scope, job: createJob(), memory: noMemory })
  return [...edit.overlay.keys()]
}

describe('one layer alone', () => {
  it.each(['fine-tune', 'fine-tune-l', 'lora'])('%s changes that layer and no other', async (id) => {
    for (const layer of [0, 1]) {
      const names = await changed(id, 'text', { onlyLayer: layer, steps: 1, stopWhenEdited: false })
      expect(names).toEqual(model.weights.filter(w => w.role === 'language-ffn' && w.layer === layer).map(w => w.name))
      expect(await changed(id, 'vision', { onlyLayer: layer, steps: 1, stopWhenEdited: false })).toEqual(model.weights.filter(w => w.role.startsWith('q-former') && w.layer === layer && (id !== 'lora' || w.shape.length === 2)).map(w => w.name))
    }
  })

  it('leaves a plan without it as it was', () => {
    const method = methods.get('fine-tune')
    expect(parseConfig(method, {})).not.toHaveProperty('onlyLayer')
    expect(layerOf({ method: { id: 'fine-tune', config: {} } })).toBeUndefined()
    expect(layerOf({ method: { id: 'fine-tune', config: withLayer({}, 3) } })).toBe(3)
  })

  it('is named in tables', () => {
    const plan = (config: object) => ({ plan: RunPlan.parse({ model: 'm', dataset: 'd', method: { id: 'fine-tune', config } }) })
    expect([methodOf(plan({})), methodOf(plan({ onlyLayer: 0 }))]).toEqual(['Fine-tuning', 'Fine-tuning, layer 0'])
  })

  it('is refused before a run when there is no such layer', () => {
    const refusal = (id: string, scope: Scope, config: object): string | undefined => refusalOf(methods.get(id), model, scope, parseConfig(methods.get(id), config), 'single')
    const layers = model.info.textLayers
    expect(refusal('fine-tune', 'text', { onlyLayer: layers })).toContain(`has no layer ${layers}: its layers are 0 to ${layers - 1}.`)
    expect(refusal('fine-tune', 'both', { onlyLayer: 0 })).toContain('count their layers separately')
    expect(refusal('fine-tune', 'vision', { onlyLayer: 0, visionRole: 'projection' })).toContain('belong to no layer')
    expect(refusal('grace', 'text', { onlyLayer: layers })).toContain(`no feed-forward matrix in language layer ${layers}`)
    expect(refusal('wise', 'text', { onlyLayer: 0, layersAfter: 900 })).toBeUndefined()
    expect(refusal('fine-tune', 'text', { onlyLayer: 0 })).toBeUndefined()
  })
})

describe('layers of a sweep', () => {
  const layers = (id: string, scope: Scope, config: object = {}) => layersFor(methods.get(id), model, scope, config)

  it('are those of the part that the settings choose', () => {
    const all = Array.from({ length: model.info.textLayers }, (_, i) => i)
    expect(layers('fine-tune', 'text')).toEqual({ part: 'Language model: feed-forward matrices', layers: all })
    expect(layers('grace', 'text')).toEqual({ part: 'Language model: feed-forward matrices', layers: all })
    expect(layers('lora', 'vision', { visionRole: 'vit-ffn' })).toMatchObject({ part: 'Vision transformer: feed-forward layers' })
  })

  it('are refused with a reason', () => {
    expect(layers('mend', 'text')).toContain('is trained for the weights it edits')
    expect(layers('ike', 'text')).toContain('does not edit one layer')
    expect(layers('fine-tune', 'both')).toContain('count their layers separately')
    expect(layers('grace', 'vision')).toContain('no scope \'vision\'')
  })
})
