// The inner width of an element, kept up to date.
import { onScopeDispose, ref, watch } from 'vue'
import type { Ref } from 'vue'

/** Inner width in pixels, without scrollbar; 0 until the element is there. */
export function useElementWidth(element: Readonly<Ref<HTMLElement | null>>): Readonly<Ref<number>> {
  const width = ref(0)
  const observer = new ResizeObserver(() => {
    // A view that is kept alive but hidden measures 0: remember the last real size instead.
    if (element.value && element.value.clientWidth > 0)
      width.value = element.value.clientWidth
  })
  watch(element, (now, before) => {
    if (before)
      observer.unobserve(before)
    if (now) {
      width.value = now.clientWidth
      observer.observe(now)
    }
  }, { immediate: true, flush: 'post' })
  onScopeDispose(() => observer.disconnect())
  return width
}
