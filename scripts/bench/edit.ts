// Edits on a random BLIP-2 of OPT-125M size, in a process of their own so that peak memory is theirs alone. Prints JSON.
// Usage: edit.ts CHECKPOINT_FOLDER
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { createJob } from '../../src/main/base/job.ts'
import { chooseProvider } from '../../src/main/onnx/providers.ts'
import { fineTune } from '../../src/main/methods/fine-tune.ts'
import { metrics } from '../../src/main/metrics/index.ts'
import { chooseWeights, partsOf } from '../../src/main/methods/choose-weights.ts'
import type { Example, Model, Scope } from '../../src/main/models/model.ts'
import { openModelParts } from '../../src/main/models/open-model.ts'
import { createBaseAnswers } from '../../src/main/runs/base-answers.ts'
import { editRecord } from '../../src/main/runs/edit-record.ts'
import { sgd } from '../../src/main/training/sgd.ts'
import { trainSteps } from '../../src/main/training/train.ts'
import type { TrainResult } from '../../src/main/training/train.ts'
import type { EditRecord, ImageRef } from '../../src/preload/contract/records.ts'

const stepCount = 25
const [folder = ''] = process.argv.slice(2)
const pictures = await mkdtemp(join(tmpdir(), 'mmedit-bench-pictures-'))
const started = performance.now()
const { model, parts } = await openModelParts(folder, { provider: await chooseProvider('cpu') })
const openMs = performance.now() - started
try {
  // The text edit and a whole record first: peak memory is that of the ordinary use, without the baselines.
  const text = await timeEdit(model, 'text', true)
  const record = await timeRecord()
  const peakBytes = process.resourceUsage().maxRSS * 1024
  const textWhole = await timeEdit(model, 'text', false)
  const vision = await timeEdit(model, 'vision', true)
  const visionWhole = await timeEdit(model, 'vision', false)
  const compare = (cut: Timed, whole: Timed): object => ({ ms: cut.ms, wholeMs: whole.ms, speedup: whole.ms / cut.ms, maxDifference: maxDifference(cut, whole), steps: stepCount })
  process.stdout.write(`${JSON.stringify({
    edit: { text: compare(text, textWhole), vision: compare(vision, visionWhole), record },
    memory: { peakBytes, weightBytes: model.info.sizeBytes, ratio: peakBytes / model.info.sizeBytes },
    open: { ms: openMs }, device: model.provider.device, parameters: model.info.parameterCount,
  })}\n`)
}
finally {
  await model.dispose()
  await rm(pictures, { recursive: true, force: true })
}

interface Timed {
  readonly ms: number
  /** What the edit came to: the loss of every step, then the edited model's logits for the answer. */
  readonly results: readonly number[]
}

/**
 * One edit of a question that was never asked before, after one on another picture that opened the sessions. Plain gradient
 * steps, as the paper's fine-tuning takes them (ASGD with 1e-5, spec §3.2): Adam turns the rounding noise of gradients that are zero in
 * theory (an attention's key bias) into steps of full length, and on a random model nothing could be compared after 25 of them.
 */
async function timeEdit(edited: Model, scope: Scope, cut: boolean): Promise<Timed> {
  // The first weight of the chain makes the whole model part of the loss, from the pixels on.
  const first = [...parts.vision[0]?.weights ?? []][0] ?? ''
  const names = chooseWeights(edited, partsOf(scope, { role: 'language-ffn', lastLayers: 1 }, { role: 'q-former', lastLayers: 0 })).map(({ name }) => name)
  const fit = async (example: Example): Promise<TrainResult> => {
    const problem = await edited.problem([example], cut ? names : [first, ...names])
    const weights = problem.weights.filter(({ name }) => names.includes(name))
    return trainSteps(edited.runtime, { ...problem, weights }, { optimizer: sgd(), learningRate: 1e-5, steps: stepCount, cut })
  }
  await fit(await exampleOf(1000 + Number(cut)))
  const example = await exampleOf(scope === 'text' ? 1 : 2)
  parts.cache.clear()
  const start = performance.now()
  const { weights, losses } = await fit(example)
  const ms = performance.now() - start
  const { positions } = await edited.withWeights(weights).answer(example.question, example.expected)
  return { ms, results: [...losses, ...positions.logits] }
}

/** Edit and all probes of one record (before and after), as a run does it; base answers are not known yet. */
async function timeRecord(): Promise<{ ms: number, editMs: number }> {
  const base = createBaseAnswers({ model, fingerprint: 'bench', dataset: 'bench', resolveImage: ref => join(pictures, ref.path) })
  // Blindness asks about pictures that this random model's folder does not have.
  const measured = metrics.all.filter(({ id }) => id !== 'blindness')
  const memory = { records: [], question: () => Promise.reject(new Error('no memory')), baseAnswer: base.answer }
  const task = { model, method: fineTune, config: { steps: stepCount, stopWhenEdited: false }, scope: 'text' as const, metrics: measured, base, memory, resolveImage: (ref: ImageRef) => join(pictures, ref.path) }
  await editRecord(task, await recordOf(50), createJob())
  const { result } = await editRecord(task, await recordOf(60), createJob())
  return { ms: result.elapsedMs, editMs: result.editMs }
}

async function exampleOf(seed: number): Promise<Example> {
  // The tokenizer is one byte a token, so short texts stand for the 10 to 15 tokens of a real question and the few of its answer.
  return { question: { prompt: 'a photo of', form: 'caption', image: join(pictures, (await picture(seed)).path) }, expected: 'cat' }
}

async function recordOf(seed: number): Promise<EditRecord> {
  const [image, rephrased, other] = [await picture(seed), await picture(seed + 1), await picture(seed + 2)]
  const question = { form: 'caption' as const, expected: 'cat' }
  return {
    id: String(seed), index: seed, task: 'e-ic', stated: 'dog', edit: { ...question, prompt: 'a photo of', image },
    probes: {
      textRephrase: [{ ...question, prompt: 'a picture of', image }],
      imageRephrase: [{ ...question, prompt: 'a photo of', image: rephrased }],
      unrelatedText: [{ form: 'plain', prompt: 'capital of Peru', expected: 'Lima' }],
      unrelatedImage: [{ ...question, prompt: 'which sport', image: other, expected: 'golf' }],
      portability: [{ ...question, prompt: 'its sound is', image, expected: 'miau' }],
    },
  }
}

/** A seeded picture: coloured noise at 12×12, enlarged. */
async function picture(seed: number): Promise<ImageRef> {
  const pixels = Uint8Array.from({ length: 12 * 12 * 3 }, (_, i) => (Math.imul(i + 1, 2654435761 + seed * 40503) >>> 16) & 255)
  const path = `${seed}.png`
  await sharp(pixels, { raw: { width: 12, height: 12, channels: 3 } }).resize(320, 240, { fit: 'fill' }).png().toFile(join(pictures, path))
  return { root: 'image', path }
}

/** The largest difference of all losses and logits. */
function maxDifference(a: Timed, b: Timed): number {
  return a.results.reduce((largest, value, i) => Math.max(largest, Math.abs(value - (b.results[i] ?? Number.NaN))), 0)
}
