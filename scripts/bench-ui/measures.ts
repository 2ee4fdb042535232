// What is measured, one entry each, with the goal that issue 4 sets for this class of machine.
import type { Page } from 'playwright-core'
import { frameTimes, until } from './page.ts'

export interface Measure {
  readonly id: string
  readonly label: string
  /** Milliseconds. */
  readonly goal: number
  /** The server is started anew for every round. */
  readonly freshServer?: boolean
  /** Which percentile of all values counts; default: the median of the rounds. */
  readonly p?: number
  /** One round on a fresh page: its values in milliseconds. */
  readonly run: (page: Page, url: string) => Promise<number[]>
}

const count = `document.querySelector('[data-testid=record-count]')?.textContent ?? ''`
const firstRow = `document.querySelector('[data-testid=record-row]')?.textContent ?? ''`

async function openDatasets(page: Page, url: string, layout?: 'table'): Promise<void> {
  await page.goto(url)
  await page.locator('[data-testid=record-card]').first().waitFor()
  await page.locator('[data-testid=facets] input').first().waitFor()
  if (layout) {
    await page.getByRole('radio', { name: 'Table' }).click({ force: true })
    await page.locator('[data-testid=record-row]').first().waitFor()
  }
}

/** Rows a second that a hand on a wheel moves: 150 pixels a frame. */
const scroll = (selector: string): string => `document.querySelector('${selector}').scrollTop += 150`

export const measures: readonly Measure[] = [
  {
    id: 'paint', label: 'Open the study: first records painted', goal: 1000, freshServer: true,
    async run(page, url) {
      await page.goto(url, { waitUntil: 'commit' })
      // Since navigation began: the first card has its question and its picture.
      await until(page, '', `const image = document.querySelector('[data-testid=record-card] img'); return image !== null && image.complete && image.naturalWidth > 0`)
      return [await page.evaluate('performance.now()') as number]
    },
  },
  {
    id: 'filter', label: 'Filter by a facet', goal: 150,
    async run(page, url) {
      await openDatasets(page, url)
      const values: number[] = []
      for (let i = 0; i < 4; i++) {
        await page.evaluate(`window.__count = ${count}`)
        values.push(await until(page, `document.querySelectorAll('[data-testid=facets] input[type=checkbox]')[${Math.floor(i / 2)}].click()`, `return (${count}) !== window.__count && (${count}) !== ''`))
      }
      return values
    },
  },
  {
    id: 'sort', label: 'Sort by a column', goal: 150,
    async run(page, url) {
      await openDatasets(page, url, 'table')
      const values: number[] = []
      for (const name of ['Prompt', 'Target']) {
        for (let i = 0; i < 2; i++) {
          await page.evaluate(`window.__row = ${firstRow}`)
          values.push(await until(page, `[...document.querySelectorAll('[role=columnheader] button')].find(one => one.textContent.includes('${name}')).click()`, `return (${firstRow}) !== window.__row && (${firstRow}) !== ''`))
        }
      }
      return values
    },
  },
  {
    id: 'scroll-grid', label: 'Scroll the grid (p95 frame)', goal: 16.8, p: 0.95,
    async run(page, url) {
      await openDatasets(page, url)
      return frameTimes(page, 180, scroll('[data-testid=record-grid]'))
    },
  },
  {
    id: 'scroll-table', label: 'Scroll the table (p95 frame)', goal: 16.8, p: 0.95,
    async run(page, url) {
      await openDatasets(page, url, 'table')
      return frameTimes(page, 180, scroll('[data-testid=record-table]'))
    },
  },
  {
    id: 'compare', label: 'Open Compare on 10 runs', goal: 1000, freshServer: true,
    async run(page, url) {
      await openDatasets(page, url)
      return [await until(page, `location.hash = '#/compare'`, `return document.querySelectorAll('[data-testid=result-table] tbody tr').length >= 10`)]
    },
  },
]
