// An engine that speaks the real protocol in a real process and computes nothing: what it does is written in the prompts.
// fail → a sentence; die → SIGKILL itself; abort → process.abort(); wait → until cancelled; hang → deaf to cancelling.
import { appendFileSync } from 'node:fs'
import type { EditRecord } from '../../../src/preload/contract/records.ts'
import type { ProbeResult } from '../../../src/preload/contract/runs.ts'
import { delay } from '../../../src/main/base/async.ts'
import type { Model } from '../../../src/main/models/model.ts'
import { normalised } from '../../../src/main/models/text-encoder.ts'
import { openRecordPool } from '../../../src/main/jobs/engine-memory.ts'
import { trainInEngine } from '../../../src/main/jobs/engine-training.ts'
import { serveJobs } from '../../../src/main/jobs/serve-jobs.ts'
import { countingMethod } from './counting-method.ts'

const provider = { provider: 'cpu', device: 'none', reason: 'There is only this one.', tests: [] }
const view = (text: string) => ({ text, expected: [], generated: [{ text, probability: 1 }] })
const paceMs = Number(process.env['FAKE_PACE_MS'] ?? 0)

async function obey(prompt: string, signal: AbortSignal): Promise<void> {
  if (prompt.includes('die'))
    process.kill(process.pid, 'SIGKILL')
  if (prompt.includes('abort'))
    process.abort()
  if (prompt.includes('fail'))
    throw new Error(`Question '${prompt}' cannot be answered. Ask another one.`)
  if (prompt.includes('hang'))
    await new Promise(() => setInterval(() => undefined, 1000))
  if (prompt.includes('wait'))
    await delay(60_000, signal)
  await delay(paceMs, signal)
}

/** Deterministic, different for every record. */
const scoreOf = (record: EditRecord): number => (record.index % 4) / 3

/** What an audit fixed is asked, and answered with its own prompt. */
const fixedOf = (record: EditRecord): ProbeResult[] => Object.entries(record.probes).flatMap(([kind, probes]) => probes.flatMap(({ prompt, image, fix }, index) =>
  fix === undefined ? [] : [{ kind, index, before: view(prompt), after: view(image?.root === ':pictures:' ? `${prompt} with picture ${image.path}` : prompt), fix }]))

serveJobs({
  async open({ folder }, { signal }) {
    await obey(folder.split('/').at(-1) ?? '', signal)
    return { provider, memoryBytes: 1000, elapsedMs: 1 }
  },
  async answer({ prompt, edit }, { signal }) {
    await obey(prompt, signal)
    return { ...view(edit ? `${prompt} edited` : prompt.toUpperCase()), elapsedMs: 1 }
  },
  async edit({ edit, record }, { report, signal }) {
    const probe = { kind: 'edit' as const, index: 0 }
    report({ kind: 'before', probe, question: record.edit, answer: view('old') })
    for (const step of [1, 2, 3]) {
      await obey(record.edit.prompt, signal)
      report({ kind: 'step', step, loss: 1 / step })
    }
    report({ kind: 'after', probe, question: record.edit, answer: view(record.edit.expected) })
    report({ kind: 'scored', scores: { reliability: { strict: 1 } } })
    report({ kind: 'done', edit, steps: 3, elapsedMs: 1, changed: [] })
    return null
  },
  recall: () => Promise.resolve(null),
  undo: () => Promise.resolve(true),
  async run({ records, finished, protocol, retained }, { report, signal }) {
    for (const [i, record] of records.entries()) {
      if (finished.some(other => other.record === record.id))
        continue
      // What was begun is written down, so that a test sees whether a record was repeated.
      if (process.env['FAKE_JOURNAL'])
        appendFileSync(process.env['FAKE_JOURNAL'], `${record.id}\n`)
      await obey(record.edit.prompt, signal)
      const scores = { 'reliability': { strict: scoreOf(record) }, 'image-locality': { strict: 1 } }
      report({
        kind: 'result',
        result: {
          record: record.id, status: 'done', steps: 3, losses: [3, 2, 1], editMs: 1, elapsedMs: 1, scores, probes: fixedOf(record),
          verdict: scoreOf(record) === 1 ? 'proper' : 'failed', cost: { seconds: 0.5, forwardPasses: 3, backwardPasses: 3, peakBytes: 1000 + i },
        },
      })
      for (const [edit, earlier] of protocol === 'sequential' ? records.slice(0, i + 1).entries() : []) {
        if (!retained.includes(`${i + 1}/${edit}`))
          report({ kind: 'retention', cell: { time: i + 1, edit, record: earlier.id, scores } })
      }
    }
    return null
  },
  // The loop and the checkpoints are the real ones; what is trained is a number.
  async train(job, context) {
    const model = { runtime: { meter: { forward: 0, backward: 0 } } } as unknown as Model
    return trainInEngine(job, { model, fingerprint: 'f', pool: await openRecordPool(job.sources, { model, fingerprint: 'f' }), method: countingMethod(job.method.id, paceMs) }, context)
  },
  // A text's feature is what letters it has.
  async features({ items }, { report, signal }) {
    for (const [at, item] of items.entries()) {
      await delay(paceMs, signal)
      report({ kind: 'feature', at, values: normalised(Float32Array.from({ length: 26 }, (_, i) => item.toLowerCase().split(String.fromCharCode(97 + i)).length - 1)) })
    }
    return null
  },
  // Says what it was asked, in capitals: right where that is expected.
  async ask({ questions }, { report, signal }) {
    for (const [at, { prompt, expected }] of questions.entries()) {
      await obey(prompt, signal)
      report({ at, text: prompt.toUpperCase(), isRight: prompt.toUpperCase() === expected.toUpperCase() })
    }
    return null
  },
  // A model of one layer and one group: half of what the noise took comes back.
  async trace({ samples }, { report, signal }) {
    report({ kind: 'begun', provider, target: 'old', clean: 0.9, corrupted: 0.1, parts: [{ part: 'language', label: 'Language model', layers: samples, groups: [{ id: 'slots', label: 'Picture slots', tokens: 4 }] }] })
    for (let layer = samples - 1; layer >= 0; layer--) {
      await delay(paceMs, signal)
      report({ kind: 'cell', part: 'language', layer, group: 'slots', probability: 0.5 })
    }
    report({ kind: 'done', elapsedMs: 1, notes: [] })
    return null
  },
  async sweep({ record, layers }, { report, signal }) {
    report({ kind: 'begun', part: 'Language model', layers: layers.length > 0 ? layers : [0], provider })
    await obey(record.edit.prompt, signal)
    report({ kind: 'layer', layer: 0, scores: { reliability: { strict: scoreOf(record) } }, steps: 3, elapsedMs: 1 })
    report({ kind: 'done', elapsedMs: 1 })
    return null
  },
  check: () => Promise.resolve({ provider, roles: [], memoryBytes: 1000, sample: { prompt: 'q', text: 'a', elapsedMs: 1 } }),
})
