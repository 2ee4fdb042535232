// One MEND edit and one step of its training are PyTorch's on the tiny BLIP-2 (tests/fixtures/methods/mend/mend.py).
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createJob } from '../../../src/main/base/job.ts'
import { mend } from '../../../src/main/methods/mend.ts'
import type { Memory } from '../../../src/main/methods/method.ts'
import type { Example, Model } from '../../../src/main/models/model.ts'
import type { NamedTensor, TensorFile } from '../../../src/main/models/tensor-file.ts'
import { groupsOf, momentTensors, parameterShapes } from '../../../src/main/training/gradient-transform.ts'
import type { ShapeGroup } from '../../../src/main/training/gradient-transform.ts'
import { names } from '../../../src/main/training/step-graph.ts'
import type { EditRecord, Probe } from '../../../src/preload/contract/records.ts'
import { openTiny } from '../../conformance/tiny-model.ts'
import { imageOf, relativeDifference, unpack } from '../models/fixtures.ts'
import type { Packed } from '../models/fixtures.ts'

interface GoldenProbe { readonly image: string | null, readonly prompt: string, readonly expected: string }
interface Golden {
  readonly rank: number
  readonly matrices: readonly string[]
  readonly probes: Readonly<Record<'edit' | 'textRephrase' | 'imageRephrase' | 'unrelatedText' | 'unrelatedImage', GoldenProbe>>
  readonly weights: Readonly<Record<keyof Golden['probes'], number>>
  readonly edit: { readonly loss: number, readonly rows: Readonly<Record<string, number>>, readonly updates: Readonly<Record<string, Packed>> }
  readonly training: { readonly total: number, readonly losses: Readonly<Record<string, number>>, readonly rowsSeen: Readonly<Record<string, number>>, readonly gradients: Readonly<Record<string, Packed>> }
}
const golden = JSON.parse(readFileSync(resolve(import.meta.dirname, '../../fixtures/methods/mend/mend.json'), 'utf8')) as Golden
// float32 on both sides; the normalisation divides small differences by small deviations.
const tolerance = 1e-4

let model: Model
beforeAll(async () => {
  model = await openTiny()
})
afterAll(() => model.dispose())

/** offset + amplitude · sin(0.37 i + sum of the name's character codes), as mend.py has it. */
function wave(name: string, count: number, amplitude: number, offset = 0): Float32Array {
  const phase = [...name].reduce((sum, letter) => sum + letter.charCodeAt(0), 0)
  return Float32Array.from({ length: count }, (_, i) => offset + amplitude * Math.sin(0.37 * i + phase))
}
const amplitudes: Readonly<Record<string, readonly [amplitude: number, offset: number]>> = { 'u': [0.2, 0], 'v': [0.3, 0], 'bias': [0.1, 0], 'mode_shift.weight': [0.1, 0], 'mode_scale.weight': [0.2, 1] }

const groups = (): ShapeGroup[] => groupsOf(golden.matrices.map(name => model.weights.find(weight => weight.name === name)!))

function parameters(): [string, NamedTensor][] {
  const size = { rank: golden.rank, hiddenLayers: 1 }
  return [
    ['edit_lrs', { shape: [golden.matrices.length], data: Float32Array.from(golden.matrices, (_, i) => -0.01 * (1 + 0.1 * i)) }],
    ...groups().flatMap(group => [...parameterShapes(group, size)].map(([name, shape]): [string, NamedTensor] => {
      const [amplitude, offset] = amplitudes[name.replace(/.*layers\.\d\./, '')]!
      return [name, { shape, data: wave(name, shape.reduce((a, b) => a * b), amplitude, offset) }]
    })),
  ]
}

const statistics = (group: ShapeGroup): Map<string, NamedTensor> => momentTensors(group, {
  x: { count: 50, mean: wave(`${group.key}x mean`, group.inputs, 0.1), squares: wave(`${group.key}x squares`, group.inputs, 4, 30) },
  delta: { count: 50, mean: wave(`${group.key}delta mean`, group.outputs, 0.001), squares: wave(`${group.key}delta squares`, group.outputs, 0.001, 0.01) },
})
const empty = (group: ShapeGroup): Map<string, NamedTensor> => momentTensors(group, {
  x: { count: 0, mean: new Float32Array(group.inputs), squares: new Float32Array(group.inputs) },
  delta: { count: 0, mean: new Float32Array(group.outputs), squares: new Float32Array(group.outputs) },
})

const fileOf = (moments: (group: ShapeGroup) => Map<string, NamedTensor>, more: [string, NamedTensor][] = []): TensorFile => ({
  tensors: new Map([...parameters(), ...groups().flatMap(group => [...moments(group)]), ...more]),
  metadata: { matrices: JSON.stringify(golden.matrices), rank: String(golden.rank), hiddenLayers: '1', updates: '0', accumulated: '0', iterations: '0' },
})

const exampleOf = ({ image, prompt, expected }: GoldenProbe): Example => ({ question: { prompt, form: 'plain', ...(image === null ? {} : { image: imageOf(image) }) }, expected })
const probeOf = ({ image, prompt, expected }: GoldenProbe): Probe => ({ prompt, form: 'plain', expected, ...(image === null ? {} : { image: { root: 'main', path: image } }) })
const { edit, ...others } = golden.probes
const record: EditRecord = { id: '0', index: 0, task: 'e-vqa', stated: '', edit: probeOf(edit), probes: Object.fromEntries(Object.entries(others).map(([kind, probe]) => [kind, [probeOf(probe)]])) }
const memory: Memory = {
  records: [record],
  question: probe => Promise.resolve({ prompt: probe.prompt, form: probe.form, ...(probe.image ? { image: imageOf(probe.image.path) } : {}) }),
  baseAnswer: () => Promise.reject(new Error('Not asked.')),
}

describe('one edit', () => {
  it('changes every matrix as PyTorch does', async () => {
    const { overlay, losses, steps } = await mend.edit(model, [exampleOf(edit)], { config: {}, scope: 'both', job: createJob(), memory, editor: fileOf(statistics) })
    expect([...overlay.keys()].sort()).toEqual([...golden.matrices].sort())
    expect(losses[0]).toBeCloseTo(golden.edit.loss, 5)
    expect(steps).toBe(1)
    for (const [name, update] of Object.entries(golden.edit.updates)) {
      const before = await model.readWeight(name)
      expect(relativeDifference(overlay.get(name)!.map((w, i) => w - before[i]!), unpack(update)), name).toBeLessThan(tolerance)
    }
  })
})

describe('one step of training', () => {
  it('has PyTorch\'s losses, gradients and statistics', async () => {
    const slots: [string, NamedTensor][] = parameters().flatMap(([name, { shape, data }]) => ['mean', 'square'].map((slot): [string, NamedTensor] => [names.slot(slot, name), { shape, data: new Float32Array(data.length) }]))
    const { weights } = golden
    const config = mend.training!.config.parse({ answerLoss: 'mean', accumulate: 2, rank: golden.rank, editWeight: weights.edit, textWeight: weights.textRephrase, imageWeight: weights.imageRephrase, localityWeight: weights.unrelatedText })
    const trainer = await mend.training!.start(model, { config, method: {}, scope: 'both', job: createJob(), memory, validation: memory, resume: fileOf(empty, slots) })
    const losses = await trainer.next(new AbortController().signal)
    expect(losses.total).toBeCloseTo(golden.training.total, 3)
    for (const [slot, loss] of Object.entries(golden.training.losses))
      expect(losses[slot], slot).toBeCloseTo(loss, 3)
    const { tensors } = trainer.state()
    for (const [name, gradient] of Object.entries(golden.training.gradients))
      expect(relativeDifference(tensors.get(names.gradient(name))!.data, unpack(gradient)), name).toBeLessThan(tolerance)
    for (const [key, rows] of Object.entries(golden.training.rowsSeen))
      expect(tensors.get(`${key}.k`)!.data[0]).toBe(rows)
  })
})
