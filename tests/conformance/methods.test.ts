// Every method on the tiny model: it edits, it keeps to its scope, undo is exact, and it can be stopped.
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { createJob } from '../../src/main/base/job.ts'
import { teacherForced } from '../../src/main/metrics/masked-accuracy.ts'
import { describeMethod, methods } from '../../src/main/methods/index.ts'
import type { Model, Scope } from '../../src/main/models/model.ts'
import { MethodInfo } from '../../src/preload/contract/methods.ts'
import { isBitEqual, openTiny, question, reachableTarget, sameAnswer } from './tiny-model.ts'

const scopes: readonly Scope[] = ['text', 'vision', 'both']

/** Settings that a random model of 16 dimensions can be edited with; methods that are not listed take their defaults. */
const settings: Readonly<Record<string, object>> = { 'fine-tune': { learningRate: 0.02, steps: 40 } }

// Engines share the machine with whatever else runs; seconds when idle.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 })

let model: Model
let target: string
beforeAll(async () => {
  model = await openTiny()
  target = await reachableTarget(model)
})
afterAll(() => model?.dispose())

describe.each(methods.all)('$id', (method) => {
  const config = settings[method.id] ?? {}
  const edit = (scope: Scope, job = createJob(), onStep?: (step: number, loss: number) => void) =>
    method.edit(model, { question, expected: target }, { config, scope, job, ...(onStep && { onStep }) })

  it('has defaults for every setting, and describes them', () => {
    const parsed = method.config.parse({}) as object
    const info = describeMethod(method)
    expect(MethodInfo.parse(info)).toEqual(info)
    const properties = info.configSchema.properties as Record<string, { description?: string }>
    expect(Object.keys(properties)).toEqual(Object.keys(parsed))
    for (const [name, { description }] of Object.entries(properties))
      expect(description, `setting '${name}'`).toMatch(/^[A-Z]/)
  })

  describe.each(scopes)('scope %s', (scope) => {
    it('gives the new answer, changes only its own module, and dropping it restores every bit', async () => {
      if (method.supports(model, scope) !== true)
        return expect(method.supports(model, scope)).toMatch(/\.$/)
      const before = await model.answer(question, target)
      expect(teacherForced(before)!.exactMatch).toBe(0)
      const weights = new Map(await Promise.all(model.weights.map(async ({ name }) => [name, Float32Array.from(await model.readWeight(name))] as const)))

      const steps: number[] = []
      const { model: edited, overlay, losses } = await edit(scope, createJob(), step => steps.push(step))
      expect(teacherForced(await edited.answer(question, target))!.exactMatch).toBe(1)
      expect(losses).toHaveLength(steps.length)

      const moduleOf = new Map(model.weights.map(({ name, module }) => [name, module]))
      const changed = [...overlay].filter(([name, values]) => !isBitEqual(values, weights.get(name)!)).map(([name]) => moduleOf.get(name))
      expect(new Set(changed)).toEqual(new Set(scope === 'both' ? ['text', 'vision'] : [scope]))

      expect(sameAnswer(await model.answer(question, target), before)).toBe(true)
      for (const [name, values] of weights)
        expect(isBitEqual(await model.readWeight(name), values), name).toBe(true)
    })
  })

  it('gives the same edit for the same seed', async () => {
    const [one, two] = [await edit('text', createJob({ seed: 7 })), await edit('text', createJob({ seed: 7 }))]
    expect(one.losses).toEqual(two.losses)
    for (const [name, values] of one.overlay)
      expect(isBitEqual(values, two.overlay.get(name)!), name).toBe(true)
  })

  it('stops soon after it is cancelled', async () => {
    const stop = new AbortController()
    let steps = 0
    const running = edit('text', createJob({ signal: stop.signal }), () => {
      if (++steps === 2)
        stop.abort()
    })
    await expect(running).rejects.toThrow(/abort/i)
    expect(steps).toBeLessThanOrEqual(3)
    const already = AbortSignal.abort()
    await expect(edit('text', createJob({ signal: already }))).rejects.toThrow(/abort/i)
  })
})
