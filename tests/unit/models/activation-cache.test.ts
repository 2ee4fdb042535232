import { expect, it } from 'vitest'
import { createActivationCache } from '../../../src/main/models/activation-cache.ts'
import { float32 } from '../../../src/main/onnx/tensor-value.ts'

const values = (count: number) => ({ x: float32(new Float32Array(count)) })

it('drops what was not used for longest, counts bytes, and keeps nothing larger than itself', () => {
  const cache = createActivationCache(100)
  cache.set('a', values(10))
  cache.set('b', values(10))
  expect(cache.get('a')).toBeDefined()
  cache.set('c', values(10))
  expect([cache.get('a'), cache.get('b'), cache.get('c')].map(Boolean)).toEqual([true, false, true])
  expect(cache.sizeBytes()).toBe(80)
  cache.set('a', values(5))
  expect(cache.sizeBytes()).toBe(60)
  cache.set('huge', values(26))
  expect(cache.get('huge')).toBeUndefined()
  expect(cache.sizeBytes()).toBe(60)
  cache.clear()
  expect([cache.get('a'), cache.sizeBytes()]).toEqual([undefined, 0])
})
