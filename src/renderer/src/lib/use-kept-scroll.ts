// A view that was left and comes back stands where it was: the browser forgets how far a detached element was scrolled.
import { onActivated, watch } from 'vue'
import type { Ref } from 'vue'

export function useKeptScroll(element: Readonly<Ref<HTMLElement | null>>): void {
  let top = 0
  const remember = (): void => {
    top = element.value?.scrollTop ?? 0
  }
  watch(element, (now, before) => {
    before?.removeEventListener('scroll', remember)
    now?.addEventListener('scroll', remember, { passive: true })
  }, { flush: 'post' })
  onActivated(() => {
    if (element.value)
      element.value.scrollTop = top
  })
}
