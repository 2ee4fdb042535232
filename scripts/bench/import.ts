// Import rate: 10,000 MMEdit records with pictures on disk, and what the import adds to the process's memory.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { importDataset } from '../../src/main/workspace/import-dataset.ts'
import { openWorkspace } from '../../src/main/workspace/open-workspace.ts'

const recordCount = 10_000

/** Seconds, records per second and the growth of resident memory (bytes) for one import into a fresh study. */
export async function measureImport(): Promise<{ recordsPerSecond: number, seconds: number, memoryBytes: number }> {
  const folder = await mkdtemp(join(tmpdir(), 'mmedit-bench-import-'))
  try {
    const pictures = join(folder, 'val2014')
    await mkdir(pictures)
    await Promise.all(Array.from({ length: 500 }, (_, i) => writeFile(join(pictures, `COCO_val2014_${i}.jpg`), 'not opened by the import')))
    const file = join(folder, 'vqa_eval.json')
    await writeFile(file, JSON.stringify(Array.from({ length: recordCount }, (_, i) => recordOf(i))))
    const study = await openWorkspace(join(folder, 'study'), { name: 'bench' })
    globalThis.gc?.()
    const before = process.memoryUsage.rss()
    let peak = before
    const sampler = setInterval(() => {
      peak = Math.max(peak, process.memoryUsage.rss())
    }, 5)
    const started = performance.now()
    const dataset = await importDataset(study, { file, imageRoot: folder })
    const seconds = (performance.now() - started) / 1000
    clearInterval(sampler)
    if (dataset.recordCount !== recordCount)
      throw new Error(`The bench imported ${dataset.recordCount} of ${recordCount} records.`)
    await study.close()
    return { recordsPerSecond: recordCount / seconds, seconds, memoryBytes: Math.max(peak, process.memoryUsage.rss()) - before }
  }
  finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function recordOf(i: number): Record<string, string> {
  const picture = (n: number): string => `val2014/COCO_val2014_${n % 500}.jpg`
  return {
    src: `How many tennis balls are in picture number ${i}?`, pred: '0', alt: String(2 + i % 7), rephrase: `What is the number of tennis balls depicted in picture ${i}?`,
    image: picture(i), image_rephrase: picture(i + 1), loc: 'nq question: who sang the theme song of the film', loc_ans: `Singer ${i}`,
    m_loc: picture(i + 2), m_loc_q: 'What sport can you use this for?', m_loc_a: 'riding',
  }
}
