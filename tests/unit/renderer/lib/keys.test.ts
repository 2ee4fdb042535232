// Keys: what a press means in any layout, how it is written, who has it, what is kept.
import { describe, expect, it } from 'vitest'
import { auditActions } from '../../../../src/renderer/src/lib/audit-keys.ts'
import { actionOf, chordOf, chordsOf, conflictOf, defaultKeys, formatChord, parseChord, readKeys, refusalOf, withKey, writeKeys } from '../../../../src/renderer/src/lib/keys.ts'
import type { KeyLike } from '../../../../src/renderer/src/lib/keys.ts'

const press = (key: string, held: Partial<KeyLike> = {}): KeyLike => ({ key, code: '', ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...held })

describe('chords', () => {
  it('go by what the key writes, and count Shift only where it writes the same', () => {
    expect([chordOf(press('r')), chordOf(press('R', { shiftKey: true })), chordOf(press('R'))]).toEqual(['r', 'Shift+r', 'r'])
    expect([chordOf(press('?', { shiftKey: true })), chordOf(press('1')), chordOf(press('!', { shiftKey: true }))]).toEqual(['?', '1', '!'])
    expect([chordOf(press('ArrowLeft', { shiftKey: true })), chordOf(press(' ')), chordOf(press('Enter', { ctrlKey: true }))]).toEqual(['Shift+ArrowLeft', 'Space', 'Ctrl+Enter'])
    expect([chordOf(press('Shift', { shiftKey: true })), chordOf(press('Dead')), chordOf(press('Process'))]).toEqual([undefined, undefined, undefined])
  })
  it('take AltGr for what it writes', () => {
    expect(chordOf(press('@', { ctrlKey: true, altKey: true, getModifierState: key => key === 'AltGraph' }))).toBe('@')
    expect(chordOf(press('a', { ctrlKey: true, altKey: true, getModifierState: () => false }))).toBe('Ctrl+Alt+a')
  })
  it('offer a second meaning: + without Shift, and the Latin letter of a key that writes another script', () => {
    expect(chordsOf(press('='))).toEqual(['=', '+'])
    expect(chordsOf(press('к', { code: 'KeyR' }))).toEqual(['к', 'r'])
    expect(chordsOf(press('К', { code: 'KeyR', shiftKey: true }))).toEqual(['Shift+к', 'Shift+r'])
    // A Latin letter of another layout is that letter, wherever its key is.
    expect(chordsOf(press('q', { code: 'KeyA' }))).toEqual(['q'])
  })
  it('are taken apart and written as on a keyboard', () => {
    expect([parseChord('Shift+ArrowLeft'), parseChord('+'), parseChord('Ctrl++'), parseChord('')]).toEqual([['Shift', 'ArrowLeft'], ['+'], ['Ctrl', '+'], []])
    expect([formatChord('Shift+ArrowLeft'), formatChord('r'), formatChord('?'), formatChord('+'), formatChord('')]).toEqual(['Shift ←', 'R', '?', '+', ''])
  })
  it('that the page, the browser or the system needs are refused with their reason', () => {
    for (const chord of ['Tab', 'Escape', '?', '/', 'Alt+3', 'Ctrl+r', 'F5', 'Meta+k'])
      expect(refusalOf(chord), chord).toContain(formatChord(chord))
    for (const chord of ['r', 'Shift+r', 'Space', 'Enter', 'ArrowLeft', 'Alt+x', '+'])
      expect(refusalOf(chord), chord).toBeUndefined()
  })
})

describe('the key map', () => {
  it('begins with a key for every action, none twice, none refused', () => {
    const chords = auditActions.map(({ chord }) => chord)
    expect(new Set(chords).size).toBe(chords.length)
    expect(chords.filter(chord => chord === '' || refusalOf(chord) !== undefined)).toEqual([])
  })
  it('finds the action of a press', () => {
    const map = defaultKeys(auditActions)
    expect([actionOf(map, press('k')), actionOf(map, press('K', { shiftKey: true })), actionOf(map, press('3')), actionOf(map, press('='))]).toEqual(['keep', 'keys', 'reason3', 'zoomIn'])
    expect([actionOf(map, press('k', { ctrlKey: true })), actionOf(map, press('y'))]).toEqual([undefined, undefined])
  })
  it('gives a key away and says from whom', () => {
    const map = defaultKeys(auditActions)
    expect([conflictOf(map, 'keep', 'f'), conflictOf(map, 'keep', 'k'), conflictOf(map, 'keep', '')]).toEqual(['flag', undefined, undefined])
    const next = withKey(map, 'keep', 'f')
    expect([next['keep'], next['flag'], actionOf(next, press('f')), actionOf(next, press('k'))]).toEqual(['f', '', 'keep', undefined])
  })
  it('keeps what differs and comes back the same', () => {
    const map = withKey(withKey(defaultKeys(auditActions), 'keep', 'f'), 'flag', 'Shift+f')
    expect(writeKeys(map, auditActions)).toBe('{"keep":"f","flag":"Shift+f"}')
    expect(readKeys(writeKeys(map, auditActions), auditActions)).toEqual(map)
    expect(writeKeys(defaultKeys(auditActions), auditActions)).toBe('{}')
  })
  it('reads what is broken or older: a new action does not take a key that somebody chose', () => {
    expect(readKeys('not json', auditActions)).toEqual(defaultKeys(auditActions))
    expect(readKeys('[1]', auditActions)).toEqual(defaultKeys(auditActions))
    const read = readKeys('{"keep":"j","gone":"q"}', auditActions)
    expect([read['keep'], read['jump'], read['gone']]).toEqual(['j', '', undefined])
  })
})
