// A tab that is hidden asks for nothing: what it would ask waits until it is shown again.
import { onActivated, onDeactivated, ref, shallowRef, watch } from 'vue'
import type { ShallowRef } from 'vue'

/** The newest value of `read` while the component is shown, frozen while it is hidden. */
export function useWhileShown(read: () => string): Readonly<ShallowRef<string>> {
  const isShown = ref(true)
  const kept = shallowRef(read())
  onActivated(() => {
    isShown.value = true
  })
  onDeactivated(() => {
    isShown.value = false
  })
  watch([read, isShown], ([now, shown]) => {
    if (shown)
      kept.value = now
  })
  return kept
}
