// Datasets: look around, search, filter, open a record, import a file with problems.
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { copyRecords, importFile } from './actions.ts'
import { expect, test } from './workbench.ts'

async function choose(page: Page, id: string): Promise<void> {
  await page.getByTestId('dataset-select').selectOption(id)
  await expect(page).toHaveURL(new RegExp(`datasets/${id}`))
}

const shown = (page: Page): Promise<number> => page.getByTestId('record-count').innerText().then(text => Number(/[\d,]+/.exec(text)?.[0]?.replaceAll(',', '')))

test('a record shows its picture, its target and every probe', async ({ workbench }) => {
  await choose(workbench, 'e-vqa-eval')
  await workbench.getByTestId('record-card').nth(2).click()
  const detail = workbench.getByTestId('record-detail')
  for (const part of ['edit', 'textRephrase', 'imageRephrase', 'unrelatedText', 'unrelatedImage'])
    await expect(detail.getByTestId(`part-${part}`).first()).toBeAttached()
  const picture = detail.locator('img').first()
  await expect(picture).toBeVisible()
  expect(await picture.evaluate(image => (image as unknown as { naturalWidth: number }).naturalWidth)).toBeGreaterThan(40)
  const url = workbench.url()
  await workbench.reload()
  await expect(workbench).toHaveURL(url)
  await expect(detail.getByTestId('part-edit')).toBeVisible()
})

test('search and facets narrow the records, arrows walk them', async ({ workbench }) => {
  await choose(workbench, 'e-vqa-eval')
  await expect(workbench.getByTestId('record-card').first()).toBeVisible()
  const all = await shown(workbench)
  await workbench.getByTestId('record-search').locator('input').fill('flag')
  await expect.poll(() => shown(workbench)).toBeLessThan(all)
  expect(await shown(workbench)).toBeGreaterThan(0)
  await workbench.getByTestId('record-search').locator('input').fill('no such words anywhere')
  await expect(workbench.getByTestId('empty-state')).toBeVisible()
  await workbench.getByTestId('record-search').locator('input').fill('')
  await expect.poll(() => shown(workbench)).toBe(all)
  await workbench.getByTestId('facets').getByRole('checkbox').first().click()
  await expect.poll(() => shown(workbench)).toBeLessThan(all)

  const chosen = workbench.locator('[role=option][aria-selected=true]')
  await workbench.getByTestId('record-card').first().click()
  const before = await chosen.getAttribute('id')
  await workbench.keyboard.press('ArrowRight')
  await expect.poll(() => chosen.getAttribute('id')).not.toBe(before)
})

test('an import says what it kept and why it dropped the rest', async ({ workbench, surface }) => {
  test.skip(surface === 'electron', 'The same dialog, already covered over the socket.')
  const folder = mkdtempSync(join(tmpdir(), 'mmedit-import-'))
  const record = { src: 'What is this?', pred: 'cat', alt: 'dog', rephrase: 'Which animal is this?', image: 'a.png', image_rephrase: 'b.png', loc: 'nq question: who', loc_ans: 'he', m_loc: 'c.png', m_loc_q: 'What?', m_loc_a: 'that' }
  writeFileSync(join(folder, 'vqa_eval.json'), JSON.stringify([record, { ...record, alt: '' }, { ...record, image: '../../etc/passwd' }]))
  await workbench.getByTestId('import-button').click()
  await workbench.getByTestId('import-form').getByRole('textbox').first().fill(join(folder, 'vqa_eval.json'))
  await workbench.getByRole('button', { name: /^Import/ }).last().click()
  await expect(workbench.getByTestId('import-result')).toContainText('1 record')
  await workbench.keyboard.press('Escape')
  await choose(workbench, 'vqa-eval')
  await workbench.getByTestId('problems-button').click()
  await expect(workbench.getByTestId('problems')).toContainText('alt')
  await expect(workbench.getByTestId('problems')).toContainText('image')
})

test('a file that is as it should be is imported whole, its pictures shown', async ({ workbench, surface }) => {
  test.skip(surface === 'electron', 'The same dialog, already covered over the socket.')
  const { said } = await importFile(workbench, copyRecords(4).file, 'Four good ones')
  expect(said).toContain('4 records, 0 problems')
  await expect(workbench.getByTestId('record-card')).toHaveCount(4)
  await expect(workbench.getByTestId('record-card').locator('img')).toHaveCount(4)
  await expect(workbench.getByTestId('problems-button')).toBeHidden()
})

test('a file that is none is a sentence', async ({ workbench, surface }) => {
  test.skip(surface === 'electron', 'The same dialog, already covered over the socket.')
  await workbench.getByTestId('import-button').click()
  await workbench.getByTestId('import-form').getByLabel('Dataset file').fill('/nowhere/vqa_eval.json')
  await workbench.getByTestId('import-form').getByRole('button', { name: 'Import' }).click()
  await expect(workbench.getByTestId('import-form').getByTestId('error-note')).toContainText('/nowhere/vqa_eval.json')
})
