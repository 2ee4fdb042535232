// Where the window was last time: read, checked against the screens of today, written when it closes.
import { readFileSync, writeFileSync } from 'node:fs'
import { z } from 'zod'

const WindowState = z.object({ x: z.int().optional(), y: z.int().optional(), width: z.int().min(640), height: z.int().min(480), isMaximized: z.boolean() })
export type WindowState = z.infer<typeof WindowState>

export interface Rectangle { readonly x: number, readonly y: number, readonly width: number, readonly height: number }

export const firstState: WindowState = { width: 1440, height: 900, isMaximized: false }

/** The state, without its place if no screen shows at least a hand's breadth of it (a screen was unplugged). */
export function onScreen(state: WindowState, screens: readonly Rectangle[]): WindowState {
  const { x, y, ...size } = state
  const least = 100
  const isVisible = x !== undefined && y !== undefined && screens.some(screen =>
    Math.min(x + state.width, screen.x + screen.width) - Math.max(x, screen.x) >= least
    && y >= screen.y - 10 && y <= screen.y + screen.height - least)
  return isVisible ? state : size
}

/** The last state, or the first one where there is none or it is damaged. */
export function readWindowState(file: string): WindowState {
  try {
    return WindowState.parse(JSON.parse(readFileSync(file, 'utf8')))
  }
  catch {
    return firstState
  }
}

/** Losing it costs nothing but the place of a window, so failing to write is no error. */
export function writeWindowState(file: string, state: WindowState): void {
  try {
    writeFileSync(file, JSON.stringify(state))
  }
  catch {
    // Read-only profile.
  }
}
