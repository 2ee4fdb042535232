// The engine's process seen from the backend: one job at a time, cancelling, killing, and how its death is told.
import { afterEach, describe, expect, it } from 'vitest'
import { createFakeEngine } from '../../contract/support/study.ts'
import { deathSentence } from '../../../src/main/jobs/engine-client.ts'
import type { EngineClient } from '../../../src/main/jobs/engine-client.ts'

const engines: EngineClient[] = []
const start = (environment?: Record<string, string>): EngineClient => {
  const engine = createFakeEngine(environment)
  engines.push(engine)
  return engine
}
const question = (prompt: string) => ({ kind: 'answer' as const, prompt, form: 'question' as const, expected: '' })

afterEach(() => Promise.all(engines.splice(0).map(engine => engine.dispose())))

describe('createEngineClient', () => {
  it('answers in the order of the questions', async () => {
    const engine = start()
    const order: string[] = []
    await Promise.all(['a', 'b', 'c'].map(async prompt => order.push((await engine.ask<'answer'>(question(prompt))).text)))
    expect(order).toEqual(['A', 'B', 'C'])
    expect(engine.memoryBytes()).toBeGreaterThan(1e6)
  })

  it('stops a job that is cancelled and does the next', async () => {
    const engine = start()
    await engine.ask<'answer'>(question('warm'))
    const controller = new AbortController()
    const waiting = engine.ask<'answer'>(question('wait'), controller.signal)
    // One that waits behind it can be cancelled alone, and at once.
    await expect(engine.ask<'answer'>(question('behind'), AbortSignal.timeout(100))).rejects.toMatchObject({ name: 'TimeoutError' })
    controller.abort()
    await expect(waiting).rejects.toMatchObject({ name: 'AbortError' })
    expect((await engine.ask<'answer'>(question('next'))).text).toBe('NEXT')
  })

  it('kills a process that is deaf to cancelling, within some seconds', async () => {
    const engine = start()
    const controller = new AbortController()
    await engine.ask<'answer'>(question('warm'))
    const waiting = engine.ask<'answer'>(question('hang'), controller.signal)
    setTimeout(() => controller.abort(), 300)
    const started = performance.now()
    await expect(waiting).rejects.toMatchObject({ name: 'AbortError' })
    expect(performance.now() - started).toBeGreaterThan(5000)
    expect(engine.isAlive()).toBe(false)
    await expect(engine.ask<'answer'>(question('next'))).rejects.toThrow('The engine did not stop within 5 s and was ended.')
  })

  it('fails everything that waits when the process dies', async () => {
    const engine = start()
    const both = await Promise.allSettled([engine.ask<'answer'>(question('abort')), engine.ask<'answer'>(question('later'))])
    for (const outcome of both)
      expect(outcome).toMatchObject({ status: 'rejected', reason: { message: expect.stringMatching(/^The engine process was ended by SIGABRT while answering a question\. The native runtime crashed/) as string } })
  })

  it('tells a program that cannot be started', async () => {
    const { createEngineClient } = await import('../../../src/main/jobs/engine-client.ts')
    const { startEngine } = await import('../../../src/main/jobs/start-engine.ts')
    const engine = createEngineClient(() => startEngine({ executable: '/nowhere/node', nodeArguments: [], entry: 'x.js', environment: {} }))
    await expect(engine.ask<'answer'>(question('a'))).rejects.toThrow('The engine process could not be started')
  })
})

describe('deathSentence', () => {
  it.each([
    [1, null, 'editing', 'x.js:1\nError: boom.\n    at x.js:1\n\nNode.js v20.20.2\n', 'The engine process ended with exit code 1 while editing. It last said: Error: boom. Try again; if it happens again, run mmedit models check on the model.'],
    [null, 'SIGKILL', undefined, '', 'The engine process was ended by SIGKILL. The system may have run out of memory: close other programs or take a smaller model, then try again.'],
  ])('%s %s', (code, signal, busy, words, sentence) => {
    expect(deathSentence(code, signal, busy, words)).toBe(sentence)
  })
})
