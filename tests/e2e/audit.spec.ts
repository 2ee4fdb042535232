// The audit's queue by keyboard alone: decisions, reasons, fixes, notes, undo, keys of one's own, a lost server, and what axe says.
import { readFileSync, readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import AxeBuilder from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { useOwnWorkbench } from './own-workbench.ts'
import { expect, goTo, startServer, stopServer, test } from './workbench.ts'
import type { Server } from './workbench.ts'

test.skip(({ surface }) => surface === 'electron', 'The same page; once is enough.')

const picture = resolve(import.meta.dirname, '../../resources/sample-study/images/eval/00088.png')
let page: Page
let server: Server
let folder: string
useOwnWorkbench('audited', (own) => {
  page = own.page
  server = own.server
  folder = own.folder
})

// One of the tests starts it again.
test.afterAll(() => stopServer(server))

interface Line { readonly id: string, readonly annotator: string, readonly record: string, readonly kind: string, readonly decision: string, readonly reason?: string, readonly fix?: { prompt?: string, image?: string }, readonly note?: string, readonly flag?: boolean, readonly undoes?: string, readonly seconds?: number }

/** Every line that somebody wrote, whatever the file is called. */
function linesOf(annotator: string): Line[] {
  const audits = join(folder, 'sample-study/audits/e-vqa-eval')
  return readdirSync(audits).filter(name => name.endsWith('.jsonl')).flatMap(name => readFileSync(join(audits, name), 'utf8').trim().split('\n').map(line => JSON.parse(line) as Line))
    .filter(line => line.annotator === annotator)
}

const press = async (...keys: string[]): Promise<void> => {
  for (const key of keys)
    await page.keyboard.press(key)
}
const probe = () => page.getByTestId('probe-view')
const isAt = async (place: number): Promise<void> => expect(page.getByTestId('queue-position')).toHaveText(new RegExp(`^\\s*${place} of`))
const itemNow = async (): Promise<string> => `${await probe().getAttribute('data-record') ?? ''} ${await probe().getAttribute('data-kind') ?? ''}`

async function check(state: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await page.waitForTimeout(400)
    const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']).analyze()
    expect.soft(violations.map(({ id, nodes }) => `${colorScheme} ${id}: ${nodes.slice(0, 4).map(({ target, any, all, none }) => `${target.join(' ')} (${[...any, ...all, ...none][0]?.message ?? ''})`).join(' | ')}`), state).toEqual([])
  }
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' })
}

/** As if a picture had been copied elsewhere. */
async function pastePicture(path: string): Promise<void> {
  await page.evaluate(`(() => {
    const bytes = Uint8Array.from(atob(${JSON.stringify(readFileSync(path).toString('base64'))}), one => one.charCodeAt(0))
    const data = new DataTransfer()
    data.items.add(new File([bytes], 'other.png', { type: 'image/png' }))
    window.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }))
  })()`)
}

test('the first decision asks who decides, and goes on only when it is written', async () => {
  await expect(page.getByRole('navigation', { name: 'Views' })).toBeVisible()
  await press('Alt+5')
  await expect(probe()).toBeVisible()
  await expect(page.getByTestId('probe-question')).toHaveText('Does the rephrased question still ask for the same fact?')
  await isAt(1)
  await press('k')
  const who = page.getByRole('dialog', { name: 'Who decides?' })
  await expect(who).toBeVisible()
  await page.keyboard.type('Ada')
  await press('Enter')
  await isAt(2)
  await expect(page.getByTestId('audit-progress')).toContainText(/^1 of \d+ decided/)
  const [line] = linesOf('Ada')
  expect([line?.decision, line?.record, line?.kind, (line?.seconds ?? 0) > 0]).toEqual(['keep', '00000', 'textRephrase', true])
})

test('reject with a reason, fix a text, fix a picture, unsure, note and flag', async () => {
  // Reasons: after R, or at once.
  await press('r')
  await expect(page.getByTestId('reasons')).toBeVisible()
  await press('2')
  await isAt(3)
  await press('4')
  await isAt(4)
  await press('s')
  await isAt(5)
  // A text fix is prefilled, and the original stays in sight.
  await expect(probe()).toHaveAttribute('data-kind', 'textRephrase')
  const texts = probe().getByRole('group', { name: 'Question and answer' })
  const original = await texts.locator('p').first().innerText()
  await press('e')
  const field = page.getByTestId('fix-text')
  await expect(field).toBeFocused()
  const rephrase = await field.inputValue()
  await press('End')
  await page.keyboard.type(' Say it.')
  await expect(page.getByTestId('probe-fix')).toContainText('Say it.')
  await expect(texts).toContainText(original)
  await expect(texts).toContainText('Rephrased')
  await press('Enter')
  await isAt(6)
  // A picture fix: pasted.
  await expect(probe()).toHaveAttribute('data-kind', 'imageRephrase')
  await pastePicture(picture)
  await expect(page.getByTestId('fix-picture')).toBeVisible()
  await expect(probe().locator('figcaption')).toHaveText([/^Original/, /^Rephrased/, /^Fixed/])
  await press('Enter')
  await isAt(7)
  // A note and a flag stay on the probe, and go along with its decision.
  await press('f')
  await expect(page.getByTestId('decide-flag')).toHaveAttribute('aria-pressed', 'true')
  await press('n')
  await page.keyboard.type('look again: kr')
  await press('Enter')
  await expect(page.getByTestId('queue-own')).toContainText('look again: kr')
  await isAt(7)
  await press('k')
  await isAt(8)
  const said = linesOf('Ada').map(({ decision, reason, fix, note, flag }) => [decision, reason, fix?.prompt, fix?.image !== undefined, note, flag === true])
  expect(said).toEqual([
    ['keep', undefined, undefined, false, undefined, false],
    ['reject', 'fact-not-visible', undefined, false, undefined, false],
    ['reject', 'wrong-answer', undefined, false, undefined, false],
    ['unsure', undefined, undefined, false, undefined, false],
    ['fix', undefined, `${rephrase} Say it.`, false, undefined, false],
    ['fix', undefined, undefined, true, undefined, false],
    ['none', undefined, undefined, false, undefined, true],
    ['none', undefined, undefined, false, 'look again: kr', true],
    ['keep', undefined, undefined, false, 'look again: kr', true],
  ])
  await expect(page.getByTestId('audit-progress')).toContainText(/^7 of/)
})

test('undo, three times, goes back to what is taken back', async () => {
  await press('u')
  await isAt(7)
  await expect(page.getByTestId('queue-undone')).toContainText('Taken back: Kept')
  await expect(page.getByTestId('decide-keep')).toHaveAttribute('aria-pressed', 'false')
  await expect(page.getByTestId('decide-flag')).toHaveAttribute('aria-pressed', 'true')
  await press('u')
  await expect(page.getByTestId('queue-undone')).toContainText('Taken back: Note')
  await press('u')
  await expect(page.getByTestId('queue-undone')).toContainText('Taken back: Flag')
  await expect(page.getByTestId('decide-flag')).toHaveAttribute('aria-pressed', 'false')
  await expect(page.getByTestId('audit-progress')).toContainText(/^6 of/)
  await press('u')
  await isAt(6)
  await expect(page.getByTestId('queue-undone')).toContainText('Taken back: Fixed')
  expect(linesOf('Ada').filter(({ undoes }) => undoes !== undefined)).toHaveLength(4)
  await press('k')
  await isAt(7)
})

test('moves, jumps, blinks, shows guidelines; a reload returns to the same probe', async () => {
  await press('ArrowLeft')
  await isAt(6)
  await expect(page.getByTestId('queue-own')).toContainText('Kept')
  await press('.')
  await isAt(7)
  await press('j')
  await page.keyboard.type('00012')
  await press('Enter')
  await expect(probe()).toHaveAttribute('data-record', '00012')
  await press('j')
  await page.keyboard.type('12')
  await press('Enter')
  await isAt(12)
  await press('g')
  await expect(page.getByTestId('guidelines')).toContainText('Keep it if')
  await press('g')
  await expect(page.getByTestId('guidelines')).toBeHidden()
  await expect(probe()).toHaveAttribute('data-kind', 'imageRephrase')
  await press('b')
  await expect(page.getByTestId('blinking')).toHaveText('Original')
  await press('b')
  await expect(page.getByTestId('blinking')).toBeHidden()
  await press('+')
  await expect(page.getByTestId('zoom-level')).toHaveText('150 %')
  await press('0')
  await expect(page.getByTestId('zoom-level')).toHaveText('100 %')
  const here = await itemNow()
  await page.reload()
  await isAt(12)
  expect(await itemNow()).toBe(here)
  await goTo(page, '#/audit/e-vqa-eval?record=00042&kind=imageRephrase')
  await expect(probe()).toHaveAttribute('data-record', '00042')
  await expect(probe()).toHaveAttribute('data-kind', 'imageRephrase')
})

test('a key of one\'s own, said where it is taken, kept over a reload', async () => {
  await press('Shift+K')
  const keys = page.getByTestId('keys-dialog')
  await keys.getByTestId('key-keep').click()
  await press('f')
  await expect(page.getByTestId('keys-said')).toContainText('“Keep” is F now. “Flag” had that key and has none')
  await keys.getByTestId('key-flag').click()
  await press('?')
  await expect(page.getByTestId('keys-said')).toContainText('works in every view')
  await press('x')
  await press('Escape')
  await expect(keys).toBeHidden()
  await page.reload()
  await expect(page.getByTestId('decide-keep')).toContainText('F')
  const before = linesOf('Ada').length
  await press('k')
  await expect(probe()).toHaveAttribute('data-record', '00042')
  await press('f')
  await expect.poll(itemNow).not.toBe('00042 imageRephrase')
  expect(linesOf('Ada')).toHaveLength(before + 1)
  await press('?')
  await expect(page.getByTestId('audit-shortcuts')).toHaveText(/^\s*F\s*Keep/)
  await press('Escape')
  await press('Shift+K')
  await page.getByTestId('keys-reset').click()
  await press('Escape')
  await expect(page.getByTestId('decide-keep')).toContainText('K')
})

test('keys do nothing while somebody types', async () => {
  const before = linesOf('Ada').length
  await press('/')
  await page.keyboard.type('kfs')
  await expect(page.getByTestId('queue-no-match')).toBeVisible()
  await press('Escape')
  await page.getByTestId('queue-clear').click()
  await expect(probe()).toBeVisible()
  expect(linesOf('Ada')).toHaveLength(before)
})

test('filters, and what is left when nothing is open in them', async () => {
  await goTo(page, '#/audit/e-vqa-eval?sample=3&seed=4&show=open')
  await expect(page.getByTestId('queue-position')).toContainText('1 of 3')
  await press('k')
  await isAt(2)
  await press('k')
  await isAt(3)
  await press('k')
  await expect(page.getByTestId('queue-done')).toContainText('Nothing is open in this list')
  await press('u')
  await isAt(3)
  await press('k')
  await page.getByTestId('queue-show-open').click()
  await expect(probe()).toBeVisible()
})

test('a decision that cannot be written stays, is sent when the server is there again, and is written once', async () => {
  await goTo(page, '#/audit/e-vqa-eval?record=00050&kind=textRephrase')
  await expect(probe()).toHaveAttribute('data-record', '00050')
  const here = await itemNow()
  const before = linesOf('Ada').length
  await stopServer(server)
  await press('3')
  await expect(page.getByTestId('unsent-note')).toContainText('1 decision is not saved yet')
  expect(await itemNow()).toBe(here)
  await expect(page.getByTestId('decide-reject')).toHaveAttribute('aria-pressed', 'true')
  server = await startServer(folder)
  // The link that it printed, in the same browser: what the other page kept is sent, by either of them.
  await page.goto(server.url)
  await goTo(page, '#/audit/e-vqa-eval?record=00050&kind=textRephrase')
  await expect(page.getByTestId('queue-own')).toContainText('Rejected: Unreadable')
  await expect(page.getByTestId('unsent-note')).toBeHidden()
  const lines = linesOf('Ada')
  expect(lines).toHaveLength(before + 1)
  expect(new Set(lines.map(({ id }) => id)).size).toBe(lines.length)
})

test('axe finds nothing', async () => {
  for (const kind of ['imageRephrase', 'textRephrase']) {
    await goTo(page, `#/audit/e-vqa-eval?record=00060&kind=${kind}`)
    await expect(probe()).toHaveAttribute('data-kind', kind)
    await check(kind)
  }
  await press('g', 'r')
  await check('reasons and guidelines')
  await press('Escape', 'e')
  await check('fix')
  await press('Escape', 'n')
  await check('note')
  await press('Escape', 'j')
  await check('jump')
  await press('Escape', 'Shift+K')
  await check('keys')
  await press('Escape', 'p')
  await expect(page.getByTestId('name-dialog')).toBeVisible()
  await check('name')
  await press('Escape')
  await goTo(page, '#/audit/e-vqa-eval?q=nowhere')
  await expect(page.getByTestId('queue-no-match')).toBeVisible()
  await check('no match')
  await goTo(page, '#/audit/e-vqa-eval?sample=3&seed=4&show=open')
  await expect(page.getByTestId('queue-done').getByRole('group', { name: 'What you decided' })).toBeVisible()
  await check('done')
})
