// Neighbours: the engine's features of the tiny model against a slow cosine, what is kept on disk, and the use case around both.
import { appendFileSync, copyFileSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { computeFeatures } from '../../../src/main/jobs/engine-features.ts'
import { createFeatureFile } from '../../../src/main/jobs/feature-file.ts'
import { openFeatureStore } from '../../../src/main/jobs/feature-store.ts'
import type { ComputeFeatures } from '../../../src/main/jobs/feature-store.ts'
import { mostSimilar } from '../../../src/main/jobs/neighbours.ts'
import type { FeaturesEvent } from '../../../src/main/jobs/protocol.ts'
import { normalised } from '../../../src/main/models/text-encoder.ts'
import type { Model } from '../../../src/main/models/model.ts'
import { sha256 } from '../../../src/main/base/hash.ts'
import { openTiny, resolveImage } from '../../conformance/tiny-model.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mmedit-features-'))
  return () => rmSync(folder, { recursive: true, force: true })
})

/** a·b / (‖a‖ ‖b‖) in double precision, as the definition says. */
function cosine(a: readonly number[], b: readonly number[]): number {
  let [dot, aa, bb] = [0, 0, 0]
  for (const [i, x] of a.entries()) {
    dot += x * b[i]!
    aa += x * x
    bb += b[i]! * b[i]!
  }
  return dot / Math.sqrt(aa * bb)
}

describe('features of the tiny model', () => {
  let model: Model
  beforeAll(async () => {
    model = await openTiny()
  })
  afterAll(() => model.dispose())

  const featuresOf = async (by: 'image' | 'text', items: string[], signal = new AbortController().signal): Promise<FeaturesEvent[]> => {
    const events: FeaturesEvent[] = []
    await computeFeatures(model, { kind: 'features', by, items }, { report: event => events.push(event), signal })
    return events
  }
  const vectors = (events: readonly FeaturesEvent[]): Float32Array[] => events.map((event) => {
    if (event.kind !== 'feature')
      throw new Error(event.reason)
    return event.values
  })

  it('compares pictures by the mean of what the language model is shown of them', async () => {
    const files = ['scene.png', 'alpha.png', 'grey.png'].map(path => resolveImage({ path }))
    const found = vectors(await featuresOf('image', files))
    const slow = await Promise.all(files.map(async (file) => {
      const { values, rows, width } = await model.look(file)
      return Array.from({ length: width }, (_, j) => Array.from({ length: rows }, (_, i) => values[i * width + j]!).reduce((a, b) => a + b) / rows)
    }))
    for (const [a, own] of slow.entries()) {
      const ranked = mostSimilar(found[a]!, found, 3)
      expect(ranked[0]).toMatchObject({ at: a })
      for (const { at, similarity } of ranked)
        expect(similarity).toBeCloseTo(cosine(own, slow[at]!), 5)
    }
  })

  it('compares prompts by the mean of what enters the last feed-forward, packed or alone', async () => {
    const texts = ['What is it?', 'Which thing is this?', 'Name the colour of the sky over the sea.', 'What is it?']
    const found = vectors(await featuresOf('text', texts))
    const [weight] = model.weights.filter(w => w.role === 'language-ffn' && w.shape.length === 2 && w.layer === model.info.textLayers - 1)
    const slow = await Promise.all(texts.map(async (text) => {
      const { values, rows, width } = await model.capture({ prompt: text, form: 'plain' }, '', weight!.name)
      return Array.from({ length: width }, (_, j) => Array.from({ length: rows }, (_, i) => values[i * width + j]!).reduce((a, b) => a + b) / rows)
    }))
    for (const [a, own] of slow.entries()) {
      for (const { at, similarity } of mostSimilar(found[a]!, found, 4))
        expect(similarity).toBeCloseTo(cosine(own, slow[at]!), 4)
    }
    // Equal texts are nearest to each other, whatever they were packed with.
    expect(mostSimilar(found[3]!, found, 2).map(({ at }) => at).sort()).toEqual([0, 3])
  })

  it('says which picture cannot be read and goes on', async () => {
    const torn = join(folder, 'torn.png')
    writeFileSync(torn, 'no picture')
    const events = await featuresOf('image', [torn, resolveImage({ path: 'scene.png' })])
    expect(events.map(({ kind, at }) => [kind, at])).toEqual([['unreadable', 0], ['feature', 1]])
    expect(events[0]).toMatchObject({ reason: expect.stringContaining('torn.png') as string })
  })

  it('stops when it is cancelled', async () => {
    await expect(featuresOf('text', ['What is it?'], AbortSignal.abort())).rejects.toMatchObject({ name: 'AbortError' })
  })
})

it('ranks as sorting by the slow cosine does, ties in order', () => {
  const vector = fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 4, maxLength: 4 })
  fc.assert(fc.property(vector, fc.array(fc.option(vector, { nil: undefined }), { maxLength: 20 }), fc.integer({ min: 1, max: 10 }), (to, others, count) => {
    const isZero = (v: readonly number[]): boolean => v.every(x => x === 0)
    const slow = others.flatMap((other, at) => other ? [{ at, similarity: isZero(to) || isZero(other) ? 0 : cosine(to, other) }] : [])
    const found = mostSimilar(normalised(Float32Array.from(to)), others.map(other => other && normalised(Float32Array.from(other))), count)
    expect(found).toHaveLength(Math.min(count, slow.length))
    // Rounding may swap what is equal in exact arithmetic; similarities in rank order may not differ.
    const best = slow.map(({ similarity }) => similarity).sort((a, b) => b - a)
    for (const [i, { at, similarity }] of found.entries()) {
      expect(similarity).toBeCloseTo(best[i]!, 5)
      expect(slow.find(one => one.at === at)!.similarity).toBeCloseTo(similarity, 5)
      const before = found[i - 1]
      expect(!before || before.similarity > similarity || (before.similarity === similarity && before.at < at)).toBe(true)
    }
  }))
})

describe('the file of features', () => {
  const feature = (name: string, ...values: number[]) => ({ hash: sha256(name), values: Float32Array.from(values) })
  const read = async (path: string): Promise<Record<string, number[]>> => {
    const found: Record<string, number[]> = {}
    await createFeatureFile(path).each((hash, values) => found[hash.slice(0, 8)] = [...values])
    return found
  }
  const short = (name: string): string => sha256(name).slice(0, 8)

  it('gives back what was added, also by another program', async () => {
    const path = join(folder, 'deep/down/a.f32')
    expect(await read(path)).toEqual({})
    await createFeatureFile(path).append([feature('a', 1, 2), feature('b', 3, 4)])
    await createFeatureFile(path).append([feature('c', 5, 6)])
    expect(await read(path)).toEqual({ [short('a')]: [1, 2], [short('b')]: [3, 4], [short('c')]: [5, 6] })
  })

  it('forgets a torn end and cuts it before the next entry', async () => {
    const path = join(folder, 'a.f32')
    await createFeatureFile(path).append([feature('a', 1, 2)])
    const whole = statSync(path).size
    appendFileSync(path, Buffer.alloc(17))
    expect(await read(path)).toEqual({ [short('a')]: [1, 2] })
    await createFeatureFile(path).append([feature('b', 3, 4)])
    expect(await read(path)).toEqual({ [short('a')]: [1, 2], [short('b')]: [3, 4] })
    expect(statSync(path).size).toBe(whole + 40)
  })

  it('starts again in a file that is not its own', async () => {
    const path = join(folder, 'a.f32')
    copyFileSync(resolveImage({ path: 'scene.png' }), path)
    expect(await read(path)).toEqual({})
    await createFeatureFile(path).append([feature('a', 1)])
    expect(await read(path)).toEqual({ [short('a')]: [1] })
  })
})

describe('the store of features', () => {
  const contents = Array.from({ length: 100 }, (_, i) => ({ hash: sha256(String(i)), item: String(i) }))
  const asked: string[] = []
  const compute: ComputeFeatures = async function* (items, signal) {
    for (const [at, item] of items.entries()) {
      await Promise.resolve()
      signal?.throwIfAborted()
      asked.push(item)
      yield item === '13' ? { at, reason: 'unlucky' } : { at, values: Float32Array.of(Number(item), 1) }
    }
  }
  const finish = async (work: ReturnType<ReturnType<typeof openFeatureStore>['complete']>) => {
    const progress: number[] = []
    for (;;) {
      const { done, value } = await work.next()
      if (done)
        return { features: value, progress }
      progress.push(value.done)
    }
  }
  beforeEach(() => void asked.splice(0))

  it('computes each content once, says how far it is, and keeps it for the next program', async () => {
    const path = join(folder, 'a.f32')
    const { features, progress } = await finish(openFeatureStore(path).complete([...contents, contents[0]!], compute))
    expect(asked).toHaveLength(100)
    expect(progress.at(-1)).toBe(100)
    expect([...features.get(contents[42]!.hash)!]).toEqual([42, 1])
    expect(features.unreadable.get(contents[13]!.hash)).toBe('unlucky')
    asked.splice(0)
    const changed = [...contents.slice(0, 99), { hash: sha256('new bytes'), item: '7' }]
    const again = await finish(openFeatureStore(path).complete(changed, compute))
    // What could not be read is tried again; a picture with other bytes is another content.
    expect(asked).toEqual(['13', '7'])
    expect([...again.features.get(contents[42]!.hash)!]).toEqual([42, 1])
  })

  it('keeps what was computed before it was left', async () => {
    const path = join(folder, 'a.f32')
    const work = openFeatureStore(path).complete(contents, compute)
    for (let i = 0; i <= 30; i++)
      await work.next()
    await work.return({ get: () => undefined, unreadable: new Map() })
    expect(asked).toHaveLength(30)
    asked.splice(0)
    await finish(openFeatureStore(path).complete(contents, compute))
    // 29 of the 30 before had a feature.
    expect(asked).toHaveLength(71)
  })
})
