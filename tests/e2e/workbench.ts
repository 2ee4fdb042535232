// What every spec starts from: the built workbench on a fresh copy of the sample study, as a page or as a window.
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { _electron, test as base, chromium } from '@playwright/test'
import type { Browser, Page } from '@playwright/test'

export type Surface = 'web' | 'electron'
const root = resolve(import.meta.dirname, '../..')
const patienceMs = 60_000

export interface Server { readonly url: string, readonly child: ChildProcess }

/** Starts the headless server on a study folder of its own and waits for the URL it prints. */
export async function startServer(home: string): Promise<Server> {
  const child = spawn(process.execPath, [join(root, process.env['MMEDIT_OUT'] ?? 'out', 'main/server.js'), '--no-open'], {
    env: { ...process.env, MMEDIT_HOME: home }, stdio: ['ignore', 'pipe', 'pipe'],
  })
  const url = await new Promise<string>((done, failed) => {
    let seen = ''
    const late = setTimeout(() => failed(new Error(`The server printed no address within ${patienceMs / 1000} s:\n${seen}`)), patienceMs)
    const look = (chunk: Buffer): void => {
      seen += chunk.toString()
      const match = /http:\/\/127\.0\.0\.1:\d+\/\S*/.exec(seen)
      if (!match)
        return
      clearTimeout(late)
      done(match[0])
    }
    child.stdout.on('data', look)
    child.stderr.on('data', look)
    child.on('exit', (code) => {
      clearTimeout(late)
      failed(new Error(`The server ended with ${String(code)} before it printed its address:\n${seen}`))
    })
  })
  return { url, child }
}

/** Ends a server and waits until it is gone; one that is gone already is fine. */
export async function stopServer({ child }: Server): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null)
    return
  const ended = new Promise(done => child.once('exit', done))
  child.kill('SIGTERM')
  await ended
}

/** A page of its own on `address`, with nothing kept from other pages. */
export async function openPage(browser: Browser, address: string, size = { width: 1280, height: 800 }): Promise<Page> {
  const page = await browser.newPage({ viewport: size, reducedMotion: 'reduce', colorScheme: 'light', locale: 'en-GB', timezoneId: 'UTC' })
  await page.goto(address)
  return page
}

/** Goes to a place within the page, without loading it again. A view that still loads may write its own address over ours at that moment: then again. */
export async function goTo(page: Page, hash: string): Promise<void> {
  const [, view = ''] = hash.split(/[/?]/)
  for (let attempt = 0; attempt < 5; attempt++) {
    await page.goto(new URL(hash, page.url()).href)
    await page.waitForTimeout(150)
    if (new URL(page.url()).hash.split(/[/?]/)[1] === view)
      return
  }
}

function watch(page: Page, problems: string[]): void {
  page.on('pageerror', error => problems.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error')
      problems.push(message.text())
  })
}

interface WorkerFixtures { home: string, address: string, shell: Browser }

export const test = base.extend<{ surface: Surface, workbench: Page, problems: string[] }, WorkerFixtures>({
  surface: ['web', { option: true }],

  home: [async ({}, use) => {
    const home = mkdtempSync(join(tmpdir(), 'mmedit-e2e-'))
    await use(home)
    rmSync(home, { recursive: true, force: true, maxRetries: 5 })
  }, { scope: 'worker' }],

  address: [async ({ home }, use) => {
    const server = await startServer(join(home, 'served'))
    await use(server.url)
    await stopServer(server)
  }, { scope: 'worker' }],

  /** One browser for all specs; every page is a context of its own. */
  shell: [async ({}, use) => {
    const path = process.env['CHROMIUM_PATH']
    const browser = await chromium.launch({
      ...path ? { executablePath: path } : {},
      args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--font-render-hinting=none', '--force-color-profile=srgb'],
    })
    await use(browser)
    await browser.close()
  }, { scope: 'worker' }],

  /** What the page's console complained about; a spec that expects none looks here at its end. */
  problems: async ({}, use) => {
    await use([])
  },

  workbench: async ({ surface, address, home, shell, problems }, use) => {
    if (surface === 'electron') {
      // A study is open in one place at a time: the window has a copy of its own.
      const app = await _electron.launch({ args: [root], env: { ...process.env as Record<string, string>, MMEDIT_HOME: join(home, 'window') } })
      const page = await app.firstWindow()
      watch(page, problems)
      await use(page)
      await app.close()
      return
    }
    const page = await openPage(shell, 'about:blank')
    watch(page, problems)
    await page.goto(address)
    await use(page)
    await page.context().close()
  },
})

export { expect } from '@playwright/test'
