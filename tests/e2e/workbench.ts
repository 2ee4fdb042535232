// What every spec starts from: the built workbench on a fresh copy of the sample study, as a page or as a window.
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { _electron, test as base, chromium } from '@playwright/test'
import type { Page } from '@playwright/test'

export type Surface = 'web' | 'electron'
const root = resolve(import.meta.dirname, '../..')

/** Starts the headless server on a study folder of its own and waits for the URL it prints. */
export async function startServer(home: string): Promise<{ url: string, child: ChildProcess }> {
  const child = spawn(process.execPath, [join(root, 'out/main/server.js'), '--no-open'], {
    env: { ...process.env, MMEDIT_HOME: home }, stdio: ['ignore', 'pipe', 'pipe'],
  })
  const url = await new Promise<string>((done, failed) => {
    let seen = ''
    const look = (chunk: Buffer): void => {
      seen += chunk.toString()
      const match = /http:\/\/127\.0\.0\.1:\d+\/\S*/.exec(seen)
      if (match)
        done(match[0])
    }
    child.stdout?.on('data', look)
    child.stderr?.on('data', look)
    child.on('exit', code => failed(new Error(`The server ended with ${String(code)} before it printed its address:\n${seen}`)))
  })
  return { url, child }
}

interface WorkerFixtures { home: string, address: string }

export const test = base.extend<{ surface: Surface, workbench: Page, problems: string[] }, WorkerFixtures>({
  surface: ['web', { option: true }],

  home: [async ({}, use) => {
    const home = mkdtempSync(join(tmpdir(), 'mmedit-e2e-'))
    await use(home)
    rmSync(home, { recursive: true, force: true })
  }, { scope: 'worker' }],

  address: [async ({ home }, use) => {
    const { url, child } = await startServer(home)
    await use(url)
    const ended = new Promise(done => child.once('exit', done))
    child.kill('SIGTERM')
    await ended
  }, { scope: 'worker' }],

  /** What the page's console complained about; a spec that expects none looks here at its end. */
  problems: async ({}, use) => {
    await use([])
  },

  workbench: async ({ surface, address, home, problems }, use) => {
    const watch = (page: Page): void => {
      page.on('pageerror', error => problems.push(error.message))
      page.on('console', (message) => {
        if (message.type() === 'error')
          problems.push(message.text())
      })
    }
    if (surface === 'electron') {
      const app = await _electron.launch({ args: [root], env: { ...process.env as Record<string, string>, MMEDIT_HOME: home } })
      const page = await app.firstWindow()
      watch(page)
      await use(page)
      await app.close()
      return
    }
    const path = process.env['CHROMIUM_PATH']
    const browser = await chromium.launch({
      ...path ? { executablePath: path } : {},
      args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--font-render-hinting=none', '--force-color-profile=srgb'],
    })
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce', colorScheme: 'light' })
    watch(page)
    await page.goto(address)
    await use(page)
    await browser.close()
  },
})

export { expect } from '@playwright/test'
