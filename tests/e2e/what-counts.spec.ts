// What counts in Compare: decisions change the table by numbers that can be worked out by hand, and one click asks fixed probes again.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Locator, Page } from '@playwright/test'
import type { DecisionDraft } from '../../src/preload/contract/decisions.ts'
import type { RecordResult } from '../../src/preload/contract/runs.ts'
import { openApi } from './api.ts'
import type { Api } from './api.ts'
import { runItem, startRun } from './actions.ts'
import { useOwnWorkbench } from './own-workbench.ts'
import { expect, goTo, test } from './workbench.ts'

const dataset = 'e-vqa-eval' as never
const count = 12
/** Few image rephrases are answered right, so their mean moves with each. */
const metric = 'image-generality'
let page: Page
let api: Api
let study: string
let address: string
/** The run's id, and what it measured. */
let run: string
let measured: readonly RecordResult[]
/** Records whose image rephrase was answered right, and wrong. */
let right: readonly string[]
let wrong: readonly string[]

useOwnWorkbench('counted', (own) => {
  page = own.page
  study = join(own.folder, 'sample-study')
  address = own.server.url
})
test.skip(({ surface }) => surface === 'electron', 'Serves a study of its own; the view is the same in the window.')

const resultsOf = (id: string): RecordResult[] => readFileSync(join(study, 'runs', id, 'results.jsonl'), 'utf8').trim().split('\n').map(line => JSON.parse(line) as RecordResult)
const scoreOf = ({ scores }: RecordResult): number => scores[metric]!['strict']!
/** The mean in percent over all records but these. */
const meanWithout = (left: readonly string[], instead: readonly number[] = []): string => {
  const values = [...measured.filter(({ record }) => !left.includes(record)).map(scoreOf), ...instead]
  return (100 * values.reduce((sum, value) => sum + value, 0) / values.length).toFixed(1)
}
let decisions = 0
async function decide(...drafts: readonly (Pick<DecisionDraft, 'record' | 'decision'> & Partial<DecisionDraft>)[]): Promise<void> {
  await api.client.audits.decide({ dataset, annotator: 'Ann', decisions: drafts.map(draft => ({ kind: 'imageRephrase', index: 0, id: `what-counts-${++decisions}`, ...draft })) })
}
const choose = (counts: string): Promise<unknown> => page.getByTestId('what-counts').selectOption(counts)
const cell = (metric: string): Locator => page.getByTestId(`cell-${metric}`)
const mean = (metric: string): Locator => cell(metric).locator('.mean')
const totals = (): Locator => page.getByTestId('counted-totals')

test.beforeAll(async () => {
  api = await openApi(address)
})
test.afterAll(() => api.close())

test('without decisions all probes count, and the switch says why', async () => {
  await startRun(page, { name: 'counted run', scope: 'Text', limit: count })
  await expect(runItem(page, 'counted run')).toContainText('finished', { timeout: 180_000 })
  run = (await api.client.runs.list())[0]!.id
  measured = resultsOf(run)
  right = measured.filter(result => scoreOf(result) === 1).map(({ record }) => record)
  wrong = measured.filter(result => scoreOf(result) === 0).map(({ record }) => record)
  expect(right.length).toBeGreaterThan(0)
  expect(wrong.length).toBeGreaterThan(3)
  await goTo(page, `#/compare?runs=${run}`)
  await expect(mean(metric)).toHaveText(meanWithout([]))
  await expect(page.getByTestId('what-counts')).toBeDisabled()
  await expect(page.getByLabel('What counts')).toHaveValue('all')
  await expect(page.getByTitle(/nobody has judged a probe of .+ yet/)).toBeVisible()
})

test('rejected probes leave the table: the mean is that of the others', async () => {
  const rejected = [right[0]!, wrong[0]!]
  await decide(...rejected.map(record => ({ record, decision: 'reject' as const, reason: 'meaning-changed' })), { record: wrong[1]!, decision: 'keep' })
  expect(meanWithout(rejected)).not.toBe(meanWithout([]))
  await expect(page.getByTestId('what-counts')).toBeEnabled()
  await choose('without-rejected')
  await expect(page).toHaveURL(/counts=without-rejected/)
  await expect(totals()).toHaveText(`2 of ${2 * count} probes are left out.`)
  await expect(mean(metric)).toHaveText(meanWithout(rejected))
  await page.getByLabel('Show n').click()
  await expect(cell(metric)).toContainText(`n = ${count - 2}`)
  await expect(cell('text-generality')).toContainText(`n = ${count}`)
  // Every change is in the table behind the strip.
  await page.getByTestId('counted-toggle').click()
  const row = page.getByTestId('counted-table').locator('tbody tr')
  await expect(row).toHaveCount(1)
  await expect(row).toContainText('Image generality')
  await expect(row).toContainText(`${count} → ${count - 2}`)
  // Only what two kept: one person's word is not enough.
  await choose('double-kept')
  await expect(totals()).toHaveText(`${2 * count} of ${2 * count} probes are left out.`)
  await expect(page.getByTestId('counted-top')).toContainText('no probe is left')
  await choose('all')
  await expect(totals()).toHaveCount(0)
  await expect(mean(metric)).toHaveText(meanWithout([]))
})

test('every tab, drawer and export follows, and a reload returns to it', async () => {
  await choose('without-rejected')
  await page.reload()
  await expect(page.getByTestId('what-counts')).toHaveValue('without-rejected')
  await expect(totals()).toBeVisible()
  await cell(metric).click()
  await expect(page.getByTestId('drawer-count')).toHaveText(`${count - 2} records`)
  await page.keyboard.press('Escape')
  await page.getByTestId('export-button').click()
  await page.getByText('Table as Markdown').click()
  await expect(page.getByTestId('export-result').getByTestId('counted-note')).toContainText(`2 of ${2 * count} probes are left out (2 image rephrases)`)
  await expect(page.getByTestId('export-result')).toContainText('main-results-strict-without-rejected-')
  await page.keyboard.press('Escape')
  await expect(page.getByTestId('export-result')).toBeHidden()
  await page.getByTestId('report-button').click()
  await expect(page.getByTestId('report-form').getByTestId('counted-note')).toBeVisible()
  await page.keyboard.press('Escape')
  await page.getByTestId('tab-figures').click()
  await expect(page.getByTestId('figure-panel')).toContainText(`2 of ${2 * count} probes are left out`)
  await page.getByTestId('tab-table').click()
})

test('a fixed probe waits, is asked by one click, and counts with its fix', async () => {
  await choose('with-fixes')
  const record = wrong[0]!
  // The picture of the edit itself: a model that learnt the edit is right about it.
  const [{ edit }, { imageRoots }] = await Promise.all([api.client.datasets.getRecord({ id: dataset, record }), api.client.datasets.get({ id: dataset })])
  const data = readFileSync(join(imageRoots[edit.image!.root]!, edit.image!.path)).toString('base64')
  const { hash } = await api.client.lab.addPicture({ name: 'own.png', data })
  await decide({ record, decision: 'fix', fix: { image: hash } })
  await expect(page.getByTestId('counted-waiting')).toContainText('1 fixed probe waits for a re-run in 1 run.')
  await expect(mean(metric)).toHaveText(meanWithout([right[0]!, record]))
  await page.getByTestId('rerun-fixes').click()
  await expect(page.getByTestId('counted-waiting')).toHaveCount(0, { timeout: 120_000 })
  await expect(totals()).toHaveText(`1 of ${2 * count} probes is left out, 1 is scored with its fix.`)
  const repair = (await api.client.runs.list()).find(({ plan }) => plan.repairs === run)!
  const [fixed, ...others] = resultsOf(repair.id)
  expect(others).toEqual([])
  // The same edit as it was, asked about another picture.
  expect(fixed!.losses).toEqual(measured.find(one => one.record === record)!.losses)
  expect(fixed!.probes.map(({ kind, asked }) => [kind, asked?.image?.hash])).toEqual([['edit', undefined], ['imageRephrase', hash]])
  expect(scoreOf(fixed!)).toBe(1)
  await expect(mean(metric)).toHaveText(meanWithout([right[0]!, record], [1]))
  await expect(page.getByTestId('run-chooser')).not.toContainText('Fixes of')
  await cell(metric).click()
  const drawer = page.getByTestId('cell-drawer')
  await expect(page.getByTestId('drawer-count')).toHaveText(`${count - 1} records`)
  const shown = drawer.getByTestId('cell-record').filter({ hasText: record })
  await expect(shown.getByTestId('fixed-probe')).toHaveCount(1)
  await expect(shown).toContainText('with another picture than the dataset’s')
  await expect(drawer.getByTestId('fixed-probe')).toHaveCount(1)
  await page.keyboard.press('Escape')
  await expect(drawer).toBeHidden()
})

test('the run and what completes it know each other', async () => {
  await goTo(page, `#/runs/${run}`)
  await page.getByTestId('repair-link').click()
  await expect(page.getByTestId('run-detail').getByRole('heading', { name: 'Fixes of counted run' })).toBeVisible()
  await page.getByTestId('result-row').first().click()
  await expect(page.getByTestId('result-drawer').getByTestId('fixed-probe')).toHaveCount(1)
  await page.keyboard.press('Escape')
  await page.getByTestId('repair-original').click()
  await expect(page.getByTestId('run-detail').getByRole('heading', { name: 'counted run' })).toBeVisible()
  // A second fix waits there too.
  await expect(page.getByTestId('repair-waiting')).toHaveCount(0)
  await decide({ record: wrong[1]!, kind: 'textRephrase', decision: 'fix', fix: { prompt: 'What thing is this?' } })
  await expect(page.getByTestId('repair-waiting')).toHaveText('1 fixed probe waits for a re-run.')
  await page.getByTestId('repair-rerun').click()
  await expect(page.getByTestId('repair-link')).toHaveCount(2)
  await expect(page.getByTestId('repair-note')).not.toContainText(/running|waiting|waits/, { timeout: 120_000 })
})
