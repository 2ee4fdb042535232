// Weak slices of a run: found, saved as a slice, opened as records. The run is written by hand: it fails on one kind of question alone.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { EditRecord } from '../../src/preload/contract/records.ts'
import { expect, openPage, startServer, stopServer, test } from './workbench.ts'
import type { Server } from './workbench.ts'

let home: string
let server: Server
let page: Page
const study = (...path: string[]): string => join(home, 'sample-study', ...path)
const scoredCount = 120

function writeRun(): void {
  const records = readFileSync(study('datasets/e-vqa-eval/records.jsonl'), 'utf8').trim().split('\n').slice(0, scoredCount).map(line => EditRecord.parse(JSON.parse(line)))
  const isHard = ({ edit }: EditRecord): boolean => /\b(?:kind|type|group)\b/.test(edit.prompt)
  const at = '2026-01-01T00:00:00.000Z'
  mkdirSync(study('runs/hard-01'), { recursive: true })
  writeFileSync(study('runs/hard-01/run.json'), JSON.stringify({
    id: 'hard-01', name: 'Fails on kinds', status: 'finished', createdAt: at, finishedAt: at, recordCount: scoredCount, doneCount: scoredCount, failedCount: 0, recordsPerSecond: null, secondsLeft: null, versions: {},
    plan: { model: 'sample', dataset: 'e-vqa-eval', method: { id: 'fine-tune', config: {} }, scope: 'text', metrics: ['reliability'], limit: scoredCount },
  }))
  writeFileSync(study('runs/hard-01/results.jsonl'), records.map((record, i) => `${JSON.stringify({
    record: record.id, status: 'done', steps: 1, losses: [1], editMs: 1, elapsedMs: 1, probes: [], scores: { reliability: { strict: isHard(record) === (i % 10 === 0) ? 1 : 0 } },
  })}\n`).join(''))
  const mean = records.filter(record => !isHard(record)).length / scoredCount
  writeFileSync(study('runs/hard-01/metrics.json'), JSON.stringify({ metrics: { reliability: { strict: { mean, low: mean - 0.1, high: mean + 0.1, n: scoredCount } } }, verdicts: {} }))
}

test.beforeAll(async ({ shell }) => {
  home = mkdtempSync(join(tmpdir(), 'mmedit-slices-'))
  // The first start makes the sample study.
  await stopServer(await startServer(home))
  writeRun()
  server = await startServer(home)
  page = await openPage(shell, server.url)
})
test.afterAll(async () => {
  await page.context().close()
  await stopServer(server)
  rmSync(home, { recursive: true, force: true, maxRetries: 5 })
})

test('a run shows what it is bad at, keeps it as a slice and opens its records', async () => {
  await page.getByRole('link', { name: 'Runs' }).click()
  await page.getByText('Fails on kinds').first().click()
  const panel = page.getByTestId('worst-slices')
  const first = panel.getByTestId('worst-slice').first()
  await expect(first).toContainText('Question type = kind')
  await expect(first).toContainText('< 0.001')
  await expect(panel).toContainText('beyond chance')

  await first.getByTestId('worst-save').click()
  await expect(first.getByTestId('worst-save')).toBeDisabled()
  await expect(first.getByTestId('worst-save')).toContainText('Saved')
  expect(JSON.parse(readFileSync(study('slices/question-type-kind.json'), 'utf8'))).toMatchObject({ name: 'Question type = kind', dataset: 'e-vqa-eval', filter: { facets: { question: ['kind'] } } })
  expect(existsSync(study('slices/question-type-kind-2.json'))).toBe(false)

  const count = await panel.getByTestId('worst-slice').count()
  await page.getByTestId('worst-least').selectOption('100')
  await expect(page.getByTestId('worst-few')).toContainText('no slice of at least 100')
  await page.getByTestId('worst-least').selectOption('10')
  await expect(panel.getByTestId('worst-slice')).toHaveCount(count)
  await page.getByTestId('worst-notes').click()
  await expect(panel).toContainText('Fisher\'s exact test')

  // Fewer records than the dataset has, the run beside them, the worst first.
  await first.getByTestId('worst-show').click()
  await expect(page).toHaveURL(/#\/datasets\/e-vqa-eval\?.*is-question=kind/)
  await expect(page).toHaveURL(/run=hard-01/)
  await expect(page).toHaveURL(/sort=reliability/)
})
