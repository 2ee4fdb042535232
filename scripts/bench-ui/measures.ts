// What is measured, one entry each, with the goal for this class of machine.
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

/** Compare's KL scatter on one run, 10,000 points, ready to be brushed; drags a box over it. */
async function brush(page: Page, url: string, between: () => Promise<void> = async () => undefined): Promise<void> {
  await openDatasets(page, url)
  await page.evaluate(`location.hash = '#/compare?tab=figures&figure=kl-scatter'`)
  await page.getByTestId('figure').first().waitFor()
  const chooser = page.getByTestId('run-chooser')
  await chooser.getByRole('button', { name: 'None' }).first().click()
  await chooser.getByRole('checkbox').first().check()
  await page.getByTestId('figure-mode').waitFor()
  await page.getByText(/n = 10,?000/).first().waitFor()
  const box = (await page.getByTestId('figure').first().boundingBox())!
  await page.mouse.move(box.x + box.width * 0.2, box.y + box.height * 0.2)
  await page.mouse.down()
  await between()
  for (let i = 1; i <= 30; i++)
    await page.mouse.move(box.x + box.width * (0.2 + 0.02 * i), box.y + box.height * (0.2 + 0.02 * i))
}

/** A wheel turned fast: 60 pixels a frame, 3,600 a second. */
const scroll = (selector: string): string => `document.querySelector('${selector}').scrollTop += 60`

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
  {
    id: 'brush', label: 'Brush 10,000 points: pointer moved to frame painted (p95)', goal: 50, p: 0.95,
    async run(page, url) {
      await brush(page, url, async () => {
        await page.evaluate(`(() => {
          window.__moves = []
          addEventListener('pointermove', () => { const at = performance.now(); window.__painted().then(now => window.__moves.push(now - at)) }, true)
        })()`)
      })
      await page.mouse.up()
      return await page.evaluate('window.__moves') as number[]
    },
  },
  {
    id: 'brushed', label: 'Brush 10,000 points: pointer released to records counted', goal: 50,
    async run(page, url) {
      await brush(page, url)
      await page.evaluate(`(() => {
        window.__released = new Promise(done => addEventListener('pointerup', () => {
          const at = performance.now()
          const look = () => /[1-9]/.test(window.__text('[data-testid=selection]')) ? window.__painted().then(now => done(now - at)) : requestAnimationFrame(look)
          look()
        }, true))
      })()`)
      await page.mouse.up()
      return [await page.evaluate('window.__released') as number]
    },
  },
  {
    id: 'audit', label: 'Open the audit\'s queue of 200,000 probes', goal: 2000, freshServer: true,
    async run(page, url) {
      await openDatasets(page, url)
      return [await until(page, `location.hash = '#/audit'`, `const image = document.querySelector('[data-testid=probe-view] img'); return image !== null && image.complete && image.naturalWidth > 0`)]
    },
  },
  {
    id: 'decide', label: 'Decide: key pressed to next probe on screen, the line on the disk (p95)', goal: 50, p: 0.95,
    async run(page, url) {
      await openDatasets(page, url)
      await page.evaluate(`location.hash = '#/audit'`)
      await page.getByTestId('probe-view').waitFor()
      await page.keyboard.press('p')
      await page.getByLabel('Your name').fill('Bench')
      await page.keyboard.press('Enter')
      await page.getByTestId('name-dialog').waitFor({ state: 'hidden' })
      for (let i = 1; i <= 30; i++) {
        await until(page, '', `return document.querySelector('section[aria-label=Probe]')?.getAttribute('aria-busy') === 'false'`)
        await page.keyboard.press('k')
        await until(page, '', `return performance.getEntriesByName('audit-decision').length >= ${i}`)
      }
      return await page.evaluate(`performance.getEntriesByName('audit-decision').map(one => one.duration)`) as number[]
    },
  },
]
