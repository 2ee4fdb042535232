/** Values that do not depend on an edit, kept by what they were computed from, up to a number of bytes. */

import type { TensorValue } from '../onnx/tensor-value.ts'

export type TensorValues = Readonly<Record<string, TensorValue>>

export interface ActivationCache {
  readonly get: (key: string) => TensorValues | undefined
  readonly set: (key: string, values: TensorValues) => void
  readonly sizeBytes: () => number
  readonly clear: () => void
}

const bytesOf = (values: TensorValues): number => Object.values(values).reduce((sum, v) => sum + v.data.byteLength, 0)

/** Drops what was not used for longest once more than `limitBytes` are held. Larger single entries are not kept. */
export function createActivationCache(limitBytes: number): ActivationCache {
  // A Map remembers insertion order; a hit is inserted again.
  const entries = new Map<string, TensorValues>()
  let size = 0
  return {
    get(key) {
      const values = entries.get(key)
      if (values) {
        entries.delete(key)
        entries.set(key, values)
      }
      return values
    },
    set(key, values) {
      const bytes = bytesOf(values)
      const old = entries.get(key)
      if (old) {
        size -= bytesOf(old)
        entries.delete(key)
      }
      if (bytes > limitBytes)
        return
      entries.set(key, values)
      size += bytes
      for (const [oldest, dropped] of entries) {
        if (size <= limitBytes)
          break
        entries.delete(oldest)
        size -= bytesOf(dropped)
      }
    },
    sizeBytes: () => size,
    clear() {
      entries.clear()
      size = 0
    },
  }
}
