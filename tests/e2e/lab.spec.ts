// Lab: one record, its text module, its vision module and both, what changed, and back again.
import { expect, goTo, test } from './workbench.ts'

test('an edit makes the model say the target, and undo takes it back', async ({ workbench, problems }) => {
  await goTo(workbench, '#/lab/e-vqa-eval/00000')
  const edited = workbench.getByTestId('probe-edit-0')
  const target = (await workbench.getByTestId('lab-record').locator('strong').innerText()).trim()
  await workbench.getByTestId('edit-button').click()
  const outcome = workbench.getByTestId('outcome-text')
  await expect(outcome.getByTestId('undo')).toBeEnabled({ timeout: 60_000 })
  await expect(outcome.getByTestId('figure')).toBeVisible()
  await expect(edited.locator('[data-scope=text]')).toContainText(target)
  await expect(edited.getByTestId('token').first()).toBeVisible()
  await expect(outcome.getByTestId('scores').locator('dd').first()).toHaveText('100.0')
  // The edited model answers as edited, the base model as before.
  const asked = workbench.getByTestId('ask-answer').first()
  await workbench.getByTestId('ask-prompt').locator('input').fill((await workbench.getByTestId('lab-record').locator('p').first().innerText()).trim())
  await workbench.getByTestId('ask-who').selectOption({ label: 'Edited: text' })
  await workbench.getByTestId('ask-button').click()
  await expect(asked).toContainText('Edited: text')
  await expect(asked).toContainText(target)
  await outcome.getByTestId('undo').click()
  await expect(outcome.getByTestId('phase')).toContainText('Undone')
  await workbench.getByTestId('ask-button').click()
  await expect(asked).toContainText('Base model')
  await expect(asked).not.toContainText(target)
  expect(problems).toEqual([])
})

test('text, vision and both stand side by side', async ({ workbench }) => {
  await goTo(workbench, '#/lab/e-vqa-eval/00003')
  await workbench.getByTestId('compare-all').click()
  const tops = []
  for (const scope of ['text', 'vision', 'both']) {
    const outcome = workbench.getByTestId(`outcome-${scope}`)
    await expect(outcome.getByTestId('undo')).toBeEnabled({ timeout: 90_000 })
    await expect(workbench.getByTestId('probe-unrelatedText-0').locator(`[data-scope=${scope}]`).getByTestId('verdict')).toBeVisible()
    tops.push((await outcome.boundingBox())?.y)
  }
  expect(new Set(tops).size).toBe(1)
})

test('an edit can be cancelled, and another one started', async ({ workbench }) => {
  await goTo(workbench, '#/lab/e-vqa-eval/00001')
  // A method whose edit takes seconds: fine-tuning may be done before anybody can cancel.
  const method = workbench.getByLabel('Method', { exact: true })
  await method.selectOption({ label: 'Co-edit (ours)' })
  await workbench.getByTestId('edit-button').click()
  await workbench.getByTestId('cancel-edit').click()
  await expect(workbench.getByTestId('outcome-both').getByTestId('phase')).toHaveText('Cancelled')
  await expect(workbench.getByTestId('outcome-both').getByTestId('undo')).toBeDisabled()
  await method.selectOption({ label: 'Fine-tuning' })
  await workbench.getByTestId('lab-scope').getByRole('radio', { name: 'Vision' }).click()
  await workbench.getByTestId('edit-button').click()
  await expect(workbench.getByTestId('outcome-vision').getByTestId('undo')).toBeEnabled({ timeout: 60_000 })
})

test('settings that cannot be are refused in place, changed ones are marked and reset', async ({ workbench }) => {
  await goTo(workbench, '#/lab/e-vqa-eval/00001')
  await workbench.getByTestId('settings-toggle').click()
  const steps = workbench.getByTestId('schema-form').getByLabel('Steps', { exact: true })
  const usual = await steps.inputValue()
  await steps.fill('-3')
  await steps.blur()
  await expect(steps).toHaveValue(usual)
  await expect(workbench.getByTestId('settings-toggle')).not.toContainText('changed')
  await steps.fill('3')
  await steps.blur()
  await expect(workbench.getByTestId('settings-toggle')).toContainText('1 changed')
  await workbench.getByTestId('settings-reset').click()
  await expect(steps).toHaveValue(usual)
})

test('a record that does not exist is a sentence', async ({ workbench }) => {
  await goTo(workbench, '#/lab/e-vqa-eval/99999')
  await expect(workbench.getByTestId('error-note')).toContainText('99999')
})
