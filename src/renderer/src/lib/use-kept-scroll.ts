// A view that was left and comes back stands where it was: the browser forgets how far a detached element was scrolled.
import { onActivated, watch } from 'vue'
import type { Ref } from 'vue'

export function useKeptScroll(element: Readonly<Ref<HTMLElement | null>>): void {
  let top = 0
  const remember = (): void => {
    top = element.value?.scrollTop ?? 0
  }
  watch(element, (now, before) => {
    // First of the listeners: after one that changes the page, asking how far it is scrolled would lay it out at once.
    before?.removeEventListener('scroll', remember, { capture: true })
    now?.addEventListener('scroll', remember, { passive: true, capture: true })
  }, { flush: 'post' })
  onActivated(() => {
    if (element.value)
      element.value.scrollTop = top
  })
}
