// A picture that leaves the page before it has come is not waited for any more: the browser would go on loading it.
import type { Directive } from 'vue'

export const vAbandon: Directive<HTMLImageElement> = {
  beforeUnmount(image) {
    if (!image.complete)
      image.removeAttribute('src')
  },
}
