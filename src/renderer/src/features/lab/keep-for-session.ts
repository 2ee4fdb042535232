// State that outlives a reload of the page, but not the tab.
import { watch } from 'vue'
import type { Ref } from 'vue'

/** Starts `state` from what was kept under `key`, and keeps it from now on. A host without storage keeps nothing. */
export function keepForSession<T>(key: string, state: Ref<T>): void {
  const name = `mmedit lab ${key}`
  try {
    const kept = sessionStorage.getItem(name)
    if (kept !== null)
      state.value = JSON.parse(kept) as T
  }
  catch {
    // Nothing was kept, or it is not ours: begin anew.
  }
  watch(state, (now) => {
    try {
      sessionStorage.setItem(name, JSON.stringify(now))
    }
    catch {
      // Full or forbidden: the page goes on without.
    }
  })
}
