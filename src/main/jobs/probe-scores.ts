// Scores of single probes, from the lines of a run's results and of the runs that repair it; read once, and only where a policy asks for them.
import type { ProbeKind } from '../../preload/contract/records.ts'
import type { ProbeResult, RecordResult, Run, Scores } from '../../preload/contract/runs.ts'
import { partialRecords, rowOfRecord } from '../audits/counted-columns.ts'
import type { ProbeScores } from '../audits/counted-columns.ts'
import type { Ruling } from '../audits/ruling.ts'
import { metrics } from '../metrics/index.ts'
import type { Study } from '../workspace/open-workspace.ts'
import { readResultsAt } from '../workspace/run-lines.ts'
import { forgetScoreColumns, readScoreColumns } from '../workspace/score-columns.ts'
import type { StoredColumns } from '../workspace/score-columns.ts'

type Line = Pick<RecordResult, 'scores' | 'probes'>

/** By columns, so that a run that goes on is read again. */
const linesKnown = new WeakMap<StoredColumns, Map<string, Line>>()

/** Results of these records; those that were read before are not read again. Undefined: the file has changed meanwhile. */
async function linesOf(study: Study, run: Run, columns: StoredColumns, records: readonly string[]): Promise<ReadonlyMap<string, Line> | undefined> {
  const known = linesKnown.get(columns) ?? new Map<string, Line>()
  linesKnown.set(columns, known)
  const rows = rowOfRecord(columns)
  const missing = records.flatMap((record) => {
    const row = rows.get(record)
    return row === undefined || known.has(record) ? [] : [{ record, offset: columns.lines.offsets[row]!, length: columns.lines.lengths[row]! }]
  })
  const results = await readResultsAt(study, run.id, missing)
  results?.forEach(({ record, scores, probes }) => known.set(record, { scores, probes: probes.map(probe => ({ ...probe, before: unread, after: unread })) }))
  return results && known
}

/** Answers are megabytes and not looked at here. */
const unread: ProbeResult['before'] = { text: '', expected: [], generated: [] }

/** What a probe of the line is worth by itself: its own scores, or the record's where it is the only one of its kind. */
function scoresOf({ scores, probes }: Line, probe: ProbeResult): Scores | undefined {
  if (probe.scores)
    return probe.scores
  const judging = metrics.all.filter(({ id, judges }) => judges === probe.kind && scores[id])
  return judging.length > 0 && probes.filter(({ kind }) => kind === probe.kind).length === 1 ? Object.fromEntries(judging.map(({ id }) => [id, scores[id]!])) : undefined
}

export interface RepairLines { readonly run: Run, readonly columns: StoredColumns }

/** The run's columns and its repairs', newest first, with what `ruling` needs to know of single probes. Undefined: try again. */
async function read(study: Study, run: Run, columns: StoredColumns, repairs: readonly RepairLines[], ruling: Ruling): Promise<ProbeScores | undefined> {
  const own = await linesOf(study, run, columns, run.plan.repairs === undefined ? partialRecords(columns, ruling) : columns.records)
  const repaired = await Promise.all(repairs.map(({ run, columns }) => linesOf(study, run, columns, columns.records)))
  if (!own || repaired.some(lines => !lines))
    return undefined
  const newest = repaired.map(lines => lines!)
  return {
    ownOf(record, kind) {
      for (const line of [own.get(record), ...newest.map(lines => lines.get(record))]) {
        const scored = line?.probes.filter(probe => probe.kind === kind && probe.scores && probe.fix === undefined) ?? []
        if (scored.length > 0)
          return new Map(scored.map(({ index, scores }) => [index, scores!]))
      }
      return undefined
    },
    fixedOf(record: string, kind: ProbeKind, index: number, fix: string) {
      // A repair that was chosen by itself was asked with its fixes too.
      for (const line of [...newest.map(lines => lines.get(record)), own.get(record)]) {
        const probe = line?.probes.find(probe => probe.kind === kind && probe.index === index && probe.fix === fix)
        const scores = line && probe && scoresOf(line, probe)
        if (scores)
          return scores
      }
      return undefined
    },
  }
}

/** Throws a sentence for results that change while they are read. */
export async function readProbeScores(study: Study, run: Run, repairs: readonly Run[], ruling: Ruling): Promise<{ readonly columns: StoredColumns, readonly scores: ProbeScores }> {
  for (const isSecondTry of [false, true]) {
    const columns = await readScoreColumns(study, run.id)
    const ofRepairs = await Promise.all(repairs.map(async (run): Promise<RepairLines> => ({ run, columns: await readScoreColumns(study, run.id) })))
    const scores = await read(study, run, columns, ofRepairs, ruling)
    if (scores)
      return { columns, scores }
    if (!isSecondTry)
      [run, ...repairs].forEach(({ id }) => forgetScoreColumns(study, id))
  }
  throw new Error(`The results of run '${run.name}' changed while they were read. Try again.`)
}
