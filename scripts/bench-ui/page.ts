// What a person waits for, measured inside the page: from an action to the frame that shows its result.
import type { Page } from 'playwright-core'

/** Put into every page before its own code: a clock from action to painted frame, and the first frame that shows records. */
export const pageClock = `
  window.__painted = () => new Promise(done => requestAnimationFrame(() => setTimeout(() => done(performance.now()))))
  window.__until = async (act, isDone) => {
    const started = performance.now()
    await act()
    while (!isDone())
      await new Promise(next => requestAnimationFrame(next))
    return await window.__painted() - started
  }
  window.__text = selector => document.querySelector(selector)?.textContent ?? ''
`

/** Milliseconds from `act` to the frame after `isDone` holds; both are JavaScript for the page. Fails after 30 s. */
export async function until(page: Page, act: string, isDone: string): Promise<number> {
  const measured = page.evaluate(`window.__until(async () => { ${act} }, () => { ${isDone} })`)
  const late = new Promise<never>((_, failed) => setTimeout(() => failed(new Error(`The page did not get there within 30 s: ${isDone}`)), 30_000))
  return await Promise.race([measured, late]) as number
}

/** Milliseconds between frames while `step` (JavaScript, given the frame's number) runs once a frame. */
export async function frameTimes(page: Page, frames: number, step: string): Promise<number[]> {
  return await page.evaluate(`(async () => {
    const times = []
    let before = await new Promise(done => requestAnimationFrame(done))
    for (let frame = 0; frame < ${frames}; frame++) {
      ${step}
      const now = await new Promise(done => requestAnimationFrame(done))
      times.push(now - before)
      before = now
    }
    return times
  })()`) as number[]
}

/** The value that a share `p` of the values does not exceed. */
export function percentile(values: readonly number[], p: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.ceil(p * sorted.length) - 1)] ?? Number.NaN
}

export const median = (values: readonly number[]): number => percentile(values, 0.5)
