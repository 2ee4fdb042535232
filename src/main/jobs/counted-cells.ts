// The retention matrix under a policy of the audit: a cell keeps no scores of single probes, so a kind of which one does not count leaves it.
import type { RetentionCell } from '../../preload/contract/runs.ts'
import type { ProbeKind } from '../../preload/contract/records.ts'
import type { RecordFates, Ruling } from '../audits/ruling.ts'
import { metrics } from '../metrics/index.ts'

/** A stream of edits cannot be asked a fixed probe again, so fixed ones leave as rejected ones do. */
export function keptCells(cells: readonly RetentionCell[], ruling: Ruling | undefined): readonly RetentionCell[] {
  if (!ruling || ruling.fates.size === 0)
    return cells
  return cells.map((cell) => {
    const fates = ruling.fates.get(cell.record)
    return fates ? { ...cell, scores: Object.fromEntries(Object.entries(cell.scores).filter(([metric]) => !isJudged(metric, fates))) } : cell
  })
}

function isJudged(metric: string, fates: RecordFates): boolean {
  const kind: ProbeKind | undefined = metrics.has(metric) ? metrics.get(metric).judges : undefined
  return kind !== undefined && fates.has(kind)
}
