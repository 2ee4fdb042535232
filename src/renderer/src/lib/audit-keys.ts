// What can be done in the audit's queue by key, and with which one until somebody chooses another.
import type { KeyAction } from './keys.ts'

/** Reasons that have a key of their own; more are chosen by pointer or with the arrows. */
export const keyedReasons = 9

const decide = 'Decide', move = 'Move', look = 'Look', view = 'View', adjudicate = 'Adjudicate'

/** Annotators whose decision an adjudicator takes by key. */
export const takenByKey = ['A', 'B', 'C'] as const

export const auditActions: readonly KeyAction[] = [
  { id: 'keep', label: 'Keep', group: decide, chord: 'k' },
  { id: 'reject', label: 'Reject, then choose a reason', group: decide, chord: 'r' },
  { id: 'fix', label: 'Fix: another text or picture', group: decide, chord: 'e' },
  { id: 'unsure', label: 'Unsure', group: decide, chord: 's' },
  { id: 'flag', label: 'Flag', group: decide, chord: 'f' },
  { id: 'note', label: 'Note', group: decide, chord: 'n' },
  { id: 'undo', label: 'Undo', group: decide, chord: 'u' },
  ...Array.from({ length: keyedReasons }, (_, i): KeyAction => ({ id: `reason${i + 1}`, label: `Reject with reason ${i + 1}`, group: decide, chord: String(i + 1) })),
  { id: 'next', label: 'Next probe', group: move, chord: 'ArrowRight' },
  { id: 'previous', label: 'Previous probe', group: move, chord: 'ArrowLeft' },
  { id: 'nextOpen', label: 'Next open probe', group: move, chord: '.' },
  { id: 'jump', label: 'Jump to a number or record', group: move, chord: 'j' },
  { id: 'blink', label: 'Blink: hold for the original, tap to stay', group: look, chord: 'b' },
  { id: 'zoomIn', label: 'Zoom in', group: look, chord: '+' },
  { id: 'zoomOut', label: 'Zoom out', group: look, chord: '-' },
  { id: 'zoomFit', label: 'Whole picture', group: look, chord: '0' },
  { id: 'panLeft', label: 'Move the pictures left', group: look, chord: 'Shift+ArrowLeft' },
  { id: 'panRight', label: 'Move the pictures right', group: look, chord: 'Shift+ArrowRight' },
  { id: 'panUp', label: 'Move the pictures up', group: look, chord: 'Shift+ArrowUp' },
  { id: 'panDown', label: 'Move the pictures down', group: look, chord: 'Shift+ArrowDown' },
  { id: 'guidelines', label: 'Guidelines', group: view, chord: 'g' },
  { id: 'autoAdvance', label: 'Go on after a decision, or stay', group: view, chord: 'a' },
  { id: 'filters', label: 'Filters', group: view, chord: 'l' },
  { id: 'person', label: 'Who decides', group: view, chord: 'p' },
  ...takenByKey.map((letter): KeyAction => ({ id: `take${letter}`, label: `Take the decision of annotator ${letter}`, group: adjudicate, chord: `Shift+${letter.toLowerCase()}` })),
  { id: 'names', label: 'Show who decided, or hide it', group: adjudicate, chord: 'Shift+n' },
  { id: 'keys', label: 'Choose keys', group: view, chord: 'Shift+k' },
]
