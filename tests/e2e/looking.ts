// Compares a view with its picture in baselines/, and makes fresh pictures small.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import sharp from 'sharp'
import { expect } from './workbench.ts'

export type Look = (name: string, schemes?: readonly ('light' | 'dark')[], ratio?: number) => Promise<void>

/** Fresh baselines become palette pictures, a third of the size; the tolerance covers the difference. */
export async function shrinkBaselines(): Promise<void> {
  const folder = join(import.meta.dirname, 'baselines')
  for (const path of readdirSync(folder).map(name => join(folder, name))) {
    const drawn = readFileSync(path)
    const small = await sharp(drawn).png({ palette: true, quality: 92, effort: 10 }).toBuffer()
    if (small.length < drawn.length)
      writeFileSync(path, small)
  }
}

/** Every picture in sight is drawn, every font there, no pointer over anything. */
async function settle(page: Page): Promise<void> {
  await page.mouse.move(0, 0)
  await expect.poll(async () => page.locator('img').evaluateAll(images => (images as unknown as { complete: boolean, loading: string, getBoundingClientRect: () => { top: number, bottom: number } }[])
    .filter(image => image.getBoundingClientRect().bottom > 0 && image.getBoundingClientRect().top < 1600).every(image => image.complete))).toBe(true)
  await page.evaluate('document.fonts.ready.then(() => undefined)')
}

/** `ratio`: the share of pixels that may differ; a nearly empty view needs a smaller one. */
export async function lookAt(page: Page, name: string, schemes: readonly ('light' | 'dark')[] = ['light', 'dark'], ratio = 0.02): Promise<void> {
  for (const colorScheme of schemes) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await settle(page)
    await expect.soft(page).toHaveScreenshot(`${name}-${colorScheme}.png`, { stylePath: join(import.meta.dirname, 'changing.css'), maxDiffPixelRatio: ratio })
  }
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' })
}
