import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { firstState, onScreen, readWindowState, writeWindowState } from '../../../src/main/electron/window-state.ts'

const folder = mkdtempSync(join(tmpdir(), 'mmedit-window-'))
const file = join(folder, 'window.json')
const state = { x: 100, y: 50, width: 1000, height: 700, isMaximized: false }
const screen = { x: 0, y: 0, width: 1920, height: 1080 }
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('window state', () => {
  it('is what was written', () => {
    writeWindowState(file, state)
    expect(readWindowState(file)).toEqual(state)
  })
  it.each(['', '{', '{"width":1}', '[]'])('is the first one when the file holds %j', (text) => {
    writeFileSync(file, text)
    expect(readWindowState(file)).toEqual(firstState)
  })
  it('keeps a place that a screen shows', () => {
    expect(onScreen(state, [screen])).toEqual(state)
  })
  it.each([[{ ...state, x: 5000 }], [{ ...state, y: 2000 }], [{ ...state, x: -950 }]])('drops a place that no screen shows: %j', (gone) => {
    expect(onScreen(gone, [screen])).toEqual({ width: 1000, height: 700, isMaximized: false })
  })
})
