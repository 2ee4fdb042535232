// Where the keyboard's focus is, and whether one sees it.
import type { Page } from '@playwright/test'

export interface FocusState {
  /** On the page itself: whoever works by keyboard starts over. */
  readonly isLost: boolean
  /** In sight, and looks otherwise than the same element without focus. */
  readonly isVisible: boolean
  readonly isInDialog: boolean
  /** Tab may indent there. */
  readonly isEditor: boolean
  /** A walk's second time here. */
  readonly wasHere: boolean
  readonly name: string
}

// Runs in the page. A copy of the element has no focus: what the copy does not show is the mark of the focus.
const look = `(walk) => {
  const element = document.activeElement
  if (!element || element === document.body)
    return { isLost: true, isVisible: false, isInDialog: false, isEditor: false, wasHere: false, name: 'body' }
  const wasHere = element.dataset.walked === walk
  if (walk !== '')
    element.dataset.walked = walk
  const marks = one => [undefined, '::after'].map((part) => {
    const { content, outlineStyle, outlineWidth, outlineColor, boxShadow, borderColor, backgroundColor } = getComputedStyle(one, part)
    return part && content === 'none' ? '' : [outlineStyle === 'none' ? 'none' : outlineStyle + outlineWidth + outlineColor, boxShadow, borderColor, backgroundColor].join('; ')
  }).join()
  const differs = (host) => {
    const copy = host.cloneNode(true)
    for (const one of [copy, ...copy.querySelectorAll('*')]) {
      one.removeAttribute('id')
      one.removeAttribute('name')
      one.classList.remove('n-input--focus')
      one.style.transition = 'none'
    }
    host.parentElement.append(copy)
    const all = one => [one, ...one.querySelectorAll('*')].map(marks).join()
    const isOther = all(host) !== all(copy)
    copy.remove()
    return isOther
  }
  // The frame around a field is marked in its place.
  const hosts = [element.closest('.n-input') ?? element, element.parentElement]
  const box = hosts[0].getBoundingClientRect()
  const isInSight = box.width > 1 && box.height > 1 && box.bottom > 0 && box.right > 0 && box.top < innerHeight && box.left < innerWidth
  const name = [element.dataset.testid, element.getAttribute('aria-label') ?? element.textContent.trim().slice(0, 40)].filter(Boolean).join(' ') || element.outerHTML.slice(0, 120)
  return { isLost: false, isVisible: isInSight && hosts.some(differs), isInDialog: element.closest('[role=dialog]') !== null, isEditor: element.matches('textarea'), wasHere, name }
}`

const lookAt = async (page: Page, walk: string): Promise<FocusState> => page.evaluate(`(${look})('${walk}')`)

export const focusOf = async (page: Page): Promise<FocusState> => lookAt(page, '')

/** Tabs through the whole page from its start and marks every stop; returns them in order. */
export async function walk(page: Page, most = 160): Promise<FocusState[]> {
  const stops: FocusState[] = []
  await page.evaluate('document.querySelectorAll("[data-walked]").forEach(one => delete one.dataset.walked); document.querySelector(".skip").focus()')
  while (stops.length < most) {
    let stop = await lookAt(page, 'yes')
    if (stop.isLost || stop.wasHere)
      break
    // A frame fades in.
    for (let again = 0; again < 5 && !stop.isVisible; again++) {
      await page.waitForTimeout(80)
      stop = await focusOf(page)
    }
    stops.push(stop)
    if (stop.isEditor)
      await page.keyboard.press('Escape')
    await page.keyboard.press('Tab')
  }
  return stops
}

/** After walk(): what can be clicked, is in sight, and was no stop; parts of one stop (tabs, options, cells, steps of a number) are reached by arrows. */
export const unreachable = async (page: Page): Promise<string[]> => page.evaluate(`[...document.querySelectorAll('button, a[href], input, select, textarea, [role=button], [role=switch], [tabindex="0"]')]
  .filter(one => !one.disabled && one.getAttribute('aria-disabled') !== 'true' && one.dataset.walked === undefined && one.checkVisibility() && one.getBoundingClientRect().width > 1)
  .filter(one => one.closest('[aria-hidden=true], .n-input-number, [role=tablist], [role=radiogroup], [role=listbox], [role=grid], table') === null)
  .map(one => [one.dataset.testid, one.getAttribute('aria-label') ?? one.textContent.trim().slice(0, 40)].filter(Boolean).join(' ') || one.outerHTML.slice(0, 160))`)
