// npm run bench:ui: what a person waits for on a large study, measured in Chromium and printed beside its goal. --json for machines.
import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { chromium } from 'playwright-core'
import type { Browser, Page } from 'playwright-core'
import { makeLargeStudy, recordCount, resultCount, runCount } from './large-study.ts'
import { serve } from './serve.ts'
import { measures } from './measures.ts'
import { median, pageClock, percentile } from './page.ts'

const root = resolve(import.meta.dirname, '../..')
const sample = join(root, 'resources/sample-study')
const folder = join(root, '.cache/bench-ui')
const args = process.argv.slice(2)
const only = args.includes('--only') ? args[args.indexOf('--only') + 1]?.split(',') : undefined
const rounds = 5
const say = (text: string): boolean => process.stderr.write(`${text}\n`)

if (args.includes('--fresh') || !existsSync(join(folder, 'study/workspace.json'))) {
  say(`Making a study of ${recordCount.toLocaleString('en-GB')} records and ${runCount} runs of ${resultCount.toLocaleString('en-GB')} results (once, about a minute) …`)
  await makeLargeStudy(folder, { pictures: join(sample, 'images'), data: join(sample, 'data/vqa_train.json') }, say)
}

// What an earlier round decided would be decided already.
await rm(join(folder, 'study/audits'), { recursive: true, force: true })

async function openPage(browser: Browser): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce', locale: 'en-GB' })
  await page.addInitScript(pageClock)
  page.setDefaultTimeout(60_000)
  return page
}

const path = process.env['CHROMIUM_PATH'] ?? ['/usr/bin/chromium', '/usr/bin/google-chrome'].find(existsSync)
const browser = await chromium.launch({ ...path ? { executablePath: path } : {}, args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--font-render-hinting=none'] })
const results: { id: string, label: string, goal: number, ms: number, values: readonly number[] }[] = []
try {
  for (const { id, label, goal, freshServer, run, p } of measures) {
    if (only?.includes(id) === false)
      continue
    say(`${label} …`)
    const values: number[] = []
    let server = freshServer ? undefined : await serve(root, join(folder, 'study'))
    try {
      for (let round = 0; round < rounds; round++) {
        // A study is opened by a program that has nothing in memory yet.
        server ??= await serve(root, join(folder, 'study'))
        const page = await openPage(browser)
        values.push(...await run(page, server.url))
        await page.close()
        if (freshServer) {
          await server.stop()
          server = undefined
        }
      }
    }
    finally {
      await server?.stop()
    }
    results.push({ id, label, goal, ms: p === undefined ? median(values) : percentile(values, p), values })
  }
}
finally {
  await browser.close()
}
process.stdout.write(args.includes('--json') ? `${JSON.stringify(results)}\n` : `${tableOf()}\n`)

function tableOf(): string {
  return [
    `${recordCount.toLocaleString('en-GB')} records, ${runCount} finished runs of ${resultCount.toLocaleString('en-GB')} results; Chromium ${browser.version()}, 1440 × 900, without a GPU.`,
    '',
    '| what | goal | measured | worst |',
    '| --- | ---: | ---: | ---: |',
    ...results.map(({ label, goal, ms, values }) => `| ${label} | ${goal} ms | ${ms.toFixed(ms < 100 ? 1 : 0)} ms | ${Math.max(...values).toFixed(0)} ms |`),
  ].join('\n')
}
