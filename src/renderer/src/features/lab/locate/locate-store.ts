// Traces and sweeps of the records that were looked at, as long as the Lab is open.
import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { Sweep } from './sweep.ts'
import type { Trace, TraceSetting } from './trace.ts'

export interface Located {
  readonly trace?: Trace
  readonly sweep?: Sweep
}

/** Records kept, the oldest forgotten first. */
const most = 200

export const useLocateStore = defineStore('lab-locate', () => {
  const kept = shallowRef<ReadonlyMap<string, Located>>(new Map())
  const setting = shallowRef<TraceSetting>({ corrupt: 'picture', target: 'own', noise: 3, samples: 5 })

  function change(key: string, patch: (located: Located) => Located): void {
    const next = new Map(kept.value)
    const changed = patch(next.get(key) ?? {})
    next.delete(key)
    next.set(key, changed)
    for (const oldest of [...next.keys()].slice(0, Math.max(0, next.size - most)))
      next.delete(oldest)
    kept.value = next
  }

  return { kept, setting, change }
})
