// Lab: one record, its text module, its vision module and both, what changed, and back again.
import { expect, test } from './workbench.ts'

test('an edit makes the model say the target, and undo takes it back', async ({ workbench, problems }) => {
  await workbench.goto(new URL('#/lab/e-vqa-eval/00000', workbench.url()).href)
  const edited = workbench.getByTestId('probe-edit-0')
  const target = (await workbench.getByTestId('lab-record').locator('b, strong').first().innerText()).trim()
  await workbench.getByTestId('edit-button').click()
  const outcome = workbench.getByTestId('outcome-text')
  await expect(outcome.getByTestId('undo')).toBeEnabled({ timeout: 60_000 })
  await expect(outcome.getByTestId('figure')).toBeVisible()
  await expect(edited).toContainText(target)
  await expect(edited.getByTestId('token').first()).toBeVisible()
  await expect(outcome.getByTestId('scores')).toContainText('100')
  await outcome.getByTestId('undo').click()
  await expect(outcome.getByTestId('phase')).toContainText('Undone')
  expect(problems).toEqual([])
})

test('text, vision and both stand side by side', async ({ workbench }) => {
  await workbench.goto(new URL('#/lab/e-vqa-eval/00003', workbench.url()).href)
  await workbench.getByTestId('compare-all').click()
  for (const scope of ['text', 'vision', 'both'])
    await expect(workbench.getByTestId(`outcome-${scope}`).getByTestId('undo')).toBeEnabled({ timeout: 90_000 })
  await workbench.getByTestId('ask-prompt').locator('input').fill('What colour is the background?')
  await workbench.getByTestId('ask-button').click()
  await expect(workbench.getByTestId('ask-answer').first()).not.toBeEmpty()
})

test('settings that cannot be are refused in place', async ({ workbench }) => {
  await workbench.goto(new URL('#/lab/e-vqa-eval/00001', workbench.url()).href)
  await workbench.getByTestId('settings-toggle').click()
  await expect(workbench.getByTestId('schema-form')).toBeVisible()
  await expect(workbench.getByTestId('schema-form')).toContainText('Size of a step')
})
