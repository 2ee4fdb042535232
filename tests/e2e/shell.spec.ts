// The frame around the views: it opens on the sample study, keeps its theme, can be used from the keyboard, and lets nobody else in.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { expect, openPage, startServer, stopServer, test } from './workbench.ts'

test('opens on the sample study with its four datasets and nothing to complain about', async ({ workbench, problems }) => {
  await expect(workbench.getByTestId('record-card').first()).toBeVisible()
  await expect(workbench.getByText('Sample study').first()).toBeVisible()
  const ids = await workbench.getByTestId('dataset-select').locator('option').evaluateAll(options => options.map(option => option.getAttribute('value')))
  expect(ids).toEqual(expect.arrayContaining(['e-vqa-train', 'e-vqa-eval', 'e-ic-train', 'e-ic-eval']))
  expect(problems).toEqual([])
})

test('every view is one key press or click away and has one heading', async ({ workbench }) => {
  for (const name of ['Lab', 'Runs', 'Compare', 'Datasets']) {
    await workbench.getByRole('link', { name, exact: true }).focus()
    await workbench.keyboard.press('Enter')
    await expect(workbench).toHaveURL(new RegExp(`#/${name.toLowerCase()}`))
    await expect(workbench.getByRole('heading', { level: 1, name })).toBeVisible()
  }
})

test('the theme follows the system, is switched in the rail and survives a reload', async ({ workbench }) => {
  const background = async (): Promise<string> => workbench.evaluate<string>('getComputedStyle(document.body).backgroundColor')
  const light = await background()
  await workbench.emulateMedia({ colorScheme: 'dark' })
  await expect.poll(background).not.toBe(light)
  const dark = await background()
  await workbench.emulateMedia({ colorScheme: 'light' })
  await expect.poll(background).toBe(light)
  const toggle = workbench.getByTestId('theme-toggle')
  for (const mode of ['light', 'dark']) {
    await toggle.click()
    await expect(toggle).toContainText(mode, { ignoreCase: true })
  }
  await workbench.reload()
  await expect.poll(background).toBe(dark)
})

test('the keys on the card do what it says', async ({ workbench }) => {
  const { keyboard } = workbench
  await expect(workbench.getByTestId('record-card').first()).toBeVisible()
  await keyboard.press('?')
  await expect(workbench.getByText('Keyboard shortcuts')).toBeVisible()
  await keyboard.press('Escape')
  await expect(workbench.getByText('Keyboard shortcuts')).toBeHidden()
  for (const [key, name] of [['Alt+3', 'Runs'], ['Alt+4', 'Compare'], ['Alt+2', 'Lab'], ['Alt+1', 'Datasets']] as const) {
    await keyboard.press(key)
    await expect(workbench.getByRole('heading', { level: 1, name })).toBeVisible()
  }
  await keyboard.press('/')
  await expect(workbench.getByLabel('Search records')).toBeFocused()
  await workbench.getByTestId('record-card').first().click()
  await keyboard.press('End')
  await expect(workbench.locator('[role=option][aria-selected=true]')).not.toHaveAttribute('id', 'record-0')
  await keyboard.press('Home')
  await expect(workbench.locator('#record-0')).toHaveAttribute('aria-selected', 'true')
  await keyboard.press('Enter')
  await expect(workbench).toHaveURL(/lab\/e-vqa-eval\/00000/)
  await keyboard.press(']')
  await expect(workbench).toHaveURL(/00001/)
  await keyboard.press('[')
  await expect(workbench).toHaveURL(/00000/)
  await expect(workbench.getByTestId('lab-record')).toContainText('00000')
  await keyboard.press('Control+Enter')
  await expect(workbench.getByTestId('outcome-text').getByTestId('undo')).toBeEnabled({ timeout: 60_000 })
})

test('the models dialog checks the sample model and refuses a folder that is no checkpoint', async ({ workbench }) => {
  await workbench.getByTestId('models-button').click()
  const models = workbench.getByTestId('models')
  await models.locator('[data-model=sample]').getByRole('button', { name: 'Check' }).click()
  const report = models.getByTestId('model-check')
  await expect(report).toContainText('runs', { timeout: 60_000 })
  await expect(report.getByTestId('provider-report').locator('tbody tr').filter({ hasText: 'cpu' })).toContainText('correct')
  const folder = mkdtempSync(join(tmpdir(), 'mmedit-no-model-'))
  await models.getByLabel('Open a checkpoint folder').fill(folder)
  await models.getByTestId('open-model').click()
  await expect(models.getByTestId('error-note')).toContainText(basename(folder))
  await expect(models.getByTestId('error-note')).toContainText('config.json')
  rmSync(folder, { recursive: true })
})

test('when the server is gone the page says so and keeps what it shows', async ({ shell, surface, home }) => {
  test.skip(surface === 'electron', 'A window has no server that could go.')
  const server = await startServer(join(home, 'short-lived'))
  const page = await openPage(shell, server.url)
  await expect(page.getByTestId('record-card').locator('img').first()).toBeVisible()
  await expect(page.getByTestId('connection-banner')).toBeHidden()
  await stopServer(server)
  await expect(page.getByTestId('connection-banner')).toContainText('connection to the workbench is lost')
  await expect(page.getByTestId('engine-status')).toContainText('Disconnected')
  await expect(page.getByTestId('record-card').first()).toBeVisible()
  await page.context().close()
})

test('the page may not run foreign scripts, and a stranger without the token gets nothing', async ({ workbench, surface, address }) => {
  test.skip(surface === 'electron', 'The window has no address a stranger could ask (its policy is a unit test).')
  const origin = new URL(address).origin
  const response = await workbench.request.get(`${origin}/`)
  expect(response.headers()['content-security-policy']).toContain('script-src \'self\'')
  const stranger = await fetch(`${origin}/`, { redirect: 'manual' })
  expect(stranger.status).toBe(401)
  const picture = await fetch(`${origin}/images/${'0'.repeat(64)}`)
  expect(picture.status).toBe(401)
  const foreign = await workbench.request.get(`${origin}/`, { headers: { Host: 'evil.example' } })
  expect(foreign.status()).toBe(421)
  expect(new URL(workbench.url()).search).toBe('')
})
