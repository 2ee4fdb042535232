import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { createSerial, delay, withTimeout } from '../../../src/main/base/async.ts'
import { hasCode, isAbort, messageOf, must } from '../../../src/main/base/errors.ts'
import { sha256, sha256OfFile, stableJson } from '../../../src/main/base/hash.ts'
import { createJob } from '../../../src/main/base/job.ts'
import { createLog } from '../../../src/main/base/log.ts'
import { createRandom } from '../../../src/main/base/random.ts'
import { registry } from '../../../src/main/base/registry.ts'

describe('registry', () => {
  const fruits = registry('fruit', { id: 'apple' }, { id: 'pear' })

  it('keeps order and finds entries', () => {
    expect(fruits.all.map(f => f.id)).toEqual(['apple', 'pear'])
    expect(fruits.get('pear').id).toBe('pear')
    expect(fruits.has('plum')).toBe(false)
  })

  it('names what is known when an id is not', () => {
    expect(() => fruits.get('plum')).toThrow('Unknown fruit \'plum\'. Known: apple, pear.')
  })

  it('refuses two entries with one id', () => {
    expect(() => registry('fruit', { id: 'apple' }, { id: 'apple' })).toThrow('Two fruits share the id \'apple\'. Rename one of them.')
  })
})

describe('random', () => {
  it('gives the same stream for the same seed and another for another', () => {
    const draw = (seed: number | string): number[] => Array.from({ length: 5 }, createRandom(seed).next)
    expect(draw(7)).toEqual(draw(7))
    expect(draw(7)).not.toEqual(draw(8))
    expect(draw('records')).toEqual(draw('records'))
  })

  it('is uniform in [0, 1) and normal with variance one', () => {
    const random = createRandom(1)
    const uniform = Array.from({ length: 20_000 }, random.next)
    expect(Math.min(...uniform)).toBeGreaterThanOrEqual(0)
    expect(Math.max(...uniform)).toBeLessThan(1)
    expect(uniform.reduce((a, b) => a + b, 0) / uniform.length).toBeCloseTo(0.5, 1.5)
    const normal = Array.from({ length: 20_000 }, random.normal)
    expect(normal.reduce((a, b) => a + b * b, 0) / normal.length).toBeCloseTo(1, 1)
  })

  it('shuffles into a permutation and leaves the input alone', () => {
    const items = [1, 2, 3, 4, 5, 6, 7, 8]
    const shuffled = createRandom(3).shuffle(items)
    expect(shuffled).not.toEqual(items)
    expect([...shuffled].sort((a, b) => a - b)).toEqual(items)
  })

  it('forks by label, however much was drawn before', () => {
    const drawn = createRandom(5)
    drawn.next()
    expect(drawn.fork('images').next()).toBe(createRandom(5).fork('images').next())
    expect(createRandom(5).fork('images').next()).not.toBe(createRandom(5).fork('texts').next())
  })
})

describe('hash', () => {
  it('hashes files like their bytes', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'mmedit-hash-'))
    await writeFile(join(folder, 'x'), 'abc')
    expect(await sha256OfFile(join(folder, 'x'))).toBe(sha256('abc'))
    expect(sha256('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
    await rm(folder, { recursive: true })
  })

  it('writes equal values as equal JSON', () => {
    expect(stableJson({ b: [{ d: 1, c: 2 }], a: null })).toBe('{"a":null,"b":[{"c":2,"d":1}]}')
  })
})

describe('async', () => {
  it('rejects a delay with the reason of the signal', async () => {
    const controller = new AbortController()
    const waiting = delay(60_000, controller.signal)
    controller.abort(new Error('enough'))
    await expect(waiting).rejects.toThrow('enough')
    await expect(delay(60_000, controller.signal)).rejects.toThrow('enough')
  })

  it('replaces a promise that takes too long by a sentence', async () => {
    vi.useFakeTimers()
    const late = withTimeout(new Promise(() => undefined), 1000, 'The engine did not answer in 1 s.')
    const expectation = expect(late).rejects.toThrow('The engine did not answer in 1 s.')
    await vi.advanceTimersByTimeAsync(1001)
    await expectation
    await expect(withTimeout(Promise.resolve(3), 1000, '')).resolves.toBe(3)
    expect(vi.getTimerCount()).toBe(0)
    vi.useRealTimers()
  })

  it('runs serial tasks one after another, past a failure', async () => {
    const serial = createSerial()
    const order: string[] = []
    const task = (name: string, fails = false) => async (): Promise<string> => {
      order.push(`${name} starts`)
      await Promise.resolve()
      order.push(`${name} ends`)
      if (fails)
        throw new Error(name)
      return name
    }
    const results = await Promise.allSettled([serial(task('a', true)), serial(task('b'))])
    expect(order).toEqual(['a starts', 'a ends', 'b starts', 'b ends'])
    expect(results.map(r => r.status)).toEqual(['rejected', 'fulfilled'])
  })
})

describe('errors, log and job', () => {
  it('reads anything that was thrown', () => {
    expect(messageOf(new Error('broken'))).toBe('broken')
    expect(messageOf('broken')).toBe('broken')
    expect(hasCode(Object.assign(new Error(''), { code: 'ENOENT' }), 'ENOENT')).toBe(true)
    expect(isAbort(AbortSignal.abort().reason)).toBe(true)
    expect(() => must(undefined, 'The value')).toThrow('internal: The value is missing.')
  })

  it('shows lines from its level upwards, with who speaks', () => {
    const lines: string[] = []
    const log = createLog('engine', 'warn', line => lines.push(line))
    log.info('hidden')
    log.warn('seen')
    expect(lines).toHaveLength(1)
    expect(lines[0]).toMatch(/^\d{4}-\d\d-\d\dT.* engine\[\d+\] warn seen$/)
  })

  it('makes a job that never stops and is seeded', () => {
    const job = createJob({ seed: 4 })
    expect(job.signal.aborted).toBe(false)
    expect(job.random.next()).toBe(createRandom(4).next())
  })
})
