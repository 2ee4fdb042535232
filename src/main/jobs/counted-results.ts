// Results as they count: scores and verdict of the probes that do, each probe with whether it does, fixed ones as their re-run answered.
import { probeKinds } from '../../preload/contract/records.ts'
import type { ProbeResult, RecordResult, Run } from '../../preload/contract/runs.ts'
import { rowOfRecord } from '../audits/counted-columns.ts'
import type { Ruling } from '../audits/ruling.ts'
import type { Study } from '../workspace/open-workspace.ts'
import { readResultsAt } from '../workspace/run-lines.ts'
import { readScoreColumns } from '../workspace/score-columns.ts'
import type { CountedRun } from './counting.ts'

/** The runs' results of these records, by record; a file that changes meanwhile has none. */
async function linesOf(study: Study, { id }: Run, records: readonly string[]): Promise<ReadonlyMap<string, RecordResult>> {
  const columns = await readScoreColumns(study, id)
  const rows = rowOfRecord(columns)
  const places = records.flatMap((record) => {
    const row = rows.get(record)
    return row === undefined ? [] : [{ record, offset: columns.lines.offsets[row]!, length: columns.lines.lengths[row]! }]
  })
  return new Map((await readResultsAt(study, id, places) ?? []).map(result => [result.record, result]))
}

/** Failed ones stay as they are. */
export async function countResults(study: Study, counted: CountedRun, results: readonly RecordResult[]): Promise<RecordResult[]> {
  const { ruling, columns, repairs } = counted
  if (!ruling)
    return [...results]
  const touched = results.filter(({ record }) => ruling.fates.has(record)).map(({ record }) => record)
  const repaired = ruling.counts === 'with-fixes' && touched.length > 0 ? await Promise.all(repairs.map(run => linesOf(study, run, touched))) : []
  const rows = rowOfRecord(columns)
  return results.map((result) => {
    const [row, fates] = [rows.get(result.record), ruling.fates.get(result.record)]
    if (row === undefined || !fates || result.status === 'failed')
      return result
    const { verdict: _, ...rest } = result
    const verdict = columns.verdicts[row]
    return {
      ...rest,
      scores: scoresAt(columns, row),
      probes: result.probes.map(probe => countedProbe(result.record, probe, ruling, repaired.flatMap(lines => lines.get(result.record)?.probes ?? []))),
      ...(verdict ? { verdict } : {}),
    }
  })
}

function scoresAt({ scores }: CountedRun['columns'], row: number): RecordResult['scores'] {
  return Object.fromEntries(Object.entries(scores).flatMap(([metric, variants]) => {
    const values = Object.keys(variants).flatMap((variant): [string, number][] => {
      const value = variants[variant]![row] ?? null
      return value === null ? [] : [[variant, value]]
    })
    return values.length > 0 ? [[metric, Object.fromEntries(values)]] : []
  }))
}

/** `repaired`: newest first. */
function countedProbe(record: string, probe: ProbeResult, { fates, why }: Ruling, repaired: readonly ProbeResult[]): ProbeResult {
  const { index } = probe
  const kind = probeKinds.find(known => known === probe.kind)
  const fate = kind && fates.get(record)?.get(kind)?.[index]
  if (kind === undefined || fate === undefined || fate === 'stays')
    return probe
  const found = fate === 'leaves' ? undefined : [...repaired, probe].find(other => other.kind === kind && other.index === index && other.fix === fate.fix)
  return found ?? { ...probe, left: fate === 'leaves' ? why({ record, kind, index }) : 'fixed, waits for a re-run' }
}
