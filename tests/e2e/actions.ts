// What several specs do by hand: start a run, import a file.
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import type { Locator, Page } from '@playwright/test'
import { expect, goTo } from './workbench.ts'

const study = resolve(import.meta.dirname, '../../resources/sample-study')

export interface RunOptions {
  readonly name: string
  readonly scope: 'Text' | 'Vision' | 'Both'
  readonly limit?: number
  readonly dataset?: string
  readonly seed?: number
  readonly protocol?: 'Batch' | 'Sequential'
}

export const runItem = (page: Page, name: string): Locator => page.getByTestId('run-item').filter({ hasText: name })

/** Opens the form of a new run with everything to choose from in it. */
export async function openForm(page: Page): Promise<Locator> {
  await goTo(page, '#/runs')
  await page.getByTestId('new-run').first().click()
  const form = page.getByTestId('new-run-form')
  await expect(form.getByTestId('method-select')).toBeVisible()
  return form
}

/** Fills the form and starts; comes back once the run is the one that is open. */
export async function startRun(page: Page, { name, scope, limit, dataset, seed = 0, protocol }: RunOptions): Promise<void> {
  const form = await openForm(page)
  // The form keeps what was chosen last.
  await form.getByRole('radio', { name: 'Score edits' }).click()
  await form.getByTestId('method-select').selectOption('fine-tune')
  await form.getByTestId('run-name').locator('input').fill(name)
  await form.getByRole('radio', { name: scope }).click()
  await form.getByTestId('run-provider').selectOption('cpu')
  if (protocol !== undefined)
    await form.getByRole('radio', { name: protocol }).click()
  if (dataset !== undefined)
    await form.getByTestId('run-dataset').selectOption(dataset)
  if (limit !== undefined)
    await form.getByTestId('run-limit').locator('input').fill(String(limit))
  await form.getByLabel('Seed', { exact: true }).fill(String(seed))
  await page.getByTestId('start-run').click()
  await expect(page.getByTestId('run-detail').getByRole('heading', { name })).toBeVisible()
}

/** Copies the first `count` E-VQA evaluation records with their pictures; returns the file and the first record's own picture. */
export function copyRecords(count: number): { file: string, firstPicture: string } {
  const folder = mkdtempSync(join(tmpdir(), 'mmedit-import-'))
  const records = (JSON.parse(readFileSync(join(study, 'data/vqa_eval.json'), 'utf8')) as { image: string, image_rephrase: string, m_loc: string }[]).slice(0, count)
  for (const path of records.flatMap(record => [record.image, record.image_rephrase, record.m_loc])) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    copyFileSync(join(study, 'images', path), join(folder, path))
  }
  writeFileSync(join(folder, 'vqa_eval.json'), JSON.stringify(records))
  return { file: join(folder, 'vqa_eval.json'), firstPicture: join(folder, records[0]?.image ?? '') }
}

/** Imports through the dialog; returns what the dialog says and the new dataset's id. */
export async function importFile(page: Page, file: string, name: string): Promise<{ said: string, id: string }> {
  await goTo(page, '#/datasets')
  await page.getByTestId('import-button').click()
  const form = page.getByTestId('import-form')
  await form.getByLabel('Dataset file').fill(file)
  await form.getByLabel('Name', { exact: true }).fill(name)
  await form.getByRole('button', { name: 'Import' }).click()
  const said = await page.getByTestId('import-result').locator('p').first().innerText()
  await page.getByRole('button', { name: 'Show the records' }).click()
  await expect(page.getByTestId('dataset-select').locator('option:checked')).toContainText(name)
  return { said, id: await page.getByTestId('dataset-select').inputValue() }
}
