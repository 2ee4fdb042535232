// What leaves an audit: the cleaned dataset from the dialog and back into the study, the decisions, and what records show of it meanwhile.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import type { DecisionDraft } from '../../src/preload/contract/decisions.ts'
import type { DatasetId } from '../../src/preload/contract/identifiers.ts'
import { openApi } from './api.ts'
import type { Api } from './api.ts'
import { useOwnWorkbench } from './own-workbench.ts'
import { expect, goTo, test } from './workbench.ts'

const dataset = 'e-vqa-eval' as DatasetId
const resources = join(import.meta.dirname, '../../resources/sample-study')

test.skip(({ surface }) => surface === 'electron', 'What is prepared here goes through the served API.')

let page: Page
let folder: string
let address: string
let api: Api
useOwnWorkbench('audit-clean', (own) => {
  page = own.page
  address = own.server.url
  folder = join(own.folder, 'sample-study')
})

test.beforeAll(async () => {
  api = await openApi(address)
})
test.afterAll(() => api.close())

let sent = 0
const decide = (annotator: string, ...decisions: readonly Omit<DecisionDraft, 'id' | 'index'>[]) =>
  api.client.audits.decide({ dataset, annotator, decisions: decisions.map(one => ({ ...one, id: `clean-${String(++sent).padStart(6, '0')}`, index: 0 })) })

const facet = (value: string) => page.getByTestId('facet-audit').locator('label').filter({ hasText: value })

test('records show what the audit holds, and are found by it', async () => {
  await goTo(page, '#/datasets/e-vqa-eval?record=00002')
  await expect(page.getByTestId('record-detail')).toContainText('00002')
  await expect(page.getByTestId('facet-probes')).toBeVisible()
  await expect(page.getByTestId('facet-audit')).toHaveCount(0)
  const picture = readFileSync(join(resources, 'images/eval/00002.png')).toString('base64')
  const { hash } = await api.client.lab.addPicture({ name: 'other.png', data: picture })
  await decide('ann',
    { record: '00002', kind: 'textRephrase', decision: 'reject', reason: 'meaning-changed', note: 'asks for something else' },
    { record: '00003', kind: 'textRephrase', decision: 'fix', fix: { prompt: 'Which thing stands on the right?' } },
    { record: '00004', kind: 'imageRephrase', decision: 'fix', fix: { image: hash } },
    { record: '00005', kind: 'textRephrase', decision: 'keep' })
  await decide('bob', { record: '00005', kind: 'textRephrase', decision: 'unsure' })

  // Nobody reloads the page.
  await expect(page.getByTestId('state-textRephrase')).toContainText('Rejected')
  await expect(page.getByTestId('state-textRephrase')).toContainText('Meaning changed, by one annotator')
  await expect(facet('fixed')).toContainText('2')
  await expect(facet('disputed')).toContainText('1')
  await facet('fixed').locator('input').check()
  await expect(page.getByTestId('record-card')).toHaveCount(2)
  await page.getByTestId('record-card').first().click()
  await expect(page.getByTestId('state-textRephrase')).toContainText('Which thing')
  await expect(page.getByTestId('state-textRephrase').locator('ins')).toContainText('stands')
  await page.getByTestId('record-card').nth(1).click()
  await expect(page.getByTestId('state-imageRephrase').locator('img')).toBeVisible()

  // A decision that is taken back leaves the list by itself.
  await api.client.audits.undo({ dataset, annotator: 'bob' })
  await expect(facet('kept')).toContainText('1')
  await page.getByTestId('state-imageRephrase').getByRole('link').click()
  await expect(page).toHaveURL(/#\/audit\/e-vqa-eval\?.*record=00004/)
})

test('the dialog tells what leaves, writes it, and takes it in again', async () => {
  await goTo(page, '#/audit/e-vqa-eval')
  await page.getByTestId('audit-export').click()
  const form = page.getByTestId('clean-form')
  const told = async (): Promise<string[]> => Promise.all(['removed', 'fixed', 'gone', 'records'].map(async name => (await form.getByTestId(`clean-${name}`).locator('strong').innerText())))
  await expect.poll(told).toEqual(['1', '2', '0', '360'])
  await form.getByTestId('clean-without-rejected').check()
  await expect.poll(told).toEqual(['3', '0', '0', '360'])
  await form.getByTestId('clean-double-kept').check()
  await expect.poll(told).toEqual(['720', '0', '0', '360'])
  await expect(form).toContainText('under this policy they leave')
  await form.getByTestId('clean-with-fixes').check()
  await form.getByTestId('clean-whole').check()
  await expect.poll(told).toEqual(['5', '2', '1', '359'])
  await form.getByLabel('Folder').fill('For the Paper')
  await expect(form.getByTestId('command')).toContainText('npx mmedit audits export --dataset e-vqa-eval --counts with-fixes --whole --name \'For the Paper\'')
  expect(existsSync(join(folder, 'exports/for-the-paper'))).toBe(false)
  await form.getByTestId('clean-write').click()
  await expect(page.getByTestId('clean-folder')).toHaveText(join(folder, 'exports/for-the-paper'))
  const source = JSON.parse(readFileSync(join(resources, 'data/vqa_eval.json'), 'utf8')) as Record<string, unknown>[]
  const cleaned = JSON.parse(readFileSync(join(folder, 'exports/for-the-paper/e-vqa-eval.json'), 'utf8')) as Record<string, unknown>[]
  const { hash } = await api.client.lab.addPicture({ name: 'again.png', data: readFileSync(join(resources, 'images/eval/00002.png')).toString('base64') })
  expect(cleaned).toEqual(source.flatMap((record, i) => i === 2 ? [] : [i === 3 ? { ...record, rephrase: 'Which thing stands on the right?' } : i === 4 ? { ...record, image_rephrase: `fixed/${hash}.png` } : record]))
  expect(readFileSync(join(folder, 'exports/for-the-paper/diff.md'), 'utf8')).toContain('“asks for something else”')

  await page.getByTestId('clean-import').click()
  await expect(page.getByTestId('clean-imported')).toHaveText('Imported as e-vqa-eval with fixes, whole records: 359 records, 0 problems.')
  await page.getByTestId('clean-show').click()
  await expect(page.getByTestId('dataset-select').locator('option:checked')).toContainText('with fixes, whole records')
  await expect(page.getByTestId('record-card').nth(2)).toBeVisible()
  // Record 2 left; the third one keeps its id and its pictures.
  await goTo(page, '#/datasets/e-vqa-eval-with-fixes-whole-records?record=00004')
  await expect(page.getByTestId('record-detail')).toContainText('00004')
  await expect(page.getByTestId('record-detail').getByRole('img', { name: /Rephrased picture of record 00004/ })).toBeVisible()
})

test('decisions of a blind audit are written, and shown to an adjudicator alone', async () => {
  await goTo(page, '#/audit/e-vqa-eval')
  await page.getByTestId('audit-export').click()
  const dialog = page.getByTestId('clean-dialog')
  await dialog.getByRole('tab', { name: 'Decisions' }).click()
  await expect(dialog.getByTestId('decisions-count')).toHaveText('4 decisions.')
  await expect(dialog.getByTestId('decisions-blind')).toBeVisible()
  await expect(dialog.getByTestId('decisions-text')).toHaveCount(0)
  await dialog.getByTestId('decisions-write').click()
  await expect(dialog.getByTestId('decisions-written')).toContainText('e-vqa-eval-decisions.csv')
  const lines = readFileSync(join(folder, 'exports/e-vqa-eval-decisions.csv'), 'utf8').split('\r\n')
  expect(lines).toHaveLength(6)
  expect(lines[1]).toMatch(/^e-vqa-eval,00002,textRephrase,0,ann,annotator,reject,meaning-changed,,,asks for something else,/)
  await api.client.audits.saveSettings({ dataset, settings: { ...await api.client.audits.settings({ dataset }), blind: false } })
  await expect(dialog.getByTestId('decisions-text')).toHaveValue(/00004,imageRephrase,0,ann,annotator,fix/)
  await page.keyboard.press('Escape')
  await expect(dialog).toBeHidden()
})
