// One linear layer as a model, on the real runtime: what fine-tuning does can be followed by hand.
import { createRuntime } from '../../../src/main/onnx/runtime.ts'
import type { Runtime } from '../../../src/main/onnx/runtime.ts'
import type { Answer, Model, WeightInfo, WeightOverlay } from '../../../src/main/models/model.ts'
import type { Memory } from '../../../src/main/methods/method.ts'
import { input, weight } from '../../../src/main/tensor/expr.ts'
import type { Expr } from '../../../src/main/tensor/expr.ts'
import { add } from '../../../src/main/tensor/ops/elementwise.ts'
import { linear } from '../../../src/main/tensor/ops/product.ts'
import { crossEntropy } from '../../../src/main/training/losses.ts'

/** No records to learn from. */
export const noMemory: Memory = {
  records: [],
  question: () => Promise.reject(new Error('There are no records.')),
  baseAnswer: () => Promise.reject(new Error('There are no records.')),
}

const notThere = (): never => {
  throw new Error('The linear model has nothing inside to look at.')
}

const width = 4
const vocabulary = 6
const place = { file: 'none.safetensors', offset: 0, stored: 'float32' } as const

/** Tokens of an expected answer: its letters, a = 0. */
const tokensOf = (text: string): number[] => [...text].map(letter => letter.charCodeAt(0) - 97)

/** Two inputs that the layer tells apart, one row a token. */
const rowsOf = (tokens: readonly number[]): Float32Array => Float32Array.from(tokens.flatMap((_, i) => [1, i % 2, i === 0 ? 0.5 : -0.5, -1]))

export interface LinearModel extends Model {
  readonly overlays: WeightOverlay[]
}

export function linearModel(runtime: Runtime = createRuntime()): LinearModel {
  const names = ['text', 'vision'] as const
  const start = new Map(names.map((name, i) => [name as string, Float32Array.from({ length: vocabulary * width }, (_, k) => Math.sin(k + i) / 4)]))
  const weights: WeightInfo[] = [
    { name: 'text', shape: [vocabulary, width], module: 'text', role: 'language-ffn', layer: 0 },
    { name: 'vision', shape: [vocabulary, width], module: 'vision', role: 'q-former' },
  ]
  const leaves = new Map(weights.map(({ name }) => [name, weight(name, [vocabulary, width], { ...place, length: vocabulary * width * 4 })]))
  const overlays: WeightOverlay[] = []

  // One loss for the same edited weights, as opened models do, so that training may keep its graphs.
  const losses = new Map<string, Expr>()
  const lossOf = (edited: readonly string[]): Expr => {
    const known = losses.get(edited.join())
    if (known)
      return known
    const x = input('x', 'float32', ['tokens', width])
    // Both layers add up; the one that is not edited comes in as an input, so that the checkpoint needs no file.
    const of = (name: string): Expr => edited.includes(name) ? leaves.get(name)! : input(`frozen ${name}`, 'float32', [vocabulary, width])
    const loss = crossEntropy(add(linear(x, of('text')), linear(x, of('vision'))), input('tokens', 'int64', ['tokens']))
    losses.set(edited.join(), loss)
    return loss
  }

  const at = (overlay: WeightOverlay): LinearModel => {
    const valueOf = (name: string): Float32Array => overlay.get(name) ?? start.get(name)!
    return {
      overlays,
      info: { name: 'linear', architecture: 'linear', parameterCount: 2 * vocabulary * width, sizeBytes: 0, dtype: 'float32', vocabulary, textLayers: 1, maxPositions: 64, roles: [] },
      provider: { provider: 'cpu', device: 'cpu', reason: 'test', tests: [] },
      runtime,
      weights,
      readWeight: async name => valueOf(name),
      decode: tokens => tokens.map(id => String.fromCharCode(97 + id)).join(''),
      dispose: () => runtime.dispose(),
      withWeights(more) {
        overlays.push(more)
        return at(new Map([...overlay, ...more]))
      },
      reading: notThere,
      capture: notThere,
      captureTexts: notThere,
      trace: notThere,
      withReplacement: notThere,
      look: notThere,
      openTextEncoder: notThere,
      promptOf: notThere,
      lengthOf: notThere,
      tokensOf,
      embeddingsOf: notThere,
      async problem(examples, edited) {
        const answers = examples.map(({ expected }) => tokensOf(expected))
        const frozen = weights.map(({ name }) => name).filter(name => !edited.includes(name))
        return {
          loss: lossOf(edited),
          weights: edited.map(name => ({ name, leaf: leaves.get(name)!, value: valueOf(name) })),
          tokens: answers.map(({ length }) => length),
          feeds: answers.map(tokens => ({
            x: { data: rowsOf(tokens), dims: [tokens.length, width] },
            tokens: { data: BigInt64Array.from(tokens, BigInt), dims: [tokens.length] },
            ...Object.fromEntries(frozen.map(name => [`frozen ${name}`, { data: valueOf(name), dims: [vocabulary, width] }])),
          })),
        }
      },
      async answer(_question, expectedText): Promise<Answer> {
        const expected = tokensOf(expectedText)
        const x = rowsOf(expected)
        const logits = Float32Array.from({ length: expected.length * vocabulary }, (_, k) => {
          const [row, id] = [Math.floor(k / vocabulary), k % vocabulary]
          let sum = 0
          for (let i = 0; i < width; i++)
            sum += x[row * width + i]! * (valueOf('text')[id * width + i]! + valueOf('vision')[id * width + i]!)
          return sum
        })
        return { expected, positions: { logits, rows: expected.length, vocabulary }, top10: new Int32Array(0), sequence: 0, generated: { tokens: [], probabilities: [], text: '' } }
      },
    }
  }
  return at(new Map())
}
