// For spec files whose tests build on each other: one served study and one page for all of them.
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { shrinkBaselines } from './looking.ts'
import { openPage, startServer, stopServer, test } from './workbench.ts'
import type { Server } from './workbench.ts'

export interface OwnWorkbench { readonly server: Server, readonly page: Page, readonly folder: string }

/** Starts and ends it around the tests of the calling file; `opened` hears of it before the first. */
export function useOwnWorkbench(name: string, opened: (own: OwnWorkbench) => void): void {
  test.describe.configure({ mode: 'serial' })
  let own: OwnWorkbench
  test.beforeAll(async ({ shell, home }) => {
    const folder = join(home, name)
    const server = await startServer(folder)
    own = { server, folder, page: await openPage(shell, server.url) }
    opened(own)
  })
  test.afterAll(async () => {
    await own.page.context().close()
    await stopServer(own.server)
  })
}

/** The same for tests that compare pictures with baselines/. */
export function useOwnPictures(name: string, opened: (own: OwnWorkbench) => void): void {
  test.skip(({ surface }) => surface === 'electron' || process.platform !== 'linux', 'The baselines were drawn by Chromium on Linux; other platforms draw letters differently.')
  useOwnWorkbench(name, opened)
  test.afterAll(async () => {
    if (test.info().config.updateSnapshots === 'all')
      await shrinkBaselines()
  })
}
