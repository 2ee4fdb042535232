// Runs and Compare: start two runs, watch them finish, read the table, open a cell's records, export.
import type { Page } from '@playwright/test'
import { expect, test } from './workbench.ts'

async function startRun(page: Page, scope: string): Promise<void> {
  await page.goto(new URL('#/runs', page.url()).href)
  await page.getByTestId('new-run').first().click()
  const form = page.getByTestId('new-run-form')
  await form.getByTestId('run-name').locator('input').fill(`e2e ${scope}`)
  await form.getByRole('radio', { name: new RegExp(scope, 'i') }).click()
  await form.getByTestId('run-limit').locator('input').fill('6')
  await page.getByTestId('start-run').click()
  await expect(page.getByTestId('run-item').filter({ hasText: `e2e ${scope}` })).toContainText(/finished/i, { timeout: 110_000 })
}

test.describe.configure({ mode: 'serial' })

test('runs finish and show metrics with n and intervals', async ({ workbench }) => {
  await startRun(workbench, 'text')
  await startRun(workbench, 'vision')
  await workbench.getByTestId('run-item').filter({ hasText: 'e2e text' }).click()
  await expect(workbench.getByTestId('run-metrics')).toContainText('Reliability')
  await expect(workbench.getByTestId('run-metrics')).toContainText('6')
})

test('the table compares them, a cell opens its records, exports are written', async ({ workbench }) => {
  await workbench.goto(new URL('#/compare', workbench.url()).href)
  await expect(workbench.getByTestId('result-table')).toBeVisible()
  await expect(workbench.getByTestId('figure').first()).toBeVisible()
  await workbench.getByTestId('cell-reliability').first().click()
  await expect(workbench.getByTestId('cell-drawer')).toBeVisible()
  await expect(workbench.getByTestId('cell-record').first()).toBeVisible()
  await workbench.keyboard.press('Escape')
  await workbench.getByTestId('export-button').click()
  await workbench.getByText('LaTeX').last().click()
  await expect(workbench.getByTestId('export-result')).toContainText('toprule')
})
