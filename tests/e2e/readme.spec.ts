// Draws the README's pictures into resources/screenshots; runs only where README_PICTURES=1 asks for it.
import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import sharp from 'sharp'
import { runItem, startRun } from './actions.ts'
import { expect, goTo, openPage, startServer, stopServer, test } from './workbench.ts'

const folder = resolve(import.meta.dirname, '../../resources/screenshots')

test('pictures for the README', async ({ shell, home }) => {
  test.setTimeout(900_000)
  mkdirSync(folder, { recursive: true })
  const server = await startServer(join(home, 'readme'))
  const page = await openPage(shell, server.url, { width: 1440, height: 900 })
  // The path of this machine's temporary folder says nothing to a reader.
  await page.addStyleTag({ content: 'header.header .path { visibility: hidden }' })

  async function draw(name: string): Promise<void> {
    await page.mouse.move(0, 0)
    await expect.poll(async () => page.evaluate<boolean>('[...document.images].every(image => image.complete || image.getBoundingClientRect().top > 900)')).toBe(true)
    await sharp(await page.screenshot({ animations: 'disabled' })).png({ palette: true, quality: 95, effort: 10 }).toFile(join(folder, `${name}.png`))
  }

  await page.getByTestId('record-card').nth(10).click()
  await expect(page.getByTestId('record-detail')).toContainText('00010')
  await draw('datasets')

  await goTo(page, '#/lab/e-vqa-eval/00010')
  await expect(page.getByTestId('lab-record')).toContainText('00010')
  await page.getByTestId('compare-all').click()
  for (const scope of ['text', 'vision', 'both'])
    await expect(page.getByTestId(`outcome-${scope}`).getByTestId('undo')).toBeEnabled({ timeout: 90_000 })
  await draw('lab')

  for (const scope of ['Text', 'Vision', 'Both'] as const)
    await startRun(page, { name: `Fine-tuning, ${scope.toLowerCase()}`, scope, limit: 60 })
  for (const scope of ['text', 'vision', 'both'])
    await expect(runItem(page, `Fine-tuning, ${scope}`)).toContainText('finished', { timeout: 300_000 })
  await goTo(page, '#/compare')
  await expect(page.getByTestId('result-table').locator('tbody tr')).toHaveCount(3)
  await draw('compare')

  await goTo(page, '#/audit/e-vqa-eval?record=00340&kind=imageRephrase')
  await expect(page.getByTestId('probe-view')).toHaveAttribute('data-record', '00340')
  await page.keyboard.press('r')
  await expect(page.getByTestId('reasons')).toBeVisible()
  await draw('audit')
  await page.context().close()
  await stopServer(server)
})
