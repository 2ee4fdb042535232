// A causal trace of one sample record, as the Lab makes it, and with every cell run from the picture on. Prints JSON.
import { resolve } from 'node:path'
import { createRandom } from '../../src/main/base/random.ts'
import { float32, floatsOf, int64 } from '../../src/main/onnx/tensor-value.ts'
import { chooseProvider } from '../../src/main/onnx/providers.ts'
import { emptyPast } from '../../src/main/models/answer.ts'
import { embed, encodeQuestion, frameOf, pixelsOf } from '../../src/main/models/ask.ts'
import type { Question } from '../../src/main/models/model.ts'
import { openModelParts } from '../../src/main/models/open-model.ts'
import { createStageRunner } from '../../src/main/models/stage-runner.ts'
import type { Values } from '../../src/main/models/stage-runner.ts'
import { logProbabilityOf } from '../../src/main/models/top-tokens.ts'
import type { TraceOptions, TracePart, TraceStep } from '../../src/main/models/trace.ts'
import { keyOf, stepsOf } from '../../src/main/models/trace-steps.ts'

export interface TraceTiming {
  readonly ms: number
  readonly wholeMs: number
  readonly cells: number
  readonly samples: number
  /** Between the probabilities of both, over all cells. */
  readonly maxDifference: number
}

const root = resolve(import.meta.dirname, '../..')
const image = resolve(root, 'tests/fixtures/blip-2/images/scene.png')
const question: Question = { prompt: 'What is at the top?', form: 'question', image }
const samples = 5
const options: TraceOptions = {
  corrupt: 'picture', noise: 3, samples,
  draw(what, sample, count) {
    const random = createRandom(0).fork(`${what} ${sample}`)
    return Float32Array.from({ length: count }, () => random.normal())
  },
}

/** Opens the sample model, traces twice (the first opens files and warms up), then measures both ways. */
export async function measureTrace(): Promise<TraceTiming> {
  const { model, parts } = await openModelParts(resolve(root, 'resources/sample-study/model'), { provider: await chooseProvider('cpu') })
  try {
    const { generated: { text: target } } = await model.answer(question, '')
    const run = async (): Promise<TraceStep[]> => {
      const steps: TraceStep[] = []
      for await (const step of model.trace(question, target, options))
        steps.push(step)
      return steps
    }
    await run()
    const started = performance.now()
    const [begun, ...cells] = await run()
    const ms = performance.now() - started
    if (begun?.kind !== 'begun')
      throw new Error('A trace begins with what it measures.')
    const runtime = parts.openRuntime(60)
    const whole = await wholeCells(begun.parts, createStageRunner(runtime, parts.cache, parts.shared), target)
    await runtime.dispose()
    const maxDifference = cells.reduce((largest, cell, i) => Math.max(largest, cell.kind === 'cell' ? Math.abs(cell.probability - whole.probabilities[i]!) : 0), 0)
    return { ms, wholeMs: whole.ms, cells: cells.length, samples, maxDifference }
  }
  finally {
    await model.dispose()
  }

  /** Every cell and sample: the corrupted model from the picture on, with the clean states put back on the way. */
  async function wholeCells(traced: readonly TracePart[], runner: ReturnType<typeof createStageRunner>, target: string): Promise<{ ms: number, probabilities: number[] }> {
    const { steps } = stepsOf(parts, true, runner, new Map())
    const asked = encodeQuestion(parts, question, target)
    const read = asked.ids.slice(0, -1)
    const start: Values = {
      ...emptyPast(parts), ...frameOf(parts.layout, asked.slots + read.length), ...{ pixels: { value: (await pixelsOf(parts, image)).value } },
      rows: { value: int64(asked.expected.map((_, i) => asked.first - 1 + i)) }, embeddings: { value: (await embed(parts, read, new Map())).value },
    }
    const pass = async (change: (key: string, values: Values) => Values): Promise<Values> => {
      let values = start
      for (const step of steps) {
        values = { ...values, ...await step.run(values) }
        if (step.place)
          values = change(keyOf(step.place), values)
      }
      return values
    }
    const clean = await pass((_, values) => values)
    const started = performance.now()
    const probabilities: number[] = []
    for (const { part, layers, groups } of traced) {
      for (let layer = layers - 1; layer >= 0; layer--) {
        for (const { rows } of groups) {
          let sum = 0
          for (let sample = 0; sample < samples; sample++) {
            const { logits } = await pass((key, values) => {
              if (key === 'at patches')
                return { ...values, [key]: { value: float32(noisy(floatsOf(clean[key]!.value), sample), clean[key]!.value.shape) } }
              return key === keyOf({ kind: 'layer', part, layer }) ? { ...values, [key]: { value: float32(mixed(values, clean, key, rows), clean[key]!.value.shape) } } : values
            })
            const nll = asked.expected.reduce((all, token, row) => all - logProbabilityOf(floatsOf(logits!.value), row * parts.layout.vocabulary, parts.layout.vocabulary, token), 0)
            sum += Math.exp(-nll / asked.expected.length)
          }
          probabilities.push(sum / samples)
        }
      }
    }
    return { ms: performance.now() - started, probabilities }
  }
}

function noisy(values: Float32Array, sample: number): Float32Array {
  const centre = values.reduce((a, b) => a + b, 0) / values.length
  const deviation = Math.sqrt(values.reduce((a, b) => a + (b - centre) ** 2, 0) / values.length)
  const drawn = options.draw('picture', sample, values.length)
  return values.map((value, i) => value + options.noise * deviation * drawn[i]!)
}

function mixed(values: Values, clean: Values, key: string, rows: readonly number[]): Float32Array {
  const width = clean[key]!.value.shape[1]!
  const out = Float32Array.from(floatsOf(values[key]!.value))
  for (const row of rows)
    out.set(floatsOf(clean[key]!.value).subarray(row * width, (row + 1) * width), row * width)
  return out
}
