// An audit by several people: batches on the grid, agreement, adjudication, checks and settings, on what two annotators said through the API.
import { randomUUID } from 'node:crypto'
import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import AxeBuilder from '@axe-core/playwright'
import type { Locator, Page } from '@playwright/test'
import { valueText } from '../../src/renderer/src/features/audit/agreement-table.ts'
import { openApi } from './api.ts'
import type { Api } from './api.ts'
import { useOwnWorkbench } from './own-workbench.ts'
import { expect, goTo, test } from './workbench.ts'
import type { Server } from './workbench.ts'

test.skip(({ surface }) => surface === 'electron', 'The same page; once is enough.')

const dataset = 'e-vqa-eval'
const patient = { timeout: 90_000 }
let page: Page
let server: Server
let folder: string
let api: Api
useOwnWorkbench('team', (own) => {
  page = own.page
  server = own.server
  folder = own.folder
})

const press = async (...keys: string[]): Promise<void> => {
  for (const key of keys)
    await page.keyboard.press(key)
}
const open = async (tab: string, more = ''): Promise<void> => goTo(page, `#/audit/${dataset}?tab=${tab}${more}`)
const tiles = (): Locator => page.getByTestId('audit-tile')
const dialog = (name: string): Locator => page.getByRole('dialog', { name })

async function check(state: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await page.waitForTimeout(400)
    const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']).analyze()
    expect.soft(violations.map(({ id, nodes }) => `${colorScheme} ${id}: ${nodes.slice(0, 4).map(({ target, any, all, none }) => `${target.join(' ')} (${[...any, ...all, ...none][0]?.message ?? ''})`).join(' | ')}`), state).toEqual([])
  }
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' })
}

/** What somebody says about the first probes of the audit; undefined: nothing. */
async function say(annotator: string, decisionOf: (i: number) => 'keep' | 'reject' | 'unsure' | undefined): Promise<void> {
  const { items } = await api.client.audits.queue({ dataset })
  const { probes } = await api.client.audits.listProbes({ dataset, items: items.slice(0, 30) })
  const decisions = probes.flatMap(({ record, kind, index }, i) => {
    const decision = decisionOf(i)
    return decision === undefined ? [] : [{ record, kind, index, id: randomUUID(), decision, seconds: 2, ...(decision === 'reject' ? { reason: 'meaning-changed' } : {}) }]
  })
  await api.client.audits.decide({ dataset, annotator, decisions })
}

test.beforeAll(async () => {
  api = await openApi(server.url)
})
test.afterAll(() => api.close())

test('an audit nobody has worked on says so', async () => {
  await open('agreement')
  await expect(page.getByTestId('empty-state')).toContainText('Nobody to compare with yet')
  await check('agreement, empty')
  await open('checks')
  await expect(page.getByTestId('empty-state')).toContainText('No check has been run')
  await check('checks, empty')
})

test('the grid: four probes rejected in one stroke, and taken back in one', async () => {
  await open('grid')
  await expect(tiles().nth(5)).toBeVisible()
  await tiles().nth(1).click()
  await tiles().nth(4).click({ modifiers: ['Shift'] })
  await expect(page.getByTestId('grid-selected')).toHaveText('4 probes selected')
  await check('grid with a selection')
  await press('r')
  await expect(page.getByTestId('grid-reasons')).toBeVisible()
  await press('2')
  await expect(dialog('Who decides?')).toBeVisible()
  await page.keyboard.type('dora')
  await press('Enter')
  await expect(page.getByTestId('tile-decision')).toHaveCount(4)
  await expect(page.getByTestId('tile-decision').first()).toHaveText('Rejected: Fact not visible')
  await expect(page.getByTestId('audit-progress')).toContainText('4 of 720 decided')
  const { items } = await api.client.audits.queue({ dataset, annotator: 'dora', show: 'reject' })
  expect(items).toEqual([1, 2, 3, 4].map(at => items[at - 1]))
  const lines = (await api.client.audits.listProbes({ dataset, annotator: 'dora', items })).probes.flatMap(probe => probe.own ?? [])
  expect(lines.map(line => [line.decision, line.reason, line.batch])).toEqual(Array.from({ length: 4 }, () => ['reject', 'fact-not-visible', lines[0]?.batch]))
  expect(lines[0]?.batch).toBeTruthy()
  await press('u')
  await expect(page.getByTestId('grid-message')).toHaveText('Taken back: 4 decisions.')
  await expect(page.getByTestId('tile-decision')).toHaveCount(0)
  expect((await api.client.audits.queue({ dataset, annotator: 'dora', show: 'decided' })).items).toEqual([])
})

test('the grid by keyboard: ranges grow and shrink, everything is selected, a probe opens in the queue', async () => {
  await page.getByTestId('audit-grid').focus()
  await press('Home', 'Shift+ArrowRight', 'Shift+ArrowRight', 'Shift+ArrowRight')
  await expect(page.getByTestId('grid-selected')).toHaveText('4 probes selected')
  await press('Shift+ArrowLeft')
  await expect(page.getByTestId('grid-selected')).toHaveText('3 probes selected')
  await press('ArrowDown', 'Space')
  await expect(page.getByTestId('grid-selected')).toHaveText('4 probes selected')
  await press('Control+a')
  await expect(page.getByTestId('grid-selected')).toHaveText('720 probes selected')
  await press('k')
  await expect(page.getByTestId('grid-message')).toHaveText('720 probes decided in one stroke.')
  await expect(page.getByTestId('audit-progress')).toContainText('720 of 720 decided')
  await press('u')
  await expect(page.getByTestId('grid-message')).toHaveText('Taken back: 720 decisions.')
  await expect(page.getByTestId('audit-progress')).toContainText('0 of 720 decided')
  await page.getByTestId('audit-grid').focus()
  await press('Home', 'ArrowRight', 'ArrowRight', 'ArrowRight', 'Enter')
  await expect(page.getByTestId('probe-view')).toHaveAttribute('data-record', '00001')
  await expect(page.getByTestId('probe-view')).toHaveAttribute('data-kind', 'imageRephrase')
})

test('agreement: every number on the page is the backend\'s', async () => {
  await say('ann', i => i % 5 === 0 ? 'reject' : i % 7 === 0 ? 'unsure' : 'keep')
  await say('ben', i => i % 10 === 0 ? 'keep' : i % 5 === 0 ? 'reject' : 'keep')
  await open('agreement')
  for (const by of ['decision', 'fair'] as const) {
    await page.getByRole('radio', { name: by === 'fair' ? 'Fair or not' : 'Decision', exact: true }).click()
    const { rows, annotators } = await api.client.audits.agreement({ dataset, by })
    const shown = page.getByTestId('agreement-row')
    await expect(shown).toHaveCount(rows.length)
    const first = rows.find(row => row.kind === undefined)!
    expect(first.coefficients.map(one => one.id)).toEqual(['percent', 'cohen', 'fleiss', 'krippendorff', 'gwet'])
    for (const coefficient of first.coefficients)
      await expect(shown.first().locator(`[data-coefficient="${coefficient.id}"] span`).first()).toHaveText(valueText(coefficient.id, coefficient.value))
    await expect(shown.first().locator('td').first()).toHaveText(String(first.n))
    await expect(page.getByTestId('progress-row')).toHaveCount(annotators.length)
  }
  await page.getByTestId('explain-cohen').click()
  await expect(page.getByTestId('explanation')).toContainText('Agreement of two annotators beyond what chance')
  await page.getByRole('radio', { name: 'Decision', exact: true }).click()
  await expect(page.getByTestId('confusion').getByRole('columnheader', { name: 'unsure' })).toBeVisible()
  await check('agreement')
})

test('a cell of the confusion table opens its probes; who adjudicates a blind audit is asked once', async () => {
  const { confusions } = await api.client.audits.agreement({ dataset })
  const whole = confusions.find(one => one.kind === undefined)!
  const count = whole.counts[whole.labels.indexOf('reject')]![whole.labels.indexOf('keep')]!
  expect(count).toBe(3)
  await page.getByTestId('confusion').getByRole('button', { name: `${whole.annotators[0]} says reject, ${whole.annotators[1]} says keep: 3 probes` }).click()
  await expect(page.getByTestId('adjudicate-ask')).toContainText('This shows what others decided')
  await check('adjudication, asked')
  await page.getByRole('button', { name: 'Adjudicate' }).click()
  await expect(page.getByTestId('adjudicate-left')).toHaveText('3 probes left of 3')
  await expect(page.getByTestId('adjudicate-line')).toHaveCount(3)
  await expect(page.getByTestId('filter-chip')).toContainText('reject')
})

test('disputes are settled by keyboard, taken back, and end', async () => {
  await page.getByTestId('adjudicate-show').selectOption({ label: 'Disputed, not settled' })
  const disputed = (await api.client.audits.queue({ dataset, role: 'adjudicator', show: 'disputed' })).items
  expect(disputed.length).toBe(7)
  await expect(page.getByTestId('adjudicate-left')).toHaveText('7 probes left of 7')
  await expect(page.getByTestId('voice')).toHaveCount(2)
  await expect(page.getByTestId('voice-name').first()).toHaveText('Annotator A')
  await press('Shift+N')
  await expect(page.getByTestId('voice-name').first()).toHaveText(/^(ann|ben)$/)
  await press('Shift+N')
  await check('adjudication')
  const view = page.getByTestId('probe-view')
  const first = await view.getAttribute('data-item')
  const rejecting = page.getByTestId('voice').filter({ has: page.getByText('Reject', { exact: true }) })
  const letter = await rejecting.getAttribute('data-letter')
  await press(`Shift+${letter ?? ''}`)
  await expect(page.getByTestId('adjudicate-left')).toHaveText('6 probes left of 7')
  await expect(view).not.toHaveAttribute('data-item', first ?? '')
  const [settled] = await api.client.audits.read({ dataset, items: [disputed[0]!], role: 'adjudicator' })
  expect(settled?.final).toMatchObject({ state: 'reject', by: 'adjudicator', reason: 'meaning-changed' })
  expect(settled?.decisions?.filter(line => line.role === 'adjudicator').map(({ annotator }) => annotator)).toEqual(['dora'])
  await press('u')
  await expect(view).toHaveAttribute('data-item', first ?? '')
  await expect(page.getByTestId('adjudicate-left')).toHaveText('7 probes left of 7')
  await expect(page.getByTestId('adjudicate-state')).toHaveText('Disputed')
  for (let left = 6; left >= 0; left--) {
    await expect(view).toBeVisible()
    await press('k')
    await expect(page.getByTestId('adjudicate-left')).toHaveText(`${left} ${left === 1 ? 'probe' : 'probes'} left of 7`)
  }
  await expect(page.getByTestId('adjudicate-done')).toContainText('All settled')
  expect((await api.client.audits.status({ dataset }))[0]?.states.disputed).toBe(0)
  await check('adjudication, done')
})

test('settings: a kind, a question, a reason and people are saved, and the queue follows', async () => {
  await open('queue')
  const before = (await api.client.audits.queue({ dataset })).items.length
  await page.getByTestId('audit-settings').click()
  const form = dialog('Settings of this audit')
  await form.getByTestId('settings-kind-unrelatedText').check()
  await form.getByRole('textbox', { name: 'Question about text rephrase' }).fill('Is it still fair?')
  await check('settings, probes')
  await form.getByTestId('tab-reasons').click()
  await form.getByRole('button', { name: 'Move Fact not visible up' }).click()
  await form.getByTestId('settings-add-reason').click()
  await page.keyboard.type('Too easy')
  await expect(form.getByRole('button', { name: 'Remove Meaning changed' })).toBeDisabled()
  await check('settings, reasons')
  await press('Escape')
  await expect(form.getByTestId('settings-guard')).toContainText('not saved')
  await form.getByRole('button', { name: 'Keep editing' }).click()
  await form.getByTestId('tab-people').click()
  await form.getByRole('radio', { name: 'Share the probes out' }).click()
  await form.getByRole('textbox', { name: 'Annotators, one name a line' }).fill('ann\nben\ncleo')
  await expect(form.getByTestId('settings-preview')).toHaveText(/1,080 probes, 2,160 judgements in all: 720 probes for each of 3 people/)
  await check('settings, people')
  await form.getByRole('radio', { name: 'Everybody judges everything' }).click()
  await form.getByTestId('tab-guidelines').click()
  await form.getByRole('textbox', { name: 'Guidelines' }).fill('Look twice.')
  await expect(form.getByTestId('settings-guidelines-preview')).toHaveText('Look twice.')
  await form.getByTestId('settings-save').click()
  await expect(form).toBeHidden()
  await expect(page.getByTestId('probe-question')).toHaveText('Is it still fair?')
  const settings = await api.client.audits.settings({ dataset })
  expect([settings.kinds, settings.guidelines, settings.reasons.slice(0, 2).map(({ id }) => id), settings.reasons.at(-1)]).toEqual([['textRephrase', 'imageRephrase', 'unrelatedText'], 'Look twice.', ['fact-not-visible', 'meaning-changed'], { id: 'too-easy', label: 'Too easy' }])
  const { items, assigned } = await api.client.audits.queue({ dataset })
  expect([before, items.length, assigned]).toEqual([720, 1080, 1080])
  await expect(page.getByTestId('queue-position')).toContainText('1,080')
})

test('a check is run, its findings are listed, and one of them opens in the queue', async () => {
  await open('checks')
  const list = page.getByTestId('checks-tab')
  await list.getByRole('button', { name: 'Tick all' }).click()
  await list.getByRole('button', { name: 'Tick none' }).click()
  await expect(page.getByTestId('run-checks')).toBeDisabled()
  await list.getByRole('checkbox', { name: 'Run Locality pair that shares the entity' }).or(page.getByTestId('check-shared-entity').getByRole('checkbox')).first().check()
  await expect(page.getByTestId('run-checks')).toHaveText('Run 1 check')
  await page.getByTestId('run-checks').click()
  await expect(page.getByTestId('check-shared-entity')).toContainText(/\d+ found/, patient)
  const { total, findings } = await api.client.audits.listFindings({ dataset })
  expect(total).toBeGreaterThan(0)
  await expect(page.getByTestId('finding-group')).toContainText(String(total))
  await expect(page.getByTestId('finding').first()).toContainText(findings[0]!.record)
  await check('checks')
  await page.getByTestId('finding').first().click()
  await expect(page.getByTestId('probe-view')).toHaveAttribute('data-record', findings[0]!.record)
  await expect(page.getByTestId('probe-findings').locator('[data-check="shared-entity"]').first()).toHaveText(findings[0]!.sentence)
  await open('checks')
  await page.getByTestId('audit-only-shared-entity').click()
  await expect(page).toHaveURL(/checks=shared-entity/)
  const queued = (await api.client.audits.queue({ dataset, annotator: 'dora', checks: ['shared-entity'] })).items.length
  await expect(page.getByTestId('queue-position')).toContainText(`of ${queued}`)
})

test('merging says why it cannot, and what it has taken in', async () => {
  await say('ann', () => 'keep')
  await open('agreement')
  await page.getByTestId('audit-merge').click()
  const form = dialog('Merge decisions')
  const field = form.getByRole('textbox', { name: 'File or folder' })
  await field.fill('/no/such/folder')
  await check('merge')
  await form.getByTestId('merge-start').click()
  await expect(form.getByTestId('error-note')).toContainText('/no/such/folder')
  // The same person's file as another machine would have written it, for somebody else.
  const audits = join(folder, 'sample-study/audits', dataset)
  const lines = readdirSync(audits).filter(name => name.endsWith('.jsonl')).flatMap(name => readFileSync(join(audits, name), 'utf8').trim().split('\n').map(line => JSON.parse(line) as Record<string, unknown>)).filter(line => line['annotator'] === 'ann').slice(-30)
  const elsewhere = join(folder, 'eve.jsonl')
  writeFileSync(elsewhere, lines.map(line => `${JSON.stringify({ ...line, id: randomUUID(), annotator: 'eve' })}\n`).join(''))
  await field.fill(elsewhere)
  await field.press('Enter')
  await expect(form.getByTestId('merge-result')).toContainText('30 decisions added from 1 file')
  await expect(form.getByTestId('merge-result')).toContainText('By eve')
  await check('merged')
  await form.getByRole('button', { name: 'Done' }).click()
  await expect(form).toBeHidden()
  await expect(page.getByTestId('progress-row').filter({ hasText: 'eve' })).toContainText('30 of')
})
