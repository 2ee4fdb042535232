// Keys of the queue: what the chosen key map says, never while somebody types or a dialog is open.
import { onActivated, onBeforeUnmount, onDeactivated, onMounted } from 'vue'
import { keyMap } from '../../lib/key-map.ts'
import { actionOf } from '../../lib/keys.ts'

export type QueueActions = Readonly<Record<string, (event: KeyboardEvent) => void>>

/** One that is closing is gone already for who presses the next key. */
const openDialog = '[role="dialog"]:not([class*="leave-active"])'

/** A field takes every key; a dialog and a panel that was opened take theirs. */
function isElsewhere(event: KeyboardEvent): boolean {
  const target = event.target instanceof Element ? event.target : undefined
  if (target?.closest(`input:not([type="checkbox"]):not([type="radio"]), textarea, select, [contenteditable], ${openDialog}, .n-popover`))
    return target.closest('[class*="leave-active"]') === null
  return document.querySelector(`${openDialog}[aria-modal="true"]`) !== null
}

/** Enter and Space press the button that has the focus. */
function pressesButton({ key, target }: KeyboardEvent): boolean {
  return (key === 'Enter' || key === ' ') && target instanceof Element && target.closest('button, a[href], summary, [role="tab"], [role="radio"]') !== null
}

/** `released` hears of keys that go up, for those that are held. */
export function useQueueKeys(actions: QueueActions, released: (action: string) => void): void {
  function onDown(event: KeyboardEvent): void {
    if (event.defaultPrevented || event.isComposing || isElsewhere(event) || pressesButton(event))
      return
    const id = actionOf(keyMap.current, event)
    const action = id === undefined ? undefined : actions[id]
    if (id === undefined || !action)
      return
    event.preventDefault()
    action(event)
  }

  function onUp(event: KeyboardEvent): void {
    const id = actionOf(keyMap.current, event)
    if (id !== undefined)
      released(id)
  }

  let isListening = false
  function listen(is: boolean): void {
    if (is === isListening)
      return
    isListening = is
    window[is ? 'addEventListener' : 'removeEventListener']('keydown', onDown as EventListener)
    window[is ? 'addEventListener' : 'removeEventListener']('keyup', onUp as EventListener)
  }
  onMounted(() => listen(true))
  onActivated(() => listen(true))
  onDeactivated(() => listen(false))
  onBeforeUnmount(() => listen(false))
}
