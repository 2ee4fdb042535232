// Choosing weights by role and layer.
import { describe, expect, it } from 'vitest'
import { chooseWeights, partsOf } from '../../../src/main/methods/choose-weights.ts'
import type { ModelInfo, WeightInfo } from '../../../src/main/models/model.ts'

const weight = (name: string, module: 'text' | 'vision', role: string, layer?: number): WeightInfo =>
  ({ name, module, role, shape: [2, 2], ...(layer === undefined ? {} : { layer }) })

const model = {
  info: { name: 'tiny' } as ModelInfo,
  weights: [
    weight('v0', 'vision', 'q-former', 0),
    weight('v1', 'vision', 'q-former', 1),
    weight('query', 'vision', 'q-former'),
    weight('project', 'vision', 'projection'),
    weight('t2a', 'text', 'language-ffn', 2),
    weight('t10a', 'text', 'language-ffn', 10),
    weight('t10b', 'text', 'language-ffn', 10),
    weight('t10q', 'text', 'language-attention', 10),
  ],
}
const names = (scope: 'text' | 'vision' | 'both', textLayers: number, visionLayers: number): string[] =>
  chooseWeights(model, partsOf(scope, { role: 'language-ffn', lastLayers: textLayers }, { role: 'q-former', lastLayers: visionLayers })).map(({ name }) => name)

describe('chooseWeights', () => {
  it.each([
    ['text', 1, 0, ['t10a', 't10b']],
    ['text', 2, 0, ['t2a', 't10a', 't10b']],
    ['text', 0, 0, ['t2a', 't10a', 't10b']],
    ['vision', 1, 0, ['v0', 'v1', 'query']],
    ['vision', 1, 1, ['v1', 'query']],
    ['both', 1, 1, ['v1', 'query', 't10a', 't10b']],
  ] as const)('%s, last %i text layers, last %i vision layers', (scope, text, vision, expected) => {
    expect(names(scope, text, vision)).toEqual(expected)
  })

  it('one layer alone, without what belongs to no layer', () => {
    const only = (role: string, onlyLayer: number): string[] => chooseWeights(model, [{ module: 'vision', role, lastLayers: 1, onlyLayer }]).map(({ name }) => name)
    expect(only('q-former', 0)).toEqual(['v0'])
    expect(() => only('q-former', 2)).toThrow('Role \'q-former\' of model \'tiny\' has no layer 2: its layers are 0 to 1.')
    expect(() => only('projection', 0)).toThrow('belong to no layer, so there is no layer 0 to choose')
  })

  it('a role covers the finer ones below it', () => {
    expect(chooseWeights(model, [{ module: 'text', role: 'language', lastLayers: 1 }]).map(({ name }) => name)).toEqual(['t10a', 't10b', 't10q'])
    expect(() => chooseWeights(model, [{ module: 'vision', role: 'q-for', lastLayers: 1 }])).toThrow('no weights of role')
  })

  it('says which roles there are', () => {
    expect(() => chooseWeights(model, [{ module: 'vision', role: 'vit-ffn', lastLayers: 0 }]))
      .toThrow('Model \'tiny\' has no weights of role \'vit-ffn\' in its vision module. It has q-former, projection.')
  })
})
