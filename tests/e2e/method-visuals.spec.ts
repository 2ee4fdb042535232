// How the forms of a run and of a training look, and a training; as visuals.spec.ts, on a study of its own.
import type { Page } from '@playwright/test'
import { openForm } from './actions.ts'
import { lookAt } from './looking.ts'
import type { Look } from './looking.ts'
import { useOwnPictures } from './own-workbench.ts'
import { expect, test } from './workbench.ts'

let page: Page
useOwnPictures('seen-methods', (own) => {
  page = own.page
})

const look: Look = async (...what) => lookAt(page, ...what)

test('forms of a run and of a training, and the training', async () => {
  test.setTimeout(300_000)
  const form = await openForm(page)
  await expect(form.getByTestId('method-summary')).toBeVisible()
  await look('new-run')
  await form.getByRole('radio', { name: 'Train an editor' }).click()
  await form.getByTestId('method-select').selectOption('mend')
  await expect(form.getByTestId('training-form')).toBeVisible()
  await look('new-training')
  await form.getByTestId('run-provider').selectOption('cpu')
  await form.getByTestId('run-name').locator('input').fill('A short training')
  await form.getByTestId('run-limit').locator('input').fill('20')
  for (const [label, value] of [['Iterations', '6'], ['Validate every', '2'], ['Validation records', '4']] as const) {
    const field = form.getByTestId('training-form').getByLabel(label, { exact: true })
    await field.fill(value)
    await field.blur()
  }
  await page.getByTestId('start-run').click()
  await expect(page.getByTestId('run-detail').getByRole('heading', { name: 'A short training' })).toBeVisible()
  await expect(page.getByTestId('run-status')).toHaveText('finished', { timeout: 200_000 })
  await expect(page.getByTestId('trained-editor')).toBeVisible()
  await look('training')
})
