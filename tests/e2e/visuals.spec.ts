// How every view looks, light and dark, against the pictures in baselines/ (UPDATE_BASELINES=1 draws them anew).
// Paths, dates, durations, memory and device names differ from machine to machine: changing.css hides them.
import type { Page } from '@playwright/test'
import { runItem, startRun } from './actions.ts'
import { lookAt } from './looking.ts'
import type { Look } from './looking.ts'
import { useOwnPictures } from './own-workbench.ts'
import { expect, goTo, stopServer, test } from './workbench.ts'
import type { Server } from './workbench.ts'

let server: Server
let page: Page
useOwnPictures('seen', (own) => {
  page = own.page
  server = own.server
})

const look: Look = async (...what) => lookAt(page, ...what)

test('runs and compare before any run', async () => {
  await goTo(page, '#/runs')
  await expect(page.getByTestId('empty-state')).toBeVisible()
  await look('runs-empty', ['light', 'dark'], 0.004)
  await goTo(page, '#/compare')
  await expect(page.getByTestId('empty-state')).toBeVisible()
  await look('compare-empty', ['light', 'dark'], 0.004)
})

test('datasets as grid and table', async () => {
  await goTo(page, '#/datasets/e-vqa-eval')
  await page.getByTestId('record-card').first().click()
  await expect(page.getByTestId('record-detail').getByTestId('part-edit')).toBeVisible()
  await look('datasets-grid')
  await page.getByRole('radio', { name: 'Table' }).click()
  await expect(page.getByTestId('record-row').first()).toBeVisible()
  await look('datasets-table')
  await page.getByRole('radio', { name: 'Grid' }).click()
})

test('lab before and after', async () => {
  await goTo(page, '#/lab/e-vqa-eval/00003')
  await expect(page.getByTestId('lab-record')).toContainText('00003')
  await look('lab-before')
  await page.getByTestId('compare-all').click()
  for (const scope of ['text', 'vision', 'both'])
    await expect(page.getByTestId(`outcome-${scope}`).getByTestId('undo')).toBeEnabled({ timeout: 90_000 })
  await look('lab-after')
})

test('wide screens', async () => {
  await page.setViewportSize({ width: 2560, height: 1440 })
  await look('lab-wide', ['light'])
  await goTo(page, '#/datasets/e-vqa-eval?record=00000')
  await expect(page.getByTestId('record-detail').getByTestId('part-edit')).toBeVisible()
  await look('datasets-wide', ['light'])
  await page.setViewportSize({ width: 1280, height: 800 })
})

test('runs and compare with three runs', async () => {
  for (const scope of ['Text', 'Vision', 'Both'] as const)
    await startRun(page, { name: `Fine-tuning, ${scope.toLowerCase()}`, scope, limit: 8 })
  for (const scope of ['text', 'vision', 'both'])
    await expect(runItem(page, `Fine-tuning, ${scope}`)).toContainText('finished', { timeout: 90_000 })
  await runItem(page, 'Fine-tuning, vision').click()
  await expect(page.getByTestId('result-row')).toHaveCount(8)
  await look('runs')
  await goTo(page, '#/compare')
  await expect(page.getByTestId('result-table').locator('tbody tr')).toHaveCount(3)
  await page.getByTestId('baseline').selectOption({ label: 'Fine-tuning, text' })
  await expect(page.getByTestId('result-table').locator('.delta').first()).toBeVisible()
  await look('compare')
  await page.getByTestId('tab-figures').click()
  await expect(page.getByTestId('figure').locator('svg')).toBeVisible()
  await look('compare-figures')
  await page.getByTestId('tab-records').click()
  await expect(page.getByTestId('aligned-row').first()).toBeVisible()
  await look('compare-records')
  await page.getByTestId('tab-sql').click()
  await page.getByTestId('sql').fill('select scope, count(*) as n from runs group by scope order by scope')
  await page.getByTestId('run-query').click()
  await expect(page.getByTestId('query-row')).toHaveCount(3)
  await look('compare-sql')
})

test('what went wrong', async () => {
  await page.getByTestId('models-button').click()
  await page.getByTestId('models').getByLabel('Open a checkpoint folder').fill('/nowhere/blip2-opt-2.7b')
  await page.getByTestId('open-model').click()
  await expect(page.getByTestId('models').getByTestId('error-note')).toBeVisible()
  await look('models-error')
  await page.keyboard.press('Escape')
  await expect(page.getByTestId('models')).toBeHidden()
  await goTo(page, '#/lab/e-vqa-eval/99999')
  await expect(page.getByTestId('error-note')).toBeVisible()
  await stopServer(server)
  await expect(page.getByTestId('connection-banner')).toBeVisible()
  await look('disconnected')
})
