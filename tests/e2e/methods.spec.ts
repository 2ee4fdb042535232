// Protocols, trainings and trained editors: a stream of edits and what it keeps, an editor trained, listed, used and removed.
import { expect, goTo, test } from './workbench.ts'
import { openForm, startRun } from './actions.ts'

test.describe.configure({ mode: 'serial' })
test.skip(({ surface }) => surface === 'electron', 'The same dialogs, already covered over the socket.')

test('a sequential run shows what each edit keeps, and a cell opens its record', async ({ workbench, problems }) => {
  await startRun(workbench, { name: 'e2e stream', scope: 'Text', limit: 3, protocol: 'Sequential' })
  const detail = workbench.getByTestId('run-detail')
  await expect(detail.getByTestId('run-status')).toHaveText('finished', { timeout: 90_000 })
  await expect(detail.getByTestId('verdicts')).toContainText('3 edits')
  await detail.getByTestId('verdict-definitions').click()
  await expect(detail.getByTestId('verdicts')).toContainText('best token at every position')
  await expect(detail.getByTestId('cost').locator('[data-cost=per-edit]')).toContainText('95 % interval')
  const matrix = detail.getByTestId('retention-matrix').getByTestId('figure')
  await expect(matrix).toHaveAttribute('aria-label', /3 edits at 3 times/)
  await expect(detail.getByTestId('forgetting')).toBeVisible()
  // The first edit at the last time: the upper right of the map, left of the colour scale; again until it is drawn and hit.
  await expect(async () => {
    await matrix.scrollIntoViewIfNeeded()
    const box = await matrix.boundingBox() ?? { x: 0, y: 0, width: 0, height: 0 }
    await workbench.mouse.click(box.x + 64 + (box.width - 148) * 5 / 6, box.y + 12 + (box.height - 56) / 6)
    await expect(workbench.getByTestId('result-drawer')).toContainText('Record 00000', { timeout: 5_000 })
  }).toPass()
  await expect(workbench.getByTestId('result-drawer').getByTestId('drawer-verdict')).toBeVisible()
  await workbench.keyboard.press('Escape')
  await expect(workbench.getByTestId('result-drawer')).toBeHidden()
  expect(problems).toEqual([])
})

test('what the backend refuses is a sentence at the form, and nothing that was chosen is lost', async ({ workbench }) => {
  const form = await openForm(workbench)
  await form.getByTestId('run-name').locator('input').fill('e2e refused')
  await expect(form.getByTestId('method-summary')).toContainText('Paper')
  await form.getByTestId('run-provider').selectOption('cpu')
  await form.getByTestId('run-limit').locator('input').fill('1')
  // Records cannot be looked up while they are edited: only the backend knows.
  await form.getByTestId('run-memory').selectOption('e-vqa-eval')
  await workbench.getByTestId('start-run').click()
  await expect(workbench.getByTestId('run-refused')).toContainText('cannot be the memory of its own edits')
  await expect(form.getByTestId('run-name').locator('input')).toHaveValue('e2e refused')
  await form.getByTestId('run-memory').selectOption('e-vqa-train')
  await expect(workbench.getByTestId('run-refused')).toBeHidden()
  await workbench.getByTestId('start-run').click()
  await expect(workbench.getByTestId('run-detail').getByRole('heading', { name: 'e2e refused' })).toBeVisible()
})

test('a training draws its losses, leaves an editor behind, and the editor is used and removed', async ({ workbench }) => {
  test.setTimeout(300_000)
  const form = await openForm(workbench)
  await form.getByRole('radio', { name: 'Train an editor' }).click()
  await form.getByTestId('method-select').selectOption('mend')
  await form.getByTestId('run-provider').selectOption('cpu')
  await form.getByTestId('run-name').locator('input').fill('e2e training')
  await form.getByTestId('run-limit').locator('input').fill('20')
  for (const [label, value] of [['Iterations', '6'], ['Validate every', '3'], ['Validation records', '4'], ['Checkpoint every', '3']] as const) {
    const field = form.getByTestId('training-form').getByLabel(label, { exact: true })
    await field.fill(value)
    await field.blur()
  }
  await workbench.getByTestId('start-run').click()
  const detail = workbench.getByTestId('run-detail')
  await expect(detail.getByRole('heading', { name: 'e2e training' })).toBeVisible()
  await expect(detail.getByTestId('run-status')).toHaveText('finished', { timeout: 200_000 })
  await expect(detail.getByTestId('loss-curve')).toBeVisible()
  await expect(detail.getByTestId('validations').locator('tbody tr')).toHaveCount(2)
  await expect(detail.getByTestId('validations')).toContainText('best, kept')
  await expect(detail.getByTestId('command')).toContainText('runs start --kind train --method mend')
  const id = await detail.getByTestId('trained-editor').locator('strong').innerText()

  await detail.getByTestId('use-editor').click()
  await expect(form.getByTestId('run-editor')).toHaveValue(id)
  await form.getByTestId('run-name').locator('input').fill('e2e with the editor')
  await form.getByTestId('run-limit').locator('input').fill('2')
  await workbench.getByTestId('start-run').click()
  await expect(detail.getByRole('heading', { name: 'e2e with the editor' })).toBeVisible()
  await expect(detail.getByTestId('run-status')).toHaveText('finished', { timeout: 90_000 })

  await workbench.getByTestId('editors-button').click()
  const item = workbench.locator(`[data-editor='${id}']`)
  await expect(item).toContainText('6 steps')
  await item.getByTestId('editor-remove').click()
  await workbench.getByRole('button', { name: 'Remove', exact: true }).click()
  await expect(item).toBeHidden()
})

test('Compare offers every table', async ({ workbench }) => {
  await goTo(workbench, '#/compare')
  const choice = workbench.getByTestId('table-select')
  for (const [id, heading] of [['paper', 'Methods × modules'], ['modules', 'Vision against text']] as const) {
    await choice.selectOption(id)
    await expect(workbench.getByRole('heading', { name: heading })).toBeVisible()
  }
  await choice.selectOption('paper')
  await workbench.getByTestId('export-button').click()
  await workbench.getByText('Table as Markdown').click()
  await expect(workbench.getByTestId('export-result').locator('textarea')).toHaveValue(/\|\s*-+/)
})

test('MEND edits in the Lab with the editor that the study ships', async ({ workbench }) => {
  await goTo(workbench, '#/lab/e-vqa-eval/00000')
  await workbench.getByTestId('method-select').selectOption('mend')
  await expect(workbench.getByTestId('lab-editor')).toBeVisible()
  const target = (await workbench.getByTestId('lab-record').locator('strong').innerText()).trim()
  await workbench.getByTestId('edit-button').click()
  const outcome = workbench.getByTestId('outcome-text')
  await expect(outcome.getByTestId('undo')).toBeEnabled({ timeout: 60_000 })
  await expect(workbench.getByTestId('probe-edit-0').locator('[data-scope=text]')).toContainText(target)
  await expect(outcome.getByTestId('lab-verdict')).toBeVisible()
})
