// Every view by machine's eye (axe, WCAG 2.1 A and AA), light and dark; and by keyboard alone.
import AxeBuilder from '@axe-core/playwright'
import type { Locator, Page } from '@playwright/test'
import { runItem, startRun } from './actions.ts'
import { focusOf, unreachable, walk } from './focus.ts'
import { useOwnWorkbench } from './own-workbench.ts'
import { expect, goTo, test } from './workbench.ts'
import type { Server } from './workbench.ts'

test.skip(({ surface }) => surface === 'electron', 'The same page; once is enough.')

const patient = { timeout: 90_000 }
const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']
let server: Server
let page: Page

useOwnWorkbench('accessible', (own) => {
  page = own.page
  server = own.server
})

/** Colours that fade from one scheme to the other have arrived. */
const settled = `new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))
  .then(() => Promise.allSettled(document.getAnimations().filter(one => one.effect.getComputedTiming().endTime !== Infinity).map(one => one.finished)))
  .then(() => undefined)`

/** Fails with what axe finds, a line for every rule and scheme with the elements it is about; the test goes on. In the dark only colours differ. */
async function check(state: string): Promise<void> {
  const found: string[] = []
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await page.evaluate(settled)
    // The page's own tab only: a context of one page cannot open axe's second one.
    const axe = new AxeBuilder({ page }).setLegacyMode(true)
    const { violations } = await (colorScheme === 'light' ? axe.withTags(rules) : axe.withRules(['color-contrast'])).analyze()
    found.push(...violations.map(({ id, nodes }) => `${colorScheme} ${id}: ${nodes.slice(0, 5).map(({ target, any, all, none }) => `${target.join(' ')} (${[...any, ...all, ...none][0]?.message ?? ''})`).join(' | ')}`))
  }
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' })
  expect.soft(found, state).toEqual([])
}

/** Checks a dialog, drawer or popover that `open` shows, and that Esc closes it. */
async function checkOpened(state: string, shown: Locator, open: () => Promise<void>): Promise<void> {
  await open()
  await expect(shown).toBeVisible()
  await check(state)
  await page.keyboard.press('Escape')
  await expect(shown).toBeHidden()
}

const dialog = (name: string): Locator => page.getByRole('dialog', { name })
const press = async (...keys: string[]): Promise<void> => {
  for (const key of keys)
    await page.keyboard.press(key)
}

test('views without anything in them, and the dialogs of the frame', async () => {
  for (const view of ['runs', 'compare']) {
    await goTo(page, `#/${view}`)
    await expect(page.getByTestId('empty-state').first()).toBeVisible()
    await check(`${view}, empty`)
  }
  await checkOpened('models', dialog('Models'), async () => page.getByTestId('models-button').click())
  await checkOpened('shortcuts', dialog('Keyboard shortcuts'), async () => press('?'))
})

test('datasets: grid, table, facets, a record, dialogs', async () => {
  await goTo(page, '#/datasets/e-vqa-eval')
  await page.getByTestId('facets').getByRole('checkbox').first().check()
  await page.getByTestId('record-card').first().click()
  await expect(page.getByTestId('record-detail').getByTestId('part-edit')).toBeVisible()
  await check('grid with a filter and a record')
  await page.getByTestId('record-card').nth(1).click({ modifiers: ['Control'] })
  await expect(page.getByTestId('selection-bar')).toBeVisible()
  await check('selected records')
  await checkOpened('a slice', dialog('New slice'), async () => page.getByTestId('selection-slice').click())
  await page.getByTestId('record-search').locator('input').fill('no such words anywhere')
  await expect(page.getByTestId('empty-state')).toBeVisible()
  await check('nothing found')
  await page.getByTestId('record-search').locator('input').fill('')
  await page.getByRole('radio', { name: 'Table' }).click()
  await expect(page.getByTestId('record-row').first()).toBeVisible()
  await check('table')
  await page.getByTestId('record-row').first().click()
  await checkOpened('an enlarged record', page.getByTestId('record-stage'), async () => press('f'))
  await checkOpened('import', dialog('Import a dataset'), async () => page.getByTestId('import-button').click())
  for (const menu of ['slice-menu', 'view-menu', 'column-menu']) {
    await page.getByTestId(menu).click()
    await check(menu)
    await press('Escape')
    await expect(page.getByTestId(menu)).toBeFocused()
  }
})

test('lab: before, after an edit, versions, tokens, where it lives', async () => {
  await goTo(page, '#/lab/e-vqa-eval/00003')
  await expect(page.getByTestId('lab-record')).toContainText('00003')
  await check('before')
  await checkOpened('methods to compare', page.getByTestId('compare-methods-form'), async () => page.getByTestId('compare-methods').click())
  await page.getByTestId('edit-button').click()
  await expect(page.getByTestId('outcome-text').getByTestId('undo')).toBeEnabled(patient)
  await page.getByTestId('outcome-text').getByTestId('proceed').click()
  await expect(page.getByTestId('edit-onto')).toBeVisible()
  await expect(page.getByTestId('probe-edit-0').getByTestId('token').first()).toBeVisible()
  await check('after an edit')
  await page.getByTestId('probe-edit-0').getByTestId('token').first().focus()
  await check('a token')
  const panel = page.getByTestId('locate')
  await panel.getByTestId('trace-start').click()
  await expect(panel.getByTestId('trace-facts')).toContainText('Took', patient)
  await check('trace')
  await panel.getByTestId('tab-sweep').click()
  await panel.getByTestId('sweep-start').click()
  await expect(panel).toContainText('The sweep took', patient)
  await check('sweep')
})

test('runs: a finished run, a result, a new run, editors', async () => {
  for (const scope of ['Text', 'Vision'] as const)
    await startRun(page, { name: `Fine-tuning, ${scope.toLowerCase()}`, scope, limit: scope === 'Text' ? 6 : 4 })
  for (const scope of ['text', 'vision'])
    await expect(runItem(page, `Fine-tuning, ${scope}`)).toContainText('finished', patient)
  await runItem(page, 'Fine-tuning, text').click()
  await expect(page.getByTestId('result-row')).toHaveCount(6)
  await check('a finished run')
  await checkOpened('a result', page.getByTestId('result-drawer'), async () => page.getByTestId('result-row').first().click())
  await checkOpened('new run', dialog('New run'), async () => page.getByTestId('new-run').click())
  await checkOpened('editors', dialog('Trained editors'), async () => page.getByTestId('editors-button').click())
})

test('compare: table, figures, records, SQL, exports, imports', async () => {
  await goTo(page, '#/compare')
  await expect(page.getByTestId('result-table').locator('tbody tr')).toHaveCount(2)
  await page.getByTestId('baseline').selectOption({ label: 'Fine-tuning, text' })
  await expect(page.getByTestId('result-table').locator('.delta').first()).toBeVisible()
  await check('table')
  await checkOpened('the records of a number', page.getByTestId('cell-drawer'), async () => page.getByTestId('cell-reliability').first().click())
  await checkOpened('an export', dialog('Export'), async () => {
    await page.getByTestId('export-button').click()
    await page.getByText('Table as LaTeX').click()
    await expect(page.getByRole('textbox', { name: 'Exported text' })).toHaveValue(/toprule/)
  })
  await checkOpened('import', dialog('Import results reported elsewhere'), async () => page.getByTestId('import-reported').click())
  await checkOpened('a report', dialog('Write a report'), async () => page.getByTestId('report-button').click())
  await page.getByTestId('tab-figures').click()
  await expect(page.getByTestId('figure').locator('svg')).toBeVisible()
  await check('figures')
  await page.getByTestId('tab-records').click()
  await expect(page.getByTestId('aligned-row').first()).toBeVisible()
  await check('records')
  await checkOpened('an aligned record', page.getByTestId('aligned-drawer'), async () => page.getByTestId('aligned-row').first().click())
  await page.getByTestId('tab-sql').click()
  await page.getByTestId('sql').fill('select scope, count(*) as n from runs group by scope order by scope')
  await page.getByTestId('run-query').click()
  await expect(page.getByTestId('query-row')).toHaveCount(2)
  await check('SQL')
})

/** The focus is on `element`, and one sees that it is. */
async function expectFocus(element: Locator): Promise<void> {
  await expect(element).toBeFocused()
  await expect.poll(async () => focusOf(page)).toMatchObject({ isLost: false, isVisible: true })
}

/** Tab until `element` has the focus; whatever has it in between must be seen to. */
async function tabTo(element: Locator, most = 80): Promise<void> {
  for (let i = 0; i < most; i++) {
    if (await element.evaluate(one => one === (one as unknown as { ownerDocument: { activeElement: unknown } }).ownerDocument.activeElement))
      return expectFocus(element)
    await press('Tab')
  }
  await expect(element, `not reached within ${most} steps`).toBeFocused()
}

test('by keyboard alone: every stop is seen, and nothing that does something is left out', async () => {
  for (const [address, ready] of [
    ['#/datasets/e-vqa-eval?record=00000', 'part-edit'], ['#/lab/e-vqa-eval/00003', 'lab-record'], ['#/runs', 'result-row'],
    ['#/compare?tab=table', 'result-table'], ['#/compare?tab=figures', 'figure'], ['#/compare?tab=records', 'aligned-row'], ['#/compare?tab=sql', 'schema'],
  ] as const) {
    await goTo(page, address)
    await expect(page.getByTestId(ready).first()).toBeVisible()
    const stops = await walk(page)
    expect.soft(stops.length, address).toBeGreaterThan(10)
    expect.soft(stops.filter(stop => !stop.isVisible).map(stop => stop.name), `${address}: focus that is not seen`).toEqual([])
    expect.soft(await unreachable(page), `${address}: not reached by Tab`).toEqual([])
  }
})

test('by keyboard alone: keys, a record, an edit, a result, a number', async () => {
  await page.goto('about:blank')
  await page.goto(server.url)
  await expect(page.getByTestId('record-card').first()).toBeVisible()
  // The sheet of keys, and back to where one was.
  await tabTo(page.getByRole('button', { name: 'Keys' }))
  await press('?')
  await expect(dialog('Keyboard shortcuts')).toBeVisible()
  await expect.poll(async () => focusOf(page)).toMatchObject({ isLost: false, isInDialog: true })
  await press('Escape')
  await expect(dialog('Keyboard shortcuts')).toBeHidden()
  await expectFocus(page.getByRole('button', { name: 'Keys' }))

  // Datasets: search, into the grid, enlarge, close, on to the Lab.
  await press('/')
  await expectFocus(page.getByTestId('record-search').locator('input'))
  await page.keyboard.type('what')
  await expect(page.getByTestId('filter-chip')).toHaveCount(1)
  await tabTo(page.getByTestId('record-grid'))
  await press('ArrowRight', 'ArrowLeft', 'f')
  await expect(page.getByTestId('record-stage')).toBeVisible()
  await expect.poll(async () => focusOf(page)).toMatchObject({ isInDialog: true })
  await press('Escape')
  await expect(page.getByTestId('record-stage')).toBeHidden()
  await expectFocus(page.getByTestId('record-grid'))
  await press('Enter')
  await expect(page).toHaveURL(/#\/lab\//)

  // Lab: edit with the keys of the form.
  await expect(page.getByTestId('lab-record')).toBeVisible()
  await tabTo(page.getByTestId('edit-button'))
  await press('Enter')
  await expect(page.getByTestId('outcome-text').getByTestId('undo')).toBeEnabled(patient)
  // The button gave way to another and came back.
  await expectFocus(page.getByTestId('edit-button'))

  // Runs: a run, a result, closed; a dialog, closed.
  await press('Alt+3')
  await expect(page).toHaveURL(/#\/runs/)
  await tabTo(page.getByTestId('new-run'))
  await press('Enter')
  await expect(dialog('New run')).toBeVisible()
  await expect.poll(async () => focusOf(page)).toMatchObject({ isInDialog: true })
  await press('Escape')
  await expect(dialog('New run')).toBeHidden()
  await expectFocus(page.getByTestId('new-run'))
  await tabTo(page.getByTestId('result-row').first())
  await press('Enter')
  await expect(page.getByTestId('result-drawer')).toBeVisible()
  await expect.poll(async () => focusOf(page)).toMatchObject({ isInDialog: true })
  await press('Escape')
  await expect(page.getByTestId('result-drawer')).toBeHidden()
  await expectFocus(page.getByTestId('result-row').first())

  // Compare: between tabs, the records of a number, closed; a menu.
  await press('Alt+4')
  await expect(page.getByTestId('result-table')).toBeVisible()
  await tabTo(page.getByTestId('tab-table'))
  await press('ArrowRight')
  await expectFocus(page.getByTestId('tab-figures'))
  await expect(page.getByTestId('figure').locator('svg')).toBeVisible()
  await press('ArrowLeft')
  await expectFocus(page.getByTestId('tab-table'))
  await tabTo(page.getByTestId('cell-reliability').first())
  await press('Enter')
  await expect(page.getByTestId('cell-drawer')).toBeVisible()
  await expect.poll(async () => focusOf(page)).toMatchObject({ isInDialog: true })
  await press('Escape')
  await expect(page.getByTestId('cell-drawer')).toBeHidden()
  await expectFocus(page.getByTestId('cell-reliability').first())

  // A record of both runs, by rows.
  await tabTo(page.getByTestId('tab-table'))
  await press('ArrowRight', 'ArrowRight')
  await expect(page.getByTestId('aligned-row').first()).toBeVisible()
  const rows = page.getByRole('grid', { name: 'Aligned records' })
  await tabTo(rows)
  await press('ArrowDown', 'Enter')
  await expect(page.getByTestId('aligned-drawer')).toBeVisible()
  await expect.poll(async () => focusOf(page)).toMatchObject({ isInDialog: true })
  await press('Escape')
  await expect(page.getByTestId('aligned-drawer')).toBeHidden()
  await expectFocus(rows)

  // A panel beside its button, in and out; a menu by arrows.
  await tabTo(page.getByTestId('views-menu'))
  await press('Enter')
  await tabTo(page.getByLabel('Name of this view'))
  await press('Escape')
  await expect(page.getByLabel('Name of this view')).toBeHidden()
  await expectFocus(page.getByTestId('views-menu'))
  await tabTo(page.getByTestId('export-button'))
  await press('Enter', 'ArrowDown', 'Enter')
  await expect(dialog('Export')).toBeVisible()
  await press('Escape')
  await expect(dialog('Export')).toBeHidden()
  await expectFocus(page.getByTestId('export-button'))
})
