// End-to-end: the built workbench, served, in a real Chromium. The same spec files drive the Electron window where its binary exists.
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { defineConfig } from '@playwright/test'
import type { Surface } from './e2e/workbench.ts'

const root = resolve(import.meta.dirname, '..')
const electron = join(root, 'node_modules/electron/dist', { darwin: 'Electron.app/Contents/MacOS/Electron', win32: 'electron.exe' }[process.platform as string] ?? 'electron')
const hasDisplay = process.platform !== 'linux' || Boolean(process.env['DISPLAY'] ?? process.env['WAYLAND_DISPLAY'])
const asRoot = process.platform === 'linux' && process.getuid?.() === 0

export default defineConfig<{ surface: Surface }>({
  testDir: 'e2e',
  // Draws pictures instead of testing; only where somebody asks.
  ...process.env['README_PICTURES'] === '1' ? {} : { testIgnore: 'readme.spec.ts' },
  outputDir: 'e2e/.results',
  snapshotPathTemplate: '{testDir}/baselines/{arg}{ext}',
  workers: 1,
  // A missing baseline is a failure; UPDATE_BASELINES=1 (or --update-snapshots) draws them.
  updateSnapshots: process.env['UPDATE_BASELINES'] === '1' ? 'all' : 'none',
  timeout: 180_000,
  expect: { timeout: 40_000, toHaveScreenshot: { maxDiffPixelRatio: 0.02, animations: 'disabled', caret: 'hide' } },
  reporter: [['list']],
  use: { trace: 'retain-on-failure' },
  projects: [
    { name: 'web', use: { surface: 'web' } },
    // Electron's sandbox does not run as root, and without a display there is no window.
    ...existsSync(electron) && hasDisplay && !asRoot ? [{ name: 'electron', use: { surface: 'electron' as const } }] : [],
  ],
})
