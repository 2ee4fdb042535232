// A study as large as the page must bear: 100,000 records with real pictures, ten finished runs of 10,000 results each. Seeded.
import { createWriteStream } from 'node:fs'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { finished } from 'node:stream/promises'
import { EditRecord } from '../../src/preload/contract/records.ts'
import type { DatasetId} from '../../src/preload/contract/identifiers.ts';
import { ModelId } from '../../src/preload/contract/identifiers.ts'
import { RecordResult, RunPlan } from '../../src/preload/contract/runs.ts'
import type { Run, Scores } from '../../src/preload/contract/runs.ts'
import { createRandom } from '../../src/main/base/random.ts'
import type { Random } from '../../src/main/base/random.ts'
import { metrics } from '../../src/main/metrics/index.ts'
import { verdictOf } from '../../src/main/metrics/verdict.ts'
import { createSummary } from '../../src/main/runs/summary.ts'
import { readJsonl } from '../../src/main/workspace/jsonl-file.ts'
import { importDataset } from '../../src/main/workspace/import-dataset.ts'
import { openWorkspace } from '../../src/main/workspace/open-workspace.ts'
import type { Study } from '../../src/main/workspace/open-workspace.ts'
import { createRun, writeSummary } from '../../src/main/workspace/runs.ts'
import { readScoreColumns } from '../../src/main/workspace/score-columns.ts'

export const recordCount = 100_000
export const runCount = 10
export const resultCount = 10_000

interface Source { readonly src: string, readonly [key: string]: string }

/** Makes the study in `folder` (emptied first); `pictures` is the sample study's folder of pictures, `data` its MMEdit file. */
export async function makeLargeStudy(folder: string, { pictures, data }: { readonly pictures: string, readonly data: string }, say: (text: string) => void): Promise<void> {
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  const study = await openWorkspace(join(folder, 'study'), { name: 'Large study' })
  try {
    say(`Importing ${recordCount.toLocaleString('en-GB')} records …`)
    const prototypes = JSON.parse(await readFile(data, 'utf8')) as Source[]
    const file = join(folder, 'large_eval.json')
    await writeFile(file, JSON.stringify(Array.from({ length: recordCount }, (_, i) => variantOf(prototypes[i % prototypes.length]!, i))))
    const dataset = await importDataset(study, { file, imageRoot: pictures })
    await rm(file)
    if (dataset.recordCount !== recordCount)
      throw new Error(`The bench imported ${dataset.recordCount} of ${recordCount} records.`)
    const records: EditRecord[] = []
    for await (const record of readJsonl(study.layout.dataset(dataset.id).records, EditRecord)) {
      records.push(record)
      if (records.length === resultCount)
        break
    }
    for (let i = 0; i < runCount; i++) {
      say(`Writing run ${i + 1} of ${runCount} with ${resultCount.toLocaleString('en-GB')} results …`)
      await writeRun(study, dataset.id, records, i)
    }
  }
  finally {
    await study.close()
  }
}

/** The same question about another number of things: texts differ, pictures are shared. */
function variantOf(source: Source, i: number): Source {
  const round = Math.floor(i / 1000)
  return round === 0 ? source : { ...source, src: `${source.src.replace(/\?$/, '')} in picture ${i}?`, loc: `${source.loc ?? ''} (${round})` }
}

const methodsOfRuns = ['fine-tune', 'mend', 'ke', 'lora', 'fine-tune-l'] as const
const scopesOfRuns = ['text', 'vision'] as const

async function writeRun(study: Study, dataset: DatasetId, records: readonly EditRecord[], index: number): Promise<void> {
  const method = methodsOfRuns[index % methodsOfRuns.length]!
  const scope = scopesOfRuns[Math.floor(index / methodsOfRuns.length)]!
  const random = createRandom(`run ${index}`)
  const createdAt = new Date(Date.UTC(2026, 0, 1 + index)).toISOString()
  const run: Omit<Run, 'id'> = {
    name: `${method}, ${scope}`,
    plan: RunPlan.parse({ model: ModelId.parse('sample'), dataset, method: { id: method, config: {} }, scope, metrics: metrics.all.map(({ id }) => id), limit: resultCount }),
    status: 'finished', createdAt, finishedAt: createdAt, recordCount: records.length, doneCount: records.length, failedCount: 0,
    recordsPerSecond: null, secondsLeft: null, versions: { 'mmedit-workbench': '0.1.0' },
  }
  const { id } = await createRun(study, run)
  const file = createWriteStream(study.layout.run(id).results)
  const summary = createSummary()
  for (const record of records) {
    const result = resultOf(record, random, 0.5 + 0.05 * index)
    summary.add(result)
    if (!file.write(`${JSON.stringify(result)}\n`))
      await new Promise<void>(done => file.once('drain', () => done()))
  }
  file.end()
  await finished(file)
  await writeSummary(study, id, summary.whole())
  // As the queue leaves a finished run: with its columns beside its results.
  await readScoreColumns(study, id)
}

function resultOf(record: EditRecord, random: Random, skill: number): RecordResult {
  const hit = (share: number): number => random.next() < share ? 1 : 0
  const scores: Scores = {}
  for (const metric of metrics.all) {
    const right = hit(skill)
    scores[metric.id] = Object.fromEntries(metric.variants.map(({ id, unit }) => [id, unit === 'nats' ? Math.exp(random.normal() * 2 - 3) : id === 'strict' ? right : Math.min(1, Math.max(0, right * 0.8 + random.next() * 0.2))]))
  }
  const answer = (text: string): RecordResult['probes'][number]['before'] => ({
    text,
    expected: [{ text: ` ${record.edit.expected}`, probability: random.next(), best: ` ${text}`, bestProbability: random.next() }],
    generated: [{ text: ` ${text}`, probability: random.next() }],
  })
  const verdict = verdictOf(scores)
  return RecordResult.parse({
    record: record.id, status: 'done', steps: 10, losses: Array.from({ length: 10 }, (_, i) => 5 / (i + 1)), editMs: 50 + 50 * random.next(), elapsedMs: 200, scores,
    probes: ['edit', 'textRephrase', 'imageRephrase', 'unrelatedText', 'unrelatedImage'].map(kind => ({ kind, index: 0, before: answer(record.stated || 'something'), after: answer(scores.reliability?.strict ? record.edit.expected : record.stated || 'something') })),
    ...(verdict ? { verdict } : {}),
    cost: { seconds: 0.05 + 0.05 * random.next(), forwardPasses: 11, backwardPasses: 10, peakBytes: 2 ** 28 },
  })
}
