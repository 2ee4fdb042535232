// The whole chain of an audit: two people judge thirty probes each by keyboard, differ, somebody settles it, the table follows, fixed probes are
// asked again, and the cleaned dataset comes back as the same study. Every number is worked out anew in audit-arithmetic.ts.
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import type { Locator, Page } from '@playwright/test'
import { cohen, decisionsOf, meanText, runNamed, scoresOf } from './audit-arithmetic.ts'
import { useOwnWorkbench } from './own-workbench.ts'
import { expect, goTo, stopServer, test } from './workbench.ts'
import type { Server } from './workbench.ts'

const builtFolder = resolve(import.meta.dirname, '../..', process.env['MMEDIT_OUT'] ?? 'out')
const dataset = 'e-vqa-eval'
const each = 30
/** Places in the queue, from 0. Fixes go to the first text rephrases that nothing else happens to. */
const rejectedByBoth = [2, 7, 12]
const rejectedByAna = [17, 22]
const rejectedByBen = [9]
const unsureForAna = [5]
const special = [...rejectedByBoth, ...rejectedByAna, ...rejectedByBen, ...unsureForAna]
/** How Cleo settles what they differ in, by place. */
const settled: Readonly<Record<number, 'keep' | 'reject'>> = { 5: 'keep', 9: 'reject', 17: 'reject', 22: 'keep' }
const fixedText = (record: string): string => `Tell me what this is, please (${record}).`

interface Seen { readonly record: string, readonly kind: string }

let page: Page
let server: Server
let folder: string
let study: string
/** What stood at each place of the queue. */
const seen: Seen[] = []
const fixes: number[] = []

test.beforeAll(async ({ home }) => {
  test.setTimeout(600_000)
  await runMend(join(home, 'walked'), 'Before the audit', dataset)
})
useOwnWorkbench('walked', (own) => {
  page = own.page
  server = own.server
  folder = own.folder
  study = join(own.folder, 'sample-study')
})
test.skip(({ surface }) => surface === 'electron', 'Serves a study of its own; the view is the same in the window.')

const probe = (): Locator => page.getByTestId('probe-view')
const place = async (): Promise<Seen> => ({ record: await probe().getAttribute('data-record') ?? '', kind: await probe().getAttribute('data-kind') ?? '' })
const nthText = (count: number): string => `${count} of ${each} decided`

/** MEND's shipped editor on every record, in the terminal, with what the walk looks at: the quickest run there is. */
async function runMend(home: string, name: string, on: string): Promise<void> {
  const words = ['runs', 'start', '--method', 'mend', '--scope', 'text', '--provider', 'cpu', '--dataset', on, '--memory', 'e-vqa-train', '--metrics', 'reliability,text-generality,image-generality', '--name', name]
  const { stderr } = await promisify(execFile)(process.execPath, [join(builtFolder, 'main/cli.js'), ...words], { env: { ...process.env, MMEDIT_HOME: home } })
    .catch((error: unknown) => error as { stderr: string })
  expect(stderr).not.toContain('Error')
}

async function beSomebody(name: string, role: 'Annotator' | 'Adjudicator' = 'Annotator'): Promise<void> {
  await page.keyboard.press('p')
  const dialog = page.getByTestId('name-dialog')
  await dialog.getByLabel('Your name').fill(name)
  await dialog.getByRole('radio', { name: role }).press('Space')
  await dialog.getByLabel('Your name').press('Enter')
  await expect(dialog).toBeHidden()
}

/** Judges the thirty probes, by keys only. `rejects`: places; the rest is kept but for what both fix. */
async function audit(name: string, rejects: readonly number[], unsure: readonly number[]): Promise<void> {
  await beSomebody(name)
  await expect(page.getByTestId('audit-progress')).toContainText(nthText(0))
  for (let at = 0; at < each; at++) {
    await expect(page.getByTestId('queue-position')).toContainText(`${at + 1} of ${each}`)
    const here = await place()
    if (seen[at])
      expect(here).toEqual(seen[at])
    else
      seen.push(here)
    const isFix = fixes.includes(at) || (name === 'Ana' && fixes.length < 2 && here.kind === 'textRephrase' && !special.includes(at))
    if (isFix) {
      if (!fixes.includes(at))
        fixes.push(at)
      await page.keyboard.press('e')
      const text = page.getByRole('textbox', { name: 'Corrected text' })
      await expect(text).toBeFocused()
      await page.keyboard.press('ControlOrMeta+a')
      await page.keyboard.type(fixedText(here.record))
      await page.keyboard.press('Enter')
    }
    else if (rejects.includes(at)) {
      await page.keyboard.press('r')
      await page.keyboard.press(here.kind === 'textRephrase' ? '1' : '2')
    }
    else {
      await page.keyboard.press(unsure.includes(at) ? 's' : 'k')
    }
    await expect(page.getByTestId('audit-progress')).toContainText(nthText(at + 1))
  }
  await expect(page.getByTestId('queue-done')).toBeVisible()
}

/** Records whose probe of this kind holds one of these states, from the plan above. */
const recordsAt = (kind: string, places: readonly number[]): string[] => places.flatMap(at => seen[at]?.kind === kind ? [seen[at].record] : [])
const finallyRejected = (): number[] => [...rejectedByBoth, ...Object.entries(settled).flatMap(([at, as]) => as === 'reject' ? [Number(at)] : [])]

/** The number in a cell of the only row. */
const cell = (metric: string): Locator => page.getByTestId('result-table').getByTestId(`cell-${metric}`).first()
const choosePolicy = (counts: string): Promise<unknown> => page.getByTestId('what-counts').selectOption(counts)

test('two people share an audit of thirty probes', async () => {
  await goTo(page, `#/audit/${dataset}`)
  await page.getByTestId('audit-settings').click()
  const form = page.getByTestId('settings-form')
  await form.getByRole('tab', { name: 'People' }).click()
  await form.getByTestId('settings-assigned').getByRole('radio').last().click()
  await form.getByLabel('Annotators, one name a line').fill('Ana\nBen')
  await form.getByLabel('Sample').fill(String(each))
  await form.getByLabel('Seed').fill('3')
  await form.getByLabel('Seed').blur()
  await expect(form.getByTestId('settings-preview')).toContainText('30 probes')
  await page.getByTestId('settings-save').click()
  await expect(form).toBeHidden()
})

test('Ana and Ben judge thirty probes each by keyboard alone', async () => {
  test.setTimeout(300_000)
  await page.getByRole('region', { name: 'Probe' }).or(page.locator('[aria-label="Probe"]')).first().focus()
  await audit('Ana', [...rejectedByBoth, ...rejectedByAna], unsureForAna)
  await audit('Ben', [...rejectedByBoth, ...rejectedByBen], [])
  expect(fixes).toHaveLength(2)
  for (const [file, rejects] of [['ana', rejectedByBoth.length + rejectedByAna.length], ['ben', rejectedByBoth.length + rejectedByBen.length]] as const) {
    const lines = decisionsOf(study, dataset, file)
    expect(lines).toHaveLength(each)
    expect(lines.filter(({ decision }) => decision === 'reject')).toHaveLength(rejects)
    expect(lines.filter(({ decision }) => decision === 'fix').map(({ record, fix }) => [record, fix?.prompt])).toEqual(fixes.map(at => [seen[at]!.record, fixedText(seen[at]!.record)]))
    expect(lines.map(({ record, kind }) => ({ record, kind }))).toEqual(seen)
  }
})

test('their agreement is that of the textbook', async () => {
  await goTo(page, `#/audit/${dataset}?tab=agreement`)
  const [ana, ben] = ['ana', 'ben'].map(file => decisionsOf(study, dataset, file).map(({ decision }) => decision)) as [string[], string[]]
  const { percent, kappa } = cohen(ana.map((decision, i) => [decision, ben[i]!]))
  expect(percent).toBeCloseTo((each - Object.keys(settled).length) / each, 10)
  const row = page.getByTestId('agreement-row').filter({ has: page.getByRole('cell', { name: String(each), exact: true }) })
  await expect(row).toHaveCount(1)
  await expect(row.locator('[data-coefficient=percent]')).toContainText((100 * percent).toFixed(1))
  await expect(row.locator('[data-coefficient=cohen]')).toContainText(kappa.toFixed(3))
  await expect(page.getByTestId('progress-row')).toHaveCount(2)
})

test('Cleo settles what they differ in, by keyboard', async () => {
  await goTo(page, `#/audit/${dataset}`)
  await expect(page.getByTestId('audit-person')).toBeVisible()
  await beSomebody('Cleo', 'Adjudicator')
  await goTo(page, `#/audit/${dataset}?tab=adjudicate`)
  const start = page.getByTestId('adjudicate-start')
  await start.or(page.getByTestId('adjudicate-tab')).first().waitFor()
  if (await start.isVisible())
    await start.press('Enter')
  const places = Object.keys(settled).map(Number).sort((a, b) => a - b)
  await expect(page.getByTestId('adjudicate-line')).toHaveCount(places.length)
  for (const at of places) {
    await expect(probe()).toHaveAttribute('data-record', seen[at]!.record)
    await expect(probe()).toHaveAttribute('data-kind', seen[at]!.kind)
    await expect(page.getByTestId('voice')).toHaveCount(2)
    if (settled[at] === 'keep') {
      await page.keyboard.press('k')
    }
    else {
      await page.keyboard.press('r')
      await page.keyboard.press('4')
    }
    await expect(page.getByTestId('adjudicate-left')).toContainText(at === places.at(-1) ? /^(?:All settled|0 |None)/ : `${places.length - 1 - places.indexOf(at)} probe`)
  }
  const lines = decisionsOf(study, dataset, 'cleo')
  expect(lines.map(({ record, decision, role }) => ({ record, decision, role }))).toEqual(places.map(at => ({ record: seen[at]!.record, decision: settled[at], role: 'adjudicator' })))
})

test('the table of Compare follows: without rejected probes, then with the fixes after one click', async () => {
  test.setTimeout(300_000)
  const run = runNamed(study, 'Before the audit')
  await goTo(page, '#/compare')
  await expect(cell('text-generality')).toBeVisible()
  const metrics = [['text-generality', 'textRephrase'], ['image-generality', 'imageRephrase']] as const
  for (const [metric] of metrics)
    await expect(cell(metric)).toContainText(meanText(scoresOf(study, run, metric), []).text)

  await choosePolicy('without-rejected')
  const gone = [...finallyRejected(), ...fixes]
  await expect(page.getByTestId('counted-totals')).toContainText(`${gone.length} of 720 probes`)
  for (const [metric, kind] of metrics) {
    const expected = meanText(scoresOf(study, run, metric), recordsAt(kind, gone))
    expect(expected.n).toBe(360 - recordsAt(kind, gone).length)
    await expect(cell(metric)).toContainText(expected.text)
  }
  // What nobody judged is what it was.
  await expect(cell('reliability')).toContainText(meanText(scoresOf(study, run, 'reliability'), []).text)

  await choosePolicy('with-fixes')
  await expect(page.getByTestId('counted-waiting')).toContainText('2 fixed probes')
  await expect(cell('text-generality')).toContainText(meanText(scoresOf(study, run, 'text-generality'), recordsAt('textRephrase', gone)).text)
  await page.getByTestId('rerun-fixes').click()
  await expect(page.getByTestId('counted-waiting')).toBeHidden({ timeout: 120_000 })
  await expect(page.getByTestId('counted-totals')).toContainText(`${finallyRejected().length} of 720 probes are left out, 2 are scored with their fixes`)
  const again = scoresOf(study, runNamed(study, 'Fixes of Before the audit'), 'text-generality')
  expect([...again.keys()].sort()).toEqual(recordsAt('textRephrase', fixes).sort())
  const expected = meanText(scoresOf(study, run, 'text-generality'), recordsAt('textRephrase', finallyRejected()), again)
  expect(expected.n).toBe(360 - recordsAt('textRephrase', finallyRejected()).length)
  await expect(cell('text-generality')).toContainText(expected.text)
})

test('the cleaned dataset leaves, comes back, and gives the same numbers', async () => {
  test.setTimeout(400_000)
  await goTo(page, `#/audit/${dataset}`)
  await page.getByTestId('audit-export').click()
  const form = page.getByTestId('clean-form')
  await form.getByTestId('clean-with-fixes').check()
  await form.getByTestId('clean-write').click()
  const written = (await page.getByTestId('clean-folder').innerText()).trim()
  const manifest = JSON.parse(readFileSync(join(written, 'manifest.json'), 'utf8')) as { files: Record<string, string> | { file: string }[] }
  const file = (Array.isArray(manifest.files) ? manifest.files.map(one => one.file) : Object.keys(manifest.files)).find(name => name.endsWith('.json'))!
  const cleaned = JSON.parse(readFileSync(join(written, file), 'utf8')) as Record<string, string>[]
  expect(cleaned).toHaveLength(360)
  const lost = (kind: string): string[] => recordsAt(kind, finallyRejected()).sort()
  const without = (key: string): string[] => cleaned.flatMap((record, i) => key in record ? [] : [String(i).padStart(5, '0')])
  expect(without('rephrase')).toEqual(lost('textRephrase'))
  expect(without('image_rephrase')).toEqual(lost('imageRephrase'))
  for (const record of recordsAt('textRephrase', fixes))
    expect(cleaned[Number(record)]!['rephrase']).toBe(fixedText(record))
  expect(readFileSync(join(written, 'diff.md'), 'utf8')).toContain(fixedText(seen[fixes[0]!]!.record))

  await page.getByTestId('clean-import').click()
  await expect(page.getByTestId('clean-imported')).toContainText('360')
  await page.getByTestId('clean-show').click()
  await expect(page).toHaveURL(/#\/datasets\//)
  const imported = basename(new URL(page.url()).hash.split('?')[0]!)
  // One program at a time has a study open.
  await stopServer(server)
  await runMend(folder, 'After the audit', imported)

  // A run on the cleaned dataset is what the policy made of the run before.
  const before = runNamed(study, 'Before the audit')
  const after = runNamed(study, 'After the audit')
  const again = scoresOf(study, runNamed(study, 'Fixes of Before the audit'), 'text-generality')
  for (const [metric, kind] of [['reliability', ''], ['text-generality', 'textRephrase'], ['image-generality', 'imageRephrase']] as const) {
    const expected = new Map([...scoresOf(study, before, metric)].filter(([record]) => !lost(kind).includes(record)))
    if (metric === 'text-generality')
      again.forEach((value, record) => expected.set(record, value))
    expect([...scoresOf(study, after, metric)].sort()).toEqual([...expected].sort())
  }
})
