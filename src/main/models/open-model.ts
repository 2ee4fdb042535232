/** A checkpoint folder becomes a model that answers, can be fitted, and takes other weights without losing its own. */

import { must } from '../base/errors.ts'
import { createRuntime } from '../onnx/runtime.ts'
import type { Runtime } from '../onnx/runtime.ts'
import type { ProviderId } from '../onnx/session.ts'
import { float32, floatsOf } from '../onnx/tensor-value.ts'
import type { TensorValue } from '../onnx/tensor-value.ts'
import type { ProviderReport } from '../../preload/contract/models.ts'
import { createActivationCache } from './activation-cache.ts'
import { answer } from './answer.ts'
import { architectureOf } from './architectures/index.ts'
import { buildStage } from './architectures/architecture.ts'
import type { BuiltStage } from './architectures/architecture.ts'
import { readOptionalJson, openCheckpoint } from './checkpoint.ts'
import type { Checkpoint } from './checkpoint.ts'
import { CheckpointError } from './checkpoint-error.ts'
import { embed, encodeQuestion, lookAt } from './ask.ts'
import type { Parts } from './ask.ts'
import { capture, captureTexts } from './capture.ts'
import { openTextEncoder } from './open-text-encoder.ts'
import { openImageProcessor } from './image-processor.ts'
import type { Model, ModelInfo, Rows, WeightInfo, WeightOverlay } from './model.ts'
import { buildProblem } from './problem.ts'
import type { ProblemOptions } from './problem.ts'
import { buildReading } from './reading.ts'
import { withReplacement } from './replace.ts'
import { editableWeights, infoOf } from './survey.ts'
import { createStageRunner } from './stage-runner.ts'
import { trace } from './trace.ts'
import type { SharedWeights } from './stage-runner.ts'
import { openTokenizer } from './tokenizer.ts'
import { createWeights, readTensor } from './weights.ts'
import type { WeightStore } from './weights.ts'

export interface OpenOptions {
  /** What `chooseProvider` found. */
  readonly provider: ProviderReport
  /** Threads inside one operator, 0 = one per core; left out: one for small models, which threads make slower, otherwise 0. */
  readonly threads?: number
  /** Bytes of activations kept; 256 MiB by default. */
  readonly cacheBytes?: number
  /** Weights of the head from this size on are held once for all sessions; 16 MiB by default, cpu only. */
  readonly shareBytes?: number
  /** Before which layers a stage begins; left out: where edits usually happen. */
  readonly isCut?: (layer: number, layers: number) => boolean
}

// Below this, waking a second thread takes longer than what it would do (measured on a 2-core machine).
const SMALL = 48 * 2 ** 20

/** An opened model and what it was opened from. */
export interface OpenedModel {
  readonly model: Model
  readonly checkpoint: Checkpoint
  readonly parts: Parts
  readonly weights: WeightStore
}

/** Opens a checkpoint folder. Throws CheckpointError with one sentence; then nothing stays open. */
export async function openModel(folder: string, options: OpenOptions): Promise<Model> {
  return (await openModelParts(folder, options)).model
}

/** The same, with what the model consists of, for checks and tests. */
export async function openModelParts(folder: string, options: OpenOptions): Promise<OpenedModel> {
  const checkpoint = await openCheckpoint(folder)
  const architecture = architectureOf(checkpoint)
  const opened = architecture.open(checkpoint, await readOptionalJson(checkpoint, 'generation_config.json'))
  const { layout } = opened
  const tokenizer = await openTokenizer(checkpoint)
  const imageProcessor = await openImageProcessor(checkpoint, layout.imageSize)
  const weights = createWeights(checkpoint, architecture.id, architecture.nameRules)
  // Building the graphs asks for every tensor with its shape, so whatever is wrong with the files shows here.
  const assembly = opened.assemble(weights, imageProcessor, options.isCut)
  const vision = assembly.vision.map(buildStage)
  const embed = buildStage(assembly.embed)
  const language = assembly.language.map(buildStage)
  checkVocabulary(checkpoint, layout.vocabulary, tokenizer.size)

  const openRuntime = (keep: number): Runtime => createRuntime({
    provider: options.provider.provider as ProviderId,
    checkpointFolder: checkpoint.folder,
    keep,
    threads: options.threads ?? (checkpoint.sizeBytes < SMALL ? 1 : 0),
  })
  // All stages, and some suffixes and training graphs of the edits made last.
  const runtime = openRuntime(vision.length + language.length + 13)
  const cache = createActivationCache(options.cacheBytes ?? 256 * 2 ** 20)
  const tables = shareHead(checkpoint, weights, language, options)
  const parts: Parts = { name: checkpoint.name, architecture, layout, vision, embed, language, tokenizer, imageProcessor, runtime, openRuntime, cache, shared: tables, runner: createStageRunner(runtime, cache, tables) }
  const info = infoOf(checkpoint, architecture, layout)
  const shared: Shared = { checkpoint, parts, info, provider: options.provider, weights: editableWeights(weights, architecture), store: weights, graphs: new Map(), losses: new WeakMap() }
  return { model: createModel(shared, new Map()), checkpoint, parts, weights }
}

function checkVocabulary({ name }: Checkpoint, vocabulary: number, tokens: number): void {
  if (tokens > vocabulary)
    throw new CheckpointError(`The tokenizer of checkpoint '${name}' has ${tokens} tokens, but its embedding table has ${vocabulary} rows. Do tokenizer.json and the weights belong together?`)
}

/**
 * The head's table is what the base model, every edited suffix and every training graph need, and usually also the
 * embedding table: each session would map it (or widen it, in half precision) for itself. On cpu feeding it costs nothing;
 * elsewhere it would travel to the device at every run, so there it stays an initializer.
 */
function shareHead(checkpoint: Checkpoint, { used }: WeightStore, language: readonly BuiltStage[], { provider, shareBytes = 16 * 2 ** 20 }: OpenOptions): SharedWeights {
  const sizeOf = (name: string): number => 4 * used.get(name)!.shape.reduce<number>((size, d) => size * Number(d), 1)
  const names = new Set(provider.provider === 'cpu' ? [...language.at(-1)!.weights].filter(name => sizeOf(name) >= shareBytes) : [])
  const tables = new Map<string, Promise<TensorValue>>()
  return {
    names,
    read(name) {
      const { leaf, shape } = used.get(name)!
      const table = tables.get(name) ?? readTensor(checkpoint.folder, (leaf as Extract<typeof leaf, { kind: 'weight' }>).location).then(data => float32(data, shape.map(Number)))
      tables.set(name, table)
      return table
    },
  }
}

interface Shared {
  readonly checkpoint: Checkpoint
  readonly parts: Parts
  readonly info: ModelInfo
  readonly provider: ProviderReport
  readonly weights: readonly WeightInfo[]
  readonly store: WeightStore
  readonly graphs: ProblemOptions['graphs']
  readonly losses: ProblemOptions['losses']
}

function createModel(shared: Shared, overlay: WeightOverlay, parts: Parts = shared.parts): Model {
  const { checkpoint, store, weights, graphs, losses } = shared
  const isEditable = new Set(weights.map(({ name }) => name))
  const sizeOf = (name: string): number => must(store.used.get(name), `weight '${name}'`).shape.reduce<number>((size, d) => size * Number(d), 1)

  async function readWeight(name: string): Promise<Float32Array> {
    const changed = overlay.get(name)
    if (changed)
      return changed
    const leaf = store.used.get(name)
    if (leaf?.leaf?.kind !== 'weight')
      throw new Error(`Model '${parts.name}' has no weight '${name}'. Choose weights by role.`)
    return readTensor(checkpoint.folder, leaf.leaf.location)
  }

  return {
    info: shared.info,
    provider: shared.provider,
    runtime: parts.runtime,
    weights,
    answer: (question, expected, options) => answer(parts, overlay, question, expected, options),
    readWeight,
    problem: (examples, names) => buildProblem(parts, examples, names, { overlay, graphs, losses, readWeight }),
    reading: (example, names) => buildReading(parts, example, names, { overlay, graphs }),
    capture: (question, expected, weight) => capture(parts, overlay, question, expected, weight),
    captureTexts: (texts, weight) => captureTexts(parts, overlay, texts, weight),
    async* trace(question, expected, options) {
      // As many sessions as there are places, and an edited one falls into two.
      const layers = [...parts.vision, ...parts.language].reduce((sum, { places }) => sum + places.length + 1, 0)
      const runtime = parts.openRuntime(2 * layers)
      try {
        yield* trace(parts, overlay, runtime, question, expected, options)
      }
      finally {
        await runtime.dispose()
      }
    },
    withReplacement: replacement => createModel(shared, overlay, withReplacement(shared.parts, replacement)),
    async look(image) {
      return rowsOf((await lookAt(parts, image, overlay)).features!.value)
    },
    openTextEncoder,
    promptOf: ({ form, prompt }) => parts.architecture.prompt(form, prompt),
    lengthOf(question, expected) {
      const { slots, ids } = encodeQuestion(parts, question, expected)
      return slots + ids.length
    },
    tokensOf: text => parts.tokenizer.encode(text),
    embeddingsOf: async tokens => rowsOf((await embed(parts, tokens, overlay)).value),
    withWeights(changes) {
      for (const [name, values] of changes) {
        if (!isEditable.has(name))
          throw new Error(`Model '${parts.name}' has no weight '${name}' that an edit may change. Choose weights by role.`)
        if (values.length !== sizeOf(name))
          throw new Error(`Weight '${name}' of model '${parts.name}' has ${sizeOf(name)} values; the edit brings ${values.length}.`)
      }
      return createModel(shared, new Map([...overlay, ...changes]), parts)
    },
    decode: tokens => (tokens.length === 1 ? parts.tokenizer.decodeToken(tokens[0]!) : parts.tokenizer.decode(tokens)),
    async dispose() {
      parts.cache.clear()
      await parts.runtime.dispose()
    },
  }
}

const rowsOf = (value: TensorValue): Rows => ({ values: floatsOf(value), rows: value.shape[0]!, width: value.shape[1]! })
