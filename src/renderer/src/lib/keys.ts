// Keys as short names ("r", "Shift+ArrowLeft", "?"): read from events, written for people, kept in a map from actions that anybody may change.

export interface KeyAction {
  readonly id: string
  readonly label: string
  readonly group: string
  /** The key that it has until somebody chooses another one. */
  readonly chord: string
}

/** Action → chord; '' = no key. */
export type KeyMap = Readonly<Record<string, string>>

export type KeyLike = Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'> & { readonly getModifierState?: (key: string) => boolean }

const modifierKeys = new Set(['Control', 'Shift', 'Alt', 'AltGraph', 'Meta', 'CapsLock', 'NumLock', 'ScrollLock', 'Fn', 'Dead', 'Unidentified', 'Process', 'Compose', 'ContextMenu'])
const names: Readonly<Record<string, string>> = { ' ': 'Space', 'Spacebar': 'Space', 'Esc': 'Escape', 'Del': 'Delete' }
const written: Readonly<Record<string, string>> = { ArrowLeft: '←', ArrowRight: '→', ArrowUp: '↑', ArrowDown: '↓', Escape: 'Esc', PageUp: 'Page Up', PageDown: 'Page Down', Enter: 'Enter', Delete: 'Del', Meta: '⌘' }

/** By what the key writes in the person's layout: Shift counts for letters and named keys only, because ? already is another key than /. */
export function chordOf(event: KeyLike): string | undefined {
  if (modifierKeys.has(event.key) || event.key === '')
    return undefined
  return chordWith(event, event.key)
}

/** The chord, then what else the press may mean: + without Shift; the Latin letter that a key carries beside its own one. */
export function chordsOf(event: KeyLike): string[] {
  const chord = chordOf(event)
  if (chord === undefined)
    return []
  const letter = /^Key([A-Z])$/.exec(event.code)?.[1]?.toLowerCase()
  const isForeign = event.key.length === 1 && /\p{L}/u.test(event.key) && !/[a-z]/i.test(event.key)
  return [chord, ...(event.key === '=' ? [chordWith(event, '+')] : []), ...(isForeign && letter ? [chordWith(event, letter)] : [])]
}

function chordWith(event: KeyLike, key: string): string {
  const { ctrlKey, metaKey, altKey, shiftKey } = event
  // AltGr reports Ctrl and Alt, but only says which character is meant.
  const isAltGraph = event.getModifierState?.('AltGraph') === true && key.length === 1
  const isLetter = key.length === 1 && key.toLowerCase() !== key.toUpperCase()
  const name = names[key] ?? (isLetter ? key.toLowerCase() : key)
  return [
    ...(ctrlKey && !isAltGraph ? ['Ctrl'] : []),
    ...(metaKey ? ['Meta'] : []),
    ...(altKey && !isAltGraph ? ['Alt'] : []),
    ...(shiftKey && (isLetter || key.length > 1 || key === ' ') ? ['Shift'] : []),
    name,
  ].join('+')
}

/** Modifiers and the key, one by one: 'Shift+ArrowLeft' → Shift, ArrowLeft; 'Ctrl++' → Ctrl, +. */
export function parseChord(chord: string): string[] {
  if (chord === '')
    return []
  const key = chord.endsWith('+') ? '+' : chord.slice(chord.lastIndexOf('+') + 1)
  return [...chord.slice(0, chord.length - key.length).split('+').filter(part => part !== ''), key]
}

/** As it stands on a key: Shift ←, R, ?. */
export function formatChord(chord: string): string {
  return parseChord(chord).map(part => written[part] ?? (part.length === 1 ? part.toUpperCase() : part)).join(' ')
}

/** Why a chord cannot be given to an action; undefined: it can. */
export function refusalOf(chord: string): string | undefined {
  const parts = parseChord(chord)
  const key = parts.at(-1) ?? ''
  const has = (modifier: string): boolean => parts.slice(0, -1).includes(modifier)
  if (key === 'Tab' || key === 'Escape')
    return `${formatChord(chord)} moves through the page and closes dialogs; choose another key.`
  if (key === '?' || key === '/')
    return `${key} works in every view (${key === '?' ? 'it shows all keys' : 'it searches'}); choose another key.`
  if (has('Alt') && /^\d$/.test(key))
    return `${formatChord(chord)} opens a view; choose another key.`
  if (has('Ctrl') || has('Meta') || /^F\d+$/.test(key))
    return `${formatChord(chord)} belongs to the browser or the system; choose another key.`
  return undefined
}

export function defaultKeys(actions: readonly KeyAction[]): KeyMap {
  return Object.fromEntries(actions.map(({ id, chord }) => [id, chord]))
}

/** What was kept, over the defaults: actions that came since have theirs, unless their key is taken. */
export function readKeys(text: string | undefined, actions: readonly KeyAction[]): KeyMap {
  const kept = parseObject(text)
  const chosen = Object.fromEntries(actions.flatMap(({ id }) => typeof kept[id] === 'string' ? [[id, kept[id]]] : []))
  const taken = new Set(Object.values(chosen))
  return Object.fromEntries(actions.map(({ id, chord }) => [id, chosen[id] ?? (taken.has(chord) ? '' : chord)]))
}

/** Only what differs from the defaults. */
export function writeKeys(map: KeyMap, actions: readonly KeyAction[]): string {
  return JSON.stringify(Object.fromEntries(actions.flatMap(({ id, chord }) => map[id] === undefined || map[id] === chord ? [] : [[id, map[id]]])))
}

/** The action that a press means; undefined: none. */
export function actionOf(map: KeyMap, event: KeyLike): string | undefined {
  for (const chord of chordsOf(event)) {
    const found = Object.keys(map).find(id => map[id] === chord)
    if (found !== undefined)
      return found
  }
  return undefined
}

/** Another action that already has this key. */
export function conflictOf(map: KeyMap, action: string, chord: string): string | undefined {
  return chord === '' ? undefined : Object.keys(map).find(id => id !== action && map[id] === chord)
}

/** The action has the key from now on; who had it before has none. */
export function withKey(map: KeyMap, action: string, chord: string): KeyMap {
  const other = conflictOf(map, action, chord)
  return { ...map, ...(other === undefined ? {} : { [other]: '' }), [action]: chord }
}

function parseObject(text: string | undefined): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text ?? '{}')
    return typeof value === 'object' && value !== null ? value as Record<string, unknown> : {}
  }
  catch {
    return {}
  }
}
