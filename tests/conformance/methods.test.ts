// Every method of the registry on the sample study: it edits, keeps to its scope, undo is exact, seeds count, it stops, it chains.
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { elapsed } from '../../src/main/base/log.ts'
import { createJob } from '../../src/main/base/job.ts'
import type { Job } from '../../src/main/base/job.ts'
import { teacherForced } from '../../src/main/metrics/masked-accuracy.ts'
import { describeMethod, methods } from '../../src/main/methods/index.ts'
import type { Edit, Memory } from '../../src/main/methods/method.ts'
import type { Example, Model, Scope } from '../../src/main/models/model.ts'
import { MethodInfo } from '../../src/preload/contract/methods.ts'
import { isBitEqual, sameAnswer } from './tiny-model.ts'
import { exampleOf, memoryOf, openSample, readSample, shippedEditor } from '../../scripts/lib/sample-study.ts'

const scopes: readonly Scope[] = ['text', 'vision', 'both']
/** Train records: what a method may do to them is known, and no eval record decides anything. */
const facts = 4

// Engines share the machine with whatever else runs; seconds when idle.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 })

let model: Model
let memory: Memory
let examples: Example[]
beforeAll(async () => {
  model = await openSample()
  const records = await readSample('vqa_train.json', 40)
  examples = records.slice(0, facts).map(exampleOf)
  memory = memoryOf(model, records.slice(facts))
})
afterAll(() => model?.dispose())

const isRight = async (answerer: Pick<Model, 'answer'>, { question, expected }: Example): Promise<boolean> =>
  teacherForced(await answerer.answer(question, expected))!.exactMatch === 1

describe.each(methods.all)('$id', (method) => {
  const config = method.config.parse({})
  const supported = (scope: Scope): boolean => method.supports(model, scope, config) === true

  async function edit(scope: Scope, of: readonly Example[], more: { job?: Job, previous?: Edit, onStep?: (step: number, loss: number) => void } = {}): Promise<Edit> {
    const editor = method.training && await shippedEditor(method.id, scope)
    return method.edit(model, of, { config, scope, memory, job: createJob(), ...(editor ? { editor } : {}), ...more })
  }

  it('describes itself: defaults for every setting, what it says in sentences', () => {
    const info = describeMethod(method)
    expect(MethodInfo.parse(info)).toEqual(info)
    for (const [schema, settings] of [[info.configSchema, method.config], ...(method.training ? [[info.trainingSchema, method.training.config] as const] : [])] as const) {
      const properties = (schema?.properties ?? {}) as Record<string, { description?: string }>
      // The layer to edit alone has no default: left out, a method goes by its other settings.
      expect(Object.keys(properties).filter(name => name !== 'onlyLayer')).toEqual(Object.keys(settings.parse({}) as object))
      for (const [name, { description }] of Object.entries(properties))
        expect(description, `setting '${name}'`).toMatch(/^[A-Z]/)
    }
    for (const answer of [method.batch, method.chain, ...scopes.map(scope => method.supports(model, scope, config))])
      expect(answer === true || /[.]$/.test(answer), String(answer)).toBe(true)
    expect(scopes.some(supported)).toBe(true)
  })

  describe.each(scopes)('scope %s', (scope) => {
    it('gives the new answer, leaves every weight outside its scope alone, and dropping it restores every bit', async () => {
      if (!supported(scope))
        return
      const before = await Promise.all(examples.map(({ question, expected }) => model.answer(question, expected)))
      const weights = new Map(await Promise.all(model.weights.map(async ({ name }) => [name, Float32Array.from(await model.readWeight(name))] as const)))
      const moduleOf = new Map(model.weights.map(({ name, module }) => [name, module]))
      let right = 0
      for (const example of examples) {
        const { model: edited, overlay } = await edit(scope, [example])
        right += await isRight(edited, example) ? 1 : 0
        const changed = [...overlay].filter(([name, values]) => !isBitEqual(values, weights.get(name)!)).map(([name]) => moduleOf.get(name))
        expect(changed.every(module => scope === 'both' || module === scope), `changed ${changed.join(', ')}`).toBe(true)
      }
      expect(await Promise.all(examples.map(example => isRight(model, example)))).toContain(false)
      // Not every method reaches every fact; a method that reaches fewer than half of these does not edit.
      expect(right).toBeGreaterThanOrEqual(facts / 2)
      for (const [i, { question, expected }] of examples.entries())
        expect(sameAnswer(await model.answer(question, expected), before[i]!)).toBe(true)
      for (const [name, values] of weights)
        expect(isBitEqual(await model.readWeight(name), values), name).toBe(true)
    })
  })

  const scope = scopes.find(candidate => method.supports({ info: { name: 'sample' }, weights: [] } as unknown as Model, candidate, config) === true)
  const own = (): Scope => scope ?? scopes.find(supported)!

  it('gives the same edit for the same seed', async () => {
    const [one, two] = [await edit(own(), [examples[0]!], { job: createJob({ seed: 7 }) }), await edit(own(), [examples[0]!], { job: createJob({ seed: 7 }) })]
    expect(one.losses).toEqual(two.losses)
    expect([...one.overlay.keys()]).toEqual([...two.overlay.keys()])
    for (const [name, values] of one.overlay)
      expect(isBitEqual(values, two.overlay.get(name)!), name).toBe(true)
    const { question, expected } = examples[1]!
    expect(sameAnswer(await one.model.answer(question, expected), await two.model.answer(question, expected))).toBe(true)
  })

  it('stops within a second of being cancelled', async () => {
    const stop = new AbortController()
    let stoppedMs = Number.NaN
    const running = edit(own(), [examples[0]!], { job: createJob({ signal: stop.signal }), onStep() {
      if (Number.isNaN(stoppedMs)) {
        stoppedMs = elapsed()
        stop.abort()
      }
    } })
    // Methods without steps of their own are done before anybody could stop them.
    const outcome = await running.then(() => 'done', (error: unknown) => String(error))
    if (!Number.isNaN(stoppedMs)) {
      expect(outcome).toMatch(/abort/i)
      expect(elapsed() - stoppedMs).toBeLessThan(1000)
    }
    await expect(edit(own(), [examples[0]!], { job: createJob({ signal: AbortSignal.abort() }) })).rejects.toThrow(/abort/i)
  })

  it('keeps earlier edits when it chains, and takes several facts at once, where it says so', async () => {
    if (method.chain === true) {
      const first = await edit(own(), [examples[0]!])
      const second = await edit(own(), [examples[1]!], { previous: first })
      const before = await model.answer(examples[1]!.question, examples[1]!.expected)
      const after = await second.model.answer(examples[1]!.question, examples[1]!.expected)
      expect(sameAnswer(before, after)).toBe(false)
      for (const name of first.overlay.keys())
        expect(second.overlay.has(name), name).toBe(true)
    }
    if (method.batch === true) {
      const { model: edited } = await edit(own(), examples.slice(0, 2))
      const rights = await Promise.all(examples.slice(0, 2).map(example => isRight(edited, example)))
      expect(rights).toContain(true)
    }
  })

  // Not `runIf`: a method without networks has nothing to skip.
  if (method.training) it('trains: resumed equals uninterrupted, bit for bit, and stops within a second', async () => {
    const training = method.training!
    const settings = { ...training.config.parse({}), validationRecords: 2 }
    const validation: Memory = { ...memory, records: memory.records.slice(-2) }
    const records: Memory = { ...memory, records: memory.records.slice(0, 6) }
    const start = (resume?: ReturnType<Awaited<ReturnType<typeof training.start>>['state']>) =>
      training.start(model, { config: settings, method: config, scope: own(), job: createJob({ seed: 3 }), memory: records, validation, ...(resume ? { resume } : {}) })
    const signal = new AbortController().signal
    const whole = await start()
    const halves = await start()
    const losses: unknown[] = []
    for (let i = 0; i < 6; i++)
      losses.push(await whole.next(signal))
    for (let i = 0; i < 3; i++)
      expect(await halves.next(signal)).toEqual(losses[i])
    const resumed = await start(structuredClone(halves.state()))
    expect(resumed.steps()).toBe(3)
    for (let i = 3; i < 6; i++)
      expect(await resumed.next(signal)).toEqual(losses[i])
    expect(resumed.steps()).toBe(6)
    const [a, b] = [whole.state(), resumed.state()]
    expect([...a.tensors.keys()].sort()).toEqual([...b.tensors.keys()].sort())
    for (const [name, { data }] of a.tensors)
      expect(isBitEqual(data, b.tensors.get(name)!.data), name).toBe(true)
    const validated = await whole.validate(signal)
    expect(Number.isFinite(validated.total)).toBe(true)
    expect(await whole.validate(signal)).toEqual(validated)
    const startedMs = elapsed()
    await expect(whole.next(AbortSignal.abort())).rejects.toThrow(/abort/i)
    expect(elapsed() - startedMs).toBeLessThan(1000)
  })
})
