// The audit at 100,000 probes: how long the queue takes to open, and how long a decision takes until it is on the disk. Seeded.
import { createWriteStream } from 'node:fs'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { finished } from 'node:stream/promises'
import { QueueRequest } from '../../src/preload/contract/audits.ts'
import type { Decision } from '../../src/preload/contract/decisions.ts'
import type { Dataset } from '../../src/preload/contract/datasets.ts'
import { DatasetId } from '../../src/preload/contract/identifiers.ts'
import type { EditRecord } from '../../src/preload/contract/records.ts'
import { contentHash } from '../../src/main/audits/probe-list.ts'
import { openBackend } from '../../src/main/backend.ts'
import { decisionFile } from '../../src/main/workspace/decisions.ts'
import { writeJsonFile } from '../../src/main/workspace/json-file.ts'
import { openWorkspace } from '../../src/main/workspace/open-workspace.ts'

const recordCount = 50_000
const decidedCount = 50_000
const measuredDecisions = 400
const annotator = 'ann'
const dataset = DatasetId.parse('large')

export interface AuditReport {
  readonly probes: number
  readonly decisions: number
  /** Milliseconds: the first queue of a study that was just opened, and the median of later ones. */
  readonly coldMs: number
  readonly warmMs: number
  /** By order, the median. */
  readonly sortMs: Readonly<Record<string, number>>
  /** From the call until the line is on the disk: median and 95th percentile. */
  readonly decideMs: number
  readonly decideP95Ms: number
  readonly undoMs: number
  /** One probe with its record and pictures, and twenty. */
  readonly readMs: number
  readonly read20Ms: number
}

function recordOf(i: number): EditRecord {
  const picture = (n: number, folder = 'val2014'): { root: string, path: string } => ({ root: 'image', path: `${folder}/COCO_val2014_${String(n % 5000).padStart(12, '0')}.jpg` })
  const expected = String(2 + i % 7)
  const [prompt, form] = [`How many tennis balls are in picture number ${i}?`, 'question'] as const
  return {
    id: String(i).padStart(5, '0'), index: i, task: 'e-vqa', stated: '0', edit: { prompt, form, image: picture(i), expected },
    probes: {
      textRephrase: [{ prompt: `What is the number of tennis balls depicted in picture ${i}?`, form, image: picture(i), expected }],
      imageRephrase: [{ prompt, form, image: picture(i, 'rephrase'), expected }],
      unrelatedText: [{ prompt: 'nq question: who sang the theme song of the film', form: 'plain', expected: `Singer ${i}` }],
      unrelatedImage: [{ prompt: 'What sport can you use this for?', form, image: picture(i + 2), expected: 'riding' }],
    },
  }
}

/** 50,000 records with two audited probes each (and two others), half of the probes decided. */
async function makeStudy(folder: string): Promise<void> {
  const study = await openWorkspace(folder, { name: 'bench' })
  const files = study.layout.dataset(dataset)
  await mkdir(files.folder, { recursive: true })
  await mkdir(study.layout.audit(dataset).folder, { recursive: true })
  await writeJsonFile(files.dataset, { id: dataset, name: 'Large', format: 'mmedit', task: 'e-vqa', source: 'large.json', imageRoots: { image: folder, rephrase: folder }, recordCount, problemCount: 0, importedAt: '2026-01-01T00:00:00.000Z' } satisfies Dataset)
  const records = createWriteStream(files.records)
  const decisions = createWriteStream(decisionFile(study, dataset, annotator))
  for (let i = 0; i < recordCount; i++) {
    const record = recordOf(i)
    records.write(`${JSON.stringify(record)}\n`)
    if (i >= decidedCount / 2)
      continue
    for (const kind of ['textRephrase', 'imageRephrase'] as const) {
      const line: Decision = {
        record: record.id, kind, index: 0, id: `bench-${kind}-${i}`, at: new Date(Date.UTC(2026, 0, 1) + 2000 * i + (kind === 'textRephrase' ? 0 : 1000)).toISOString(),
        annotator, role: 'annotator', decision: i % 10 === 0 ? 'reject' : 'keep', ...i % 10 === 0 ? { reason: 'meaning-changed' } : {}, seconds: 3, content: contentHash(record.probes[kind]![0]!),
      }
      decisions.write(`${JSON.stringify(line)}\n`)
    }
  }
  records.end()
  decisions.end()
  await Promise.all([finished(records), finished(decisions)])
  await study.close()
}

const share = (times: readonly number[], part: number): number => [...times].sort((a, b) => a - b)[Math.min(times.length - 1, Math.floor(part * times.length))]!

async function timed(count: number, task: (i: number) => Promise<unknown>): Promise<number[]> {
  const times: number[] = []
  for (let i = 0; i < count; i++) {
    const started = performance.now()
    await task(i)
    times.push(performance.now() - started)
  }
  return times
}

export async function measureAudit(): Promise<AuditReport> {
  const folder = await mkdtemp(join(tmpdir(), 'mmedit-bench-audit-'))
  try {
    const workspace = join(folder, 'study')
    await makeStudy(workspace)
    const backend = await openBackend({ workspace, access: 'write' })
    try {
      const { audits } = backend.context
      const queue = (request: Partial<QueueRequest> = {}) => audits.queue(QueueRequest.parse({ dataset, annotator, role: 'annotator', ...request }))
      const [coldMs] = await timed(1, () => queue()) as [number]
      const { items, decided } = await queue({ show: 'open' })
      if (items.length !== 2 * recordCount - decidedCount || decided !== decidedCount)
        throw new Error(`The bench's queue has ${items.length} open probes and ${decided} decided ones.`)
      const warmMs = share(await timed(9, () => queue()), 0.5)
      const sortMs: Record<string, number> = {}
      for (const sort of ['findings', 'disagreement', 'influence', 'random'] as const)
        sortMs[sort] = share(await timed(5, () => queue({ sort, role: 'adjudicator' })), 0.5)
      const one = { dataset, annotator, role: 'annotator' as const }
      const probes = await audits.probes({ dataset, items: items.slice(0, measuredDecisions), role: 'annotator' })
      const decisions = await timed(measuredDecisions, i => audits.decide({ ...one, decisions: [{ ...probes[i]!, id: `measured-${i}-decision`, decision: 'keep', seconds: 2 }] }))
      const readMs = share(await timed(20, i => audits.read({ ...one, items: [items[i * 97]!] })), 0.5)
      const read20Ms = share(await timed(20, i => audits.read({ ...one, items: items.slice(i * 20, i * 20 + 20) })), 0.5)
      const undoMs = share(await timed(100, () => audits.undo(one)), 0.5)
      return { probes: 2 * recordCount, decisions: decidedCount, coldMs, warmMs, sortMs, decideMs: share(decisions, 0.5), decideP95Ms: share(decisions, 0.95), undoMs, readMs, read20Ms }
    }
    finally {
      await backend.close()
    }
  }
  finally {
    await rm(folder, { recursive: true, force: true })
  }
}
