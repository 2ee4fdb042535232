// How the audit looks, light and dark, against the pictures in baselines/: the queue's two kinds of probes, a decision, the end, and every other tab.
import { randomUUID } from 'node:crypto'
import type { Page } from '@playwright/test'
import type { DecisionDraft } from '../../src/preload/contract/decisions.ts'
import { openApi } from './api.ts'
import { lookAt } from './looking.ts'
import { useOwnPictures } from './own-workbench.ts'
import { expect, goTo, test } from './workbench.ts'
import type { Server } from './workbench.ts'

const dataset = 'e-vqa-eval'
let page: Page
let server: Server
useOwnPictures('audit-seen', (own) => {
  page = own.page
  server = own.server
})

/** Thirty probes by two people: they differ in every seventh; every fifth is rejected, the eleventh fixed. */
async function judge(): Promise<void> {
  const { client, close } = await openApi(server.url)
  const { items } = await client.audits.queue({ dataset })
  const { probes } = await client.audits.listProbes({ dataset, items: items.slice(0, 30) })
  for (const annotator of ['Ana', 'Ben']) {
    await client.audits.decide({ dataset, annotator, decisions: probes.map(({ record, kind, index }, i): DecisionDraft => {
      const isOther = annotator === 'Ben' && i % 7 === 3
      const said = i % 5 === 2 && !isOther
        ? { decision: 'reject' as const, reason: 'meaning-changed' }
        : i === 10 ? { decision: 'fix' as const, fix: { prompt: 'What do you see here?' } } : { decision: isOther ? 'unsure' as const : 'keep' as const, ...(isOther ? { note: 'Could be either.' } : {}) }
      return { id: randomUUID(), record, kind, index, seconds: 3, ...said }
    }) })
  }
  close()
}

test('the queue before anybody has decided', async () => {
  await goTo(page, `#/audit/${dataset}?record=00003&kind=textRephrase`)
  await expect(page.getByTestId('probe-view')).toHaveAttribute('data-record', '00003')
  await lookAt(page, 'audit-text')
  await goTo(page, `#/audit/${dataset}?record=00003&kind=imageRephrase`)
  await expect(page.getByTestId('probe-view')).toHaveAttribute('data-kind', 'imageRephrase')
  await lookAt(page, 'audit-pictures')
  await goTo(page, `#/audit/${dataset}?tab=agreement`)
  await expect(page.getByTestId('empty-state')).toBeVisible()
  await lookAt(page, 'audit-agreement-empty', ['light', 'dark'], 0.004)
})

test('reasons, grid, adjudication, agreement', async () => {
  await judge()
  await goTo(page, `#/audit/${dataset}?record=00004&kind=imageRephrase`)
  await expect(page.getByTestId('probe-view')).toHaveAttribute('data-record', '00004')
  await page.keyboard.press('r')
  await expect(page.getByTestId('reasons')).toBeVisible()
  await lookAt(page, 'audit-reasons')
  await page.keyboard.press('Escape')
  await goTo(page, `#/audit/${dataset}?tab=grid`)
  await expect(page.getByTestId('audit-tile').nth(8)).toBeVisible()
  await lookAt(page, 'audit-grid')
  await goTo(page, `#/audit/${dataset}?tab=adjudicate`)
  await page.getByTestId('adjudicate-start').click()
  await expect(page.getByTestId('voice')).toHaveCount(2)
  await lookAt(page, 'audit-adjudicate')
  await goTo(page, `#/audit/${dataset}?tab=agreement`)
  await expect(page.getByTestId('agreement-row').first()).toBeVisible()
  await lookAt(page, 'audit-agreement')
})

test('settings and export', async () => {
  await goTo(page, `#/audit/${dataset}`)
  await page.getByTestId('audit-settings').click()
  await page.getByTestId('settings-form').getByRole('tab', { name: 'Reasons' }).click()
  await expect(page.getByTestId('settings-reason').first()).toBeVisible()
  await lookAt(page, 'audit-settings', ['light', 'dark'], 0.01)
  await page.keyboard.press('Escape')
  await page.getByTestId('audit-export').click()
  await expect(page.getByTestId('clean-preview')).toBeVisible()
  await lookAt(page, 'audit-export', ['light', 'dark'], 0.01)
})
