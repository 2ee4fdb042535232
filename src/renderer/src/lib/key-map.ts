// The audit's keys as they are now, the same for every part of the page, kept in this browser.
import { shallowRef } from 'vue'
import { auditActions } from './audit-keys.ts'
import { keep, readKept } from './kept.ts'
import { defaultKeys, formatChord, readKeys, withKey, writeKeys } from './keys.ts'
import type { KeyMap } from './keys.ts'

const storageKey = 'mmedit.audit.keys'

const map = shallowRef<KeyMap>(readKeys(readKept(storageKey), auditActions))

function set(next: KeyMap): void {
  map.value = next
  const text = writeKeys(next, auditActions)
  keep(storageKey, text === '{}' ? undefined : text)
}

/** For templates: follows every change. '' where the action has no key. */
export function keyOf(action: string): string {
  return formatChord(map.value[action] ?? '')
}

export const keyMap = {
  get current(): KeyMap {
    return map.value
  },
  give: (action: string, chord: string): void => set(withKey(map.value, action, chord)),
  reset: (): void => set(defaultKeys(auditActions)),
}
