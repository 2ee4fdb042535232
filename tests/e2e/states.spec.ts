// How every view looks while it waits and when something is wrong, light and dark, against the pictures in baselines/.
import { readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { runItem, startRun } from './actions.ts'
import { lookAt } from './looking.ts'
import { useOwnPictures } from './own-workbench.ts'
import { expect, goTo, test } from './workbench.ts'
import type { Server } from './workbench.ts'

let server: Server
let page: Page
let study: string
useOwnPictures('states', (own) => {
  page = own.page
  server = own.server
  study = join(own.folder, 'sample-study')
})

/** Folders differ from machine to machine, and with them where a sentence breaks. */
async function namePlacesAlike(): Promise<void> {
  await page.evaluate(`for (const note of document.querySelectorAll('[data-testid=error-note]')) {
    const texts = document.createTreeWalker(note, NodeFilter.SHOW_TEXT)
    while (texts.nextNode())
      texts.currentNode.data = texts.currentNode.data.replace(/'[^']*[\\/][^']*'/g, "'…'")
  }`)
}

test('waiting for the first answer', async ({ shell }) => {
  for (const view of ['datasets', 'lab', 'runs', 'compare', 'audit']) {
    const waiting = await shell.newPage({ viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce', colorScheme: 'light', locale: 'en-GB', timezoneId: 'UTC' })
    // Questions reach the backend, answers do not come back.
    await waiting.routeWebSocket(/./, (socket) => {
      const backend = socket.connectToServer()
      socket.onMessage(message => backend.send(message))
      backend.onMessage(() => undefined)
    })
    const address = new URL(server.url)
    address.hash = `/${view}`
    await waiting.goto(address.href)
    await expect(waiting.getByRole('navigation').first()).toBeVisible()
    await lookAt(waiting, `${view}-loading`, ['light', 'dark'], 0.004)
    await waiting.context().close()
  }
})

test('what cannot be read', async () => {
  await startRun(page, { name: 'Soon unreadable', scope: 'Text', limit: 3 })
  await expect(runItem(page, 'Soon unreadable')).toContainText('finished', { timeout: 90_000 })
  for (const id of readdirSync(join(study, 'runs')))
    writeFileSync(join(study, 'runs', id, 'metrics.json'), '{ "metrics": ')
  rmSync(join(study, 'datasets/e-ic-eval/records.jsonl'))
  for (const [view, address] of [['datasets', '#/datasets/e-ic-eval'], ['lab', '#/lab/e-vqa-eval/99999'], ['compare', '#/compare'], ['audit', '#/audit/e-ic-eval']] as const) {
    await goTo(page, address)
    await page.reload()
    await expect(page.getByTestId('error-note').first()).toBeVisible()
    await namePlacesAlike()
    await lookAt(page, `${view}-error`, ['light', 'dark'], 0.004)
  }
  await goTo(page, '#/runs')
  await page.reload()
  await runItem(page, 'Soon unreadable').click()
  await expect(page.getByTestId('error-note').first()).toBeVisible()
  await namePlacesAlike()
  await lookAt(page, 'runs-error', ['light', 'dark'], 0.004)
})
