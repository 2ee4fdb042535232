// The frame around the views: it opens on the sample study, keeps its theme, can be used from the keyboard, and lets nobody else in.
import { expect, test } from './workbench.ts'

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
  await workbench.reload()
  await expect.poll(background).toBe(dark)
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
