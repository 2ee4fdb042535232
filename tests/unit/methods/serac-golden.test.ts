// SERAC's mixture, losses and gradients against PyTorch (tests/fixtures/methods/serac/serac.py), and the mixture against finite differences.
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { createObjective } from '../../../src/main/methods/serac-objective.ts'
import { createRuntime } from '../../../src/main/onnx/runtime.ts'
import { evaluate } from '../../../src/main/tensor/evaluate.ts'
import { input, weight } from '../../../src/main/tensor/expr.ts'
import { linear } from '../../../src/main/tensor/ops/product.ts'
import { reduceSum } from '../../../src/main/tensor/ops/reduction.ts'
import { mul } from '../../../src/main/tensor/ops/elementwise.ts'
import { gradients } from '../../../src/main/tensor/vjp.ts'
import { adam } from '../../../src/main/training/adam.ts'
import { createLearner } from '../../../src/main/training/learner.ts'
import { mixLogits, mixture, projected, similarity, distances, squaredDistance } from '../../../src/main/training/serac-mixture.ts'
import type { NamedTensor } from '../../../src/main/models/tensor-file.ts'

type Numbers = number | readonly Numbers[]
interface Case {
  readonly name: string
  readonly usesLook: boolean
  readonly nllShare: number
  readonly klShare: number
  readonly hidden: readonly number[][]
  readonly base: readonly number[][]
  readonly targets: readonly number[]
  readonly cacheText: readonly number[]
  readonly testText: readonly number[]
  readonly cacheLook: readonly number[]
  readonly testLook: readonly number[]
  readonly parameters: Readonly<Record<string, Numbers>>
  readonly score: number
  readonly mixture: readonly number[][]
  readonly nll: number
  readonly kl: number
  readonly total: number
  readonly gradients: Readonly<Record<string, Numbers>>
}
interface Golden {
  readonly cases: readonly Case[]
  readonly pictures: { readonly near: readonly number[][], readonly far: readonly number[][], readonly loss: number, readonly parameters: Case['parameters'], readonly gradients: Case['gradients'] }
}

const golden = JSON.parse(readFileSync(resolve(import.meta.dirname, '../../fixtures/methods/serac/serac.json'), 'utf8')) as Golden
const runtime = createRuntime()
afterAll(() => runtime.dispose())

const isNumber = (x: Numbers): x is number => typeof x === 'number'
const flat = (x: Numbers): number[] => isNumber(x) ? [x] : x.flatMap(flat)
const shapeOf = (x: Numbers): number[] => isNumber(x) ? [] : [x.length, ...shapeOf(x[0]!)]
const tensorOf = (x: Numbers): NamedTensor => ({ shape: shapeOf(x), data: Float32Array.from(flat(x)) })
const minus = (a: readonly number[], b: readonly number[]): Float32Array => Float32Array.from(a.map((v, i) => v - b[i]!))

const learnerOf = (parameters: Case['parameters']) =>
  createLearner(runtime, new Map(Object.entries(parameters).map(([name, values]) => [name, tensorOf(values)])), { optimizer: adam(), learningRate: 1e-3, gradientClip: 100 })

function expectClose(actual: ArrayLike<number>, wanted: Numbers, what: string): void {
  const numbers = flat(wanted)
  expect(actual.length, what).toBe(numbers.length)
  numbers.forEach((value, i) => expect(Math.abs(actual[i]! - value), `${what}[${i}]: ${actual[i]} instead of ${value}`).toBeLessThan(1e-4 * Math.max(1, Math.abs(value))))
}

/** What the model would give: hidden states times one weight of the counterfactual model. */
function readingOf({ hidden, targets }: Case) {
  const [rows, width, vocabulary] = [hidden.length, hidden[0]!.length, 7]
  const w = weight('w', [vocabulary, width], { file: 'none.safetensors', offset: 0, length: 4 * vocabulary * width, stored: 'float32' })
  const ids = input('targets', 'int64', ['rows'])
  return {
    logits: linear(input('hidden', 'float32', ['rows', width]), w),
    targets: ids,
    leaves: new Map([['w', w]]),
    feeds: { hidden: { data: Float32Array.from(hidden.flat()), dims: [rows, width] }, targets: { data: BigInt64Array.from(targets, BigInt), dims: [rows] } },
    tokens: rows,
  }
}

describe.each(golden.cases)('$name', (wanted) => {
  it('has PyTorch\'s score, losses and gradients', async () => {
    const learner = learnerOf(wanted.parameters)
    const { outputs, feeds } = createObjective(learner, ['w'], wanted.usesLook).mixed({
      reading: readingOf(wanted),
      text: minus(wanted.cacheText, wanted.testText),
      look: minus(wanted.cacheLook, wanted.testLook),
      base: Float32Array.from(wanted.base.flat()),
      nll: wanted.nllShare,
      kl: wanted.klShare,
    })
    const values = await learner.accumulate(outputs, feeds)
    for (const name of ['score', 'nll', 'kl', 'total'] as const)
      expectClose([values[name]!], wanted[name], name)
    const { tensors } = learner.state()
    for (const [name, values] of Object.entries(wanted.gradients))
      expectClose(tensors.get(`gradient of ${name}`)!.data, values, `gradient of ${name}`)
  })

  it('is mixed alike on numbers, as answers are', () => {
    const at = (name: string): Float32Array => tensorOf(wanted.parameters[name]!).data
    const distance = (kind: 'text' | 'look', a: readonly number[], b: readonly number[]): number =>
      Math.exp(at(`scope.${kind}.logScale`)[0]!) * squaredDistance(projected(at(`scope.${kind}.projection`), Float32Array.from(a)), projected(at(`scope.${kind}.projection`), Float32Array.from(b)))
    const s = Math.exp(-distance('text', wanted.cacheText, wanted.testText) - (wanted.usesLook ? distance('look', wanted.cacheLook, wanted.testLook) : 0))
    expectClose([s], wanted.score, 'score')
    const w = wanted.parameters['counterfactual w'] as readonly number[][]
    wanted.base.forEach((base, row) => {
      const own = Float32Array.from(w, weights => weights.reduce((sum, v, i) => sum + v * wanted.hidden[row]![i]!, 0))
      expectClose(mixLogits(Float32Array.from(base), own, s), wanted.mixture[row]!, `row ${row}`)
    })
  })
})

it('tells pictures apart as PyTorch does', async () => {
  const { near, far, loss, parameters, gradients: wanted } = golden.pictures
  const learner = learnerOf({ ...golden.cases[0]!.parameters, ...parameters })
  const { outputs, feeds } = createObjective(learner, ['w'], true).pairs('look', near.map(row => Float32Array.from(row)), far.map(row => Float32Array.from(row)), 1)
  expectClose([(await learner.accumulate(outputs, feeds)).pairs!], loss, 'loss')
  const { tensors } = learner.state()
  for (const [name, values] of Object.entries(wanted))
    expectClose(tensors.get(`gradient of ${name}`)!.data, values, `gradient of ${name}`)
  expect(Math.max(...tensors.get('gradient of scope.text.projection')!.data)).toBe(0)
})

describe('finite differences', () => {
  const shapes = { x: [1, 4], projection: [3, 4], logScale: [], base: [2, 5], cf: [2, 5] } as const
  const leaves = Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [name, input(name, 'float32', shape)]))
  const s = similarity(distances(leaves.x!, leaves.projection!, leaves.logScale!))
  // Any weighting of the outputs will do.
  const loss = reduceSum(mul(mixture(leaves.base!, leaves.cf!, s), input('weights', 'float32', [2, 5])))
  let seed = 3
  const next = (): number => (seed = (seed * 16807) % 2147483647) / 2147483647 - 0.5
  const values = Object.fromEntries(Object.entries({ ...shapes, weights: [2, 5] }).map(([name, shape]) =>
    [name, { shape: [...shape], data: Float64Array.from({ length: shape.reduce<number>((a, b) => a * b, 1) }, next) }]))
  const valueOf = (outputs: Parameters<typeof evaluate>[0]) => evaluate(outputs, values)

  it.each(['projection', 'logScale', 'cf', 'x'] as const)('of %s', (name) => {
    const [gradient] = valueOf(gradients(loss, [leaves[name]!]))
    const { data } = values[name]!
    for (let i = 0; i < data.length; i++) {
      const kept = data[i]!
      const at = (value: number): number => {
        data[i] = value
        return Number(valueOf([loss])[0]!.data[0])
      }
      const slope = (at(kept + 1e-5) - at(kept - 1e-5)) / 2e-5
      data[i] = kept
      expect(Math.abs(Number(gradient!.data[i]) - slope)).toBeLessThan(1e-6)
    }
  })
})
