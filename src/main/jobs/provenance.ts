// What an exported file says about itself: enough to write it again and to notice that the data is another one.
import { readFile, stat } from 'node:fs/promises'
import { z } from 'zod'
import { Comparison } from '../../preload/contract/comparison.ts'
import { Print } from '../../preload/contract/figures.ts'
import type { Run } from '../../preload/contract/runs.ts'
import { TableFormat } from '../../preload/contract/tables.ts'
import { hasCode } from '../base/errors.ts'
import { metrics } from '../metrics/index.ts'
import type { ReportInput } from '../query/report-run.ts'
import { hashOfDataset, hashOfRun, hashOfValue } from '../workspace/data-hashes.ts'
import { parseJson } from '../workspace/json-file.ts'
import type { Study } from '../workspace/open-workspace.ts'
import { findProvenance } from '../workspace/provenance-text.ts'
import { workbenchVersion } from './versions.ts'

const id = z.string().min(1).max(120)
export const TableRequest = Comparison.extend({ id, format: TableFormat })
export type TableRequest = z.infer<typeof TableRequest>
export const FigureRequest = Comparison.extend({ id, metric: z.string().max(120).optional(), ...Print.shape })
export type FigureRequest = z.infer<typeof FigureRequest>
export const ReportRequest = Comparison.extend({ title: z.string().max(200).optional(), tables: z.array(id).max(100), figures: z.array(id).max(100) })
export type ReportRequest = z.infer<typeof ReportRequest>

const Facts = z.object({
  /** Version of this form. */
  mmedit: z.literal(1),
  data: z.object({ hash: z.string(), parts: z.record(z.string(), z.string()) }),
  runs: z.array(z.object({ id: z.string(), name: z.string(), model: z.string(), dataset: z.string(), method: z.string(), scope: z.string(), seed: z.number() })),
  definitions: z.record(z.string(), z.string()),
  /** Of the program that wrote the file. */
  version: z.string(),
  command: z.string(),
})
export const Provenance = z.discriminatedUnion('kind', [
  Facts.extend({ kind: z.literal('table'), request: TableRequest }),
  Facts.extend({ kind: z.literal('figure'), request: FigureRequest }),
  Facts.extend({ kind: z.literal('report'), request: ReportRequest }),
])
export type Provenance = z.infer<typeof Provenance>
export type Asked = { [K in Provenance['kind']]: { readonly kind: K, readonly request: Extract<Provenance, { kind: K }>['request'] } }[Provenance['kind']]

/** Metric and reading → what the number is, in a sentence. */
export function definitionsOf(pairs: readonly (readonly [metric: string, variant: string])[]): Record<string, string> {
  return Object.fromEntries(pairs.flatMap(([metric, variant]) => {
    const found = metrics.has(metric) ? metrics.get(metric) : undefined
    const reading = found?.variants.find(({ id }) => id === variant)
    return found && reading ? [[`${metric}/${variant}`, `${found.label} (${found.symbol}): ${found.summary} ${reading.label}: ${reading.summary}`]] : []
  }))
}

/** The chosen reading of every metric that a row has. */
export function measured({ runs, reported, variant }: ReportInput): [string, string][] {
  return metrics.all
    .filter(({ id }) => runs.some(row => row.metrics[id]?.[variant]) || reported.some(row => row.metrics[id] !== undefined))
    .map(({ id }) => [id, variant])
}

const distinct = (runs: readonly Run[]): Run[] => [...new Map(runs.map(run => [run.id, run])).values()]

/** Hashes of everything the rows came from: runs, datasets, which records were compared, results reported elsewhere. */
async function dataOf(study: Study, { runs: rows, reported, audit }: ReportInput): Promise<Provenance['data']> {
  const runs = distinct(rows.map(({ run }) => run))
  const datasets = [...new Set(runs.map(({ plan }) => plan.dataset))]
  const parts = Object.fromEntries([
    ...await Promise.all(runs.map(async ({ id }) => [`run ${id}`, await hashOfRun(study, id)])),
    ...await Promise.all(datasets.map(async id => [`dataset ${id}`, await hashOfDataset(study, id)])),
    ['records', hashOfValue(rows.map(({ key, slice, recordCount, records }) => [key, slice, recordCount, records?.records ?? null]))],
    ['names', hashOfValue(rows.map(({ modelName, datasetName }) => [modelName, datasetName]))],
    ...reported.map(one => [`reported ${one.id}`, hashOfValue(one)]),
    ...Object.entries(audit?.hashes() ?? {}).map(([id, hash]) => [`audit ${id}`, hash]),
    ...await Promise.all((audit?.repairs ?? []).map(async id => [`run ${id}`, await hashOfRun(study, id)])),
  ]) as Record<string, string>
  return { hash: hashOfValue(parts), parts }
}

/** As it is written and named: what all probes say was not asked before there were audits, so that such files stay what they were. */
export function written(asked: Asked): Asked {
  const { counts, ...request } = asked.request
  return counts === 'all' ? { ...asked, request } as Asked : asked
}

/** `input` is over the records of every row, so that what was compared is in the hash. */
export async function provenanceOf(study: Study, asked: Asked, input: ReportInput, definitions: Readonly<Record<string, string>>, command: string): Promise<Provenance> {
  return {
    mmedit: 1,
    ...written(asked),
    data: await dataOf(study, input),
    runs: distinct(input.runs.map(({ run }) => run)).map(({ id, name, plan }) => ({ id, name, model: plan.model, dataset: plan.dataset, method: plan.method.id, scope: plan.scope, seed: plan.seed })),
    definitions: { ...definitions },
    version: workbenchVersion,
    command,
  }
}

const mostBytes = 256 * 1024 ** 2

/** An earlier export with what it says about itself. Throws a sentence for a file that is none, whatever is in it. */
export async function readExport(path: string): Promise<{ bytes: Buffer, provenance: Provenance }> {
  const bytes = await read(path)
  const text = findProvenance(bytes)
  if (text === undefined)
    throw new Error(`File '${path}' does not say what it was made from. Choose a file that was exported by MMEdit Workbench and not changed by another program.`)
  return { bytes, provenance: parseJson(text, Provenance, path) }
}

async function read(path: string): Promise<Buffer> {
  try {
    const stats = await stat(path)
    if (!stats.isFile())
      throw new Error(`'${path}' is no file. Choose an exported table or figure.`)
    if (stats.size > mostBytes)
      throw new Error(`File '${path}' has ${(stats.size / 1e6).toFixed(0)} MB, which is no export of ours.`)
    return await readFile(path)
  }
  catch (error) {
    if (hasCode(error, 'ENOENT'))
      throw new Error(`There is no file '${path}'. Choose an exported table or figure.`, { cause: error })
    if (hasCode(error, 'EACCES'))
      throw new Error(`File '${path}' may not be read. Check its permissions.`, { cause: error })
    throw error
  }
}

/** What is another one since the file was written, as half sentences; empty = the same data. */
export function changesSince(before: Provenance, now: Provenance): string[] {
  const kinds: Readonly<Record<string, string>> = { records: 'the records that are compared', names: 'the names of models or datasets' }
  return [...new Set([...Object.keys(before.data.parts), ...Object.keys(now.data.parts)])]
    .filter(part => before.data.parts[part] !== now.data.parts[part])
    .map(part => kinds[part] ?? part.replace(/^(\w+) (.*)$/, '$1 \'$2\''))
}
