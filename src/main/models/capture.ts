/** What enters the product with a language weight, for methods that look at activations (GRACE, WISE, retrieval). */

import { floatsOf, int64 } from '../onnx/tensor-value.ts'
import { productsOf } from '../tensor/products.ts'
import { emptyPast } from './answer.ts'
import type { BuiltStage } from './architectures/architecture.ts'
import { causalMask, embed, encodeQuestion, frameOf, joinRows, lookAt } from './ask.ts'
import type { Parts } from './ask.ts'
import type { Captured, Question, Rows, WeightOverlay } from './model.ts'
import { derivedStage, languageStageOf } from './replace.ts'

const capturing = new WeakMap<BuiltStage, Map<string, BuiltStage>>()

function capturingStage(stage: BuiltStage, weight: string): BuiltStage {
  const byWeight = capturing.get(stage) ?? new Map<string, BuiltStage>()
  capturing.set(stage, byWeight)
  const known = byWeight.get(weight)
  if (known)
    return known
  const [product] = productsOf(Object.values(stage.outputs), weight)
  const built = derivedStage(stage, `into ${weight}`, { captured: product!.inputs[0]! })
  byWeight.set(weight, built)
  return built
}

/** Rows of the product's input, [positions of question and answer, width]; kept per question like every unedited value. */
export async function capture(parts: Parts, overlay: WeightOverlay, question: Question, expected: string, weight: string): Promise<Captured> {
  const { language, runner, layout, runtime } = parts
  const stage = languageStageOf(parts, weight)
  const asked = encodeQuestion(parts, question, expected)
  const embeddings = await embed(parts, asked.ids, overlay)
  const sequence = question.image === undefined ? embeddings : joinRows((await lookAt(parts, question.image, overlay)).features!, embeddings)
  const start = { ...emptyPast(parts), ...frameOf(layout, asked.slots + asked.ids.length), sequence }
  const values = await runner.runAll([...language.slice(0, language.indexOf(stage)), capturingStage(stage, weight)], start, overlay)
  runtime.meter.forward++
  const { value } = values.captured!
  const [rows, width] = value.shape as [number, number]
  return { values: floatsOf(value), rows, width, promptEnd: asked.first - 1 }
}

/**
 * The same for texts one behind the other in one sequence, none of which sees another: a run takes hardly longer than for one
 * short text. The sequence may be longer than the model's context, because every text begins at position 0.
 */
export async function captureTexts(parts: Parts, overlay: WeightOverlay, texts: readonly string[], weight: string): Promise<Rows[]> {
  const { language, runner, layout, runtime } = parts
  if (texts.length === 0)
    return []
  const stage = languageStageOf(parts, weight)
  const all = texts.map(prompt => encodeQuestion(parts, { prompt, form: 'plain' }, '').ids)
  // Values without a key are not kept, nor is what is computed from them.
  const { embeddings } = await runner.run(parts.embed, { ids: { value: int64(all.flat()) } }, overlay)
  const start = {
    ...emptyPast(parts),
    positions: { value: int64(all.flatMap(ids => ids.map((_, i) => i + layout.positionOffset))) },
    mask: { value: causalMask(all.map(ids => ids.length)) },
    sequence: { value: embeddings!.value },
  }
  const values = await runner.runAll([...language.slice(0, language.indexOf(stage)), capturingStage(stage, weight)], start, overlay)
  runtime.meter.forward += texts.length
  const rows = floatsOf(values.captured!.value)
  const width = values.captured!.value.shape[1]!
  let at = 0
  return all.map((ids) => {
    const from = at
    at += ids.length
    return { values: rows.slice(from * width, at * width), rows: ids.length, width }
  })
}
