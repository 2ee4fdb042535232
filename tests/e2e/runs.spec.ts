// Runs and Compare: start runs, steer them, see what failed, read the table, open a cell's records, export.
import { rmSync } from 'node:fs'
import { copyRecords, importFile, runItem, startRun } from './actions.ts'
import { expect, goTo, test } from './workbench.ts'

test.describe.configure({ mode: 'serial' })

test('runs finish and show metrics with n and intervals', async ({ workbench, problems }) => {
  await startRun(workbench, { name: 'e2e text', scope: 'Text', limit: 5 })
  await startRun(workbench, { name: 'e2e vision', scope: 'Vision', limit: 5 })
  for (const name of ['e2e text', 'e2e vision'])
    await expect(runItem(workbench, name)).toContainText('finished', { timeout: 60_000 })
  await runItem(workbench, 'e2e text').click()
  const reliability = workbench.getByTestId('run-metrics').locator('[data-metric=reliability]')
  await expect(reliability).toContainText('n = 5')
  await expect(reliability).toContainText('–100.0')
  await expect(workbench.getByTestId('result-row')).toHaveCount(5)
  await workbench.getByTestId('result-row').first().click()
  await expect(workbench.getByTestId('result-drawer').getByTestId('result-card')).toBeVisible()
  await workbench.keyboard.press('Escape')
  await expect(workbench.getByTestId('result-drawer')).toBeHidden()
  expect(problems).toEqual([])
})

test('a run is paused, resumed, cancelled and removed', async ({ workbench }) => {
  await startRun(workbench, { name: 'e2e long', scope: 'Text' })
  const status = workbench.getByTestId('run-status')
  const progress = workbench.getByTestId('run-detail').getByRole('progressbar')
  const done = async (): Promise<number> => Number(await progress.getAttribute('aria-valuenow'))
  await expect.poll(done).toBeGreaterThan(0)
  await workbench.getByTestId('run-pause').click()
  await expect(status).toHaveText('paused')
  const kept = await done()
  await workbench.getByTestId('run-resume').click()
  await expect(status).toHaveText('running')
  await expect.poll(done).toBeGreaterThan(kept)
  await workbench.getByTestId('run-cancel').click()
  await expect(status).toHaveText('cancelled')
  await workbench.getByTestId('run-remove').click()
  await workbench.getByRole('button', { name: 'Remove', exact: true }).click()
  await expect(runItem(workbench, 'e2e long')).toHaveCount(0)
})

test('a record that fails is shown with its reason; the others go on', async ({ workbench, surface }) => {
  test.skip(surface === 'electron', 'The same views, already covered over the socket.')
  const { file, firstPicture } = copyRecords(3)
  const { said, id } = await importFile(workbench, file, 'Lost picture')
  expect(said).toContain('3 records, 0 problems')
  rmSync(firstPicture)
  await startRun(workbench, { name: 'e2e lost', scope: 'Text', dataset: id })
  await expect(runItem(workbench, 'e2e lost')).toContainText('finished', { timeout: 60_000 })
  await expect(runItem(workbench, 'e2e lost')).toContainText('1 failed')
  await workbench.getByTestId('result-filter').selectOption('failed')
  await expect(workbench.getByTestId('result-row')).toHaveCount(1)
  await expect(workbench.getByTestId('result-row')).toContainText(firstPicture.split('/').at(-1) ?? firstPicture)
})

test('the table compares them, a cell opens its records', async ({ workbench }) => {
  await goTo(workbench, '#/compare')
  await workbench.getByTestId('tab-figures').click()
  await expect(workbench.getByTestId('figure')).toBeVisible()
  await workbench.getByTestId('tab-table').click()
  await expect(workbench.getByTestId('run-chooser').getByRole('checkbox').first()).toBeVisible()
  await expect(workbench.getByTestId('result-table').locator('tbody tr')).toHaveCount(await workbench.getByTestId('run-chooser').getByRole('checkbox', { checked: true }).count())
  await workbench.getByTestId('cell-reliability').first().click()
  await expect(workbench.getByTestId('cell-drawer').getByTestId('cell-record').first()).toBeVisible()
  await workbench.keyboard.press('Escape')
  await expect(workbench.getByTestId('cell-drawer')).toBeHidden()
  await workbench.getByTestId('run-chooser').getByRole('button', { name: 'None', exact: true }).click()
  await expect(workbench.getByTestId('empty-state')).toContainText('No run is chosen')
  await workbench.getByTestId('run-chooser').getByRole('checkbox', { name: 'e2e vision' }).check()
  await expect(workbench.getByTestId('result-table').locator('tbody tr')).toHaveCount(1)
})

test('tables and figures are exported', async ({ workbench }) => {
  await goTo(workbench, '#/compare')
  const text = workbench.getByTestId('export-result').locator('textarea')
  for (const [format, part] of [['CSV', /reliability/i], ['LaTeX', /\\toprule/], ['Markdown', /\|\s*-+/]] as const) {
    await workbench.getByTestId('export-button').click()
    await workbench.getByText(format).last().click()
    await expect(text).toHaveValue(part)
    await workbench.keyboard.press('Escape')
    await expect(text).toBeHidden()
  }
})
