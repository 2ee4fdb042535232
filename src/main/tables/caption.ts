// What a paper says below a table: what is shown over how many records, how intervals and tests were made, what the numbers mean.
import type { ReportInput } from '../query/report-run.ts'
import { methodLabel, textOfMean } from './columns.ts'
import type { Column } from './columns.ts'
import type { Deltas } from './deltas.ts'
import type { TableRun } from './table.ts'

export const intervalSentence = 'Brackets hold 95 % intervals over records: percentile bootstrap with 2,000 resamples, and Wilson\'s interval where all records score 0 or all score 1.'

const testNames = { mcnemar: 'McNemar\'s exact test where every score is 0 or 1', permutation: 'a sign-flip permutation test on the mean otherwise' } as const

/** "180 records a row", or the least and the most. */
function countSentence(rows: readonly TableRun[]): string {
  const counts = rows.map(({ recordCount }) => recordCount)
  const [least, most] = [Math.min(...counts), Math.max(...counts)]
  return least === most ? `Each row is over n = ${most} records` : `Rows are over n = ${least} to ${most} records`
}

/** Which reading each column shows, said once a reading. */
function definitionSentences(columns: readonly Column[]): string[] {
  const readings = new Map<string, { readonly symbols: Set<string>, readonly column: Column }>()
  for (const column of columns) {
    const { label, summary } = column.variant
    const known = readings.get(`${label}\n${summary}`)
    if (known)
      known.symbols.add(column.metric.symbol)
    else
      readings.set(`${label}\n${summary}`, { symbols: new Set([column.metric.symbol]), column })
  }
  return [...readings.values()].map(({ symbols, column: { variant } }) => `${[...symbols].join(', ')} (${variant.label.toLowerCase()}): ${variant.summary}`)
}

/** The name of a run in sentences: what people called it. */
export const runName = ({ run }: Pick<TableRun, 'run'>): string => `'${run.name}'`

export function deltaSentence(input: ReportInput, deltas: Deltas): string[] {
  const base = input.runs.find(({ run }) => run.id === input.baseline)
  if (!base || deltas.tests === 0)
    return []
  const { run: { plan } } = base
  const tests = (['mcnemar', 'permutation'] as const).filter(kind => deltas.kinds.has(kind)).map(kind => testNames[kind])
  const how = tests.length === 1 ? tests[0]!.replace(/ (where every score is 0 or 1|otherwise)$/, '') : tests.join(', ')
  return [
    `Differences are against ${methodLabel(plan.method.id)} on ${plan.scope} (${runName(base)}), paired by record where both have the score; p is two-sided by ${how}, corrected after Holm over the ${deltas.tests} ${deltas.tests === 1 ? 'test' : 'tests'} of the table.`,
    ...detectableSentence(deltas),
  ]
}

/** "Differences of at least 3.1 to 8.2 points would have been found…": what silence of a test is worth. */
function detectableSentence({ detectable }: Deltas): string[] {
  const ranges = (['share', 'nats'] as const).flatMap((unit) => {
    const range = detectable[unit]
    if (!range)
      return []
    const [least, most] = range.map(value => textOfMean(value, { unit }))
    return [`${least === most ? least : `${least} to ${most}`} ${unit === 'share' ? 'percentage points' : 'nats'}`]
  })
  return ranges.length === 0 ? [] : [`The smallest true differences that such tests find with 80 % power at a two-sided 5 %, before the correction, are ${ranges.join(' and ')}, cell by cell.`]
}

/** `subject`: "Means over records of every metric". */
export function captionOf(input: ReportInput, { subject, rows, columns, deltas, isBest }: { readonly subject: string, readonly rows: readonly TableRun[], readonly columns: readonly Column[], readonly deltas: Deltas, readonly isBest: boolean }): string {
  if (rows.length === 0)
    return `${subject}.`
  const partial = input.comparability.common.filter(({ count, most }) => count < most)
  const seeds = [...new Set(rows.map(({ run }) => run.plan.seed))].sort((a, b) => a - b)
  return [
    `${subject}.`,
    `${countSentence(rows)}${partial.length > 0 && rows.some(({ recordCount, run, slice }) => !slice && recordCount < run.doneCount - run.failedCount) ? ', those that all runs of a dataset have finished' : ''}; seed ${seeds.join(', ')}.`,
    intervalSentence,
    ...deltaSentence(input, deltas),
    ...(isBest ? ['Bold: the best of its column among rows of the same dataset, model and slice, whether or not the lead is significant.'] : []),
    ...definitionSentences(columns),
    ...(input.reported.length > 0 ? [`Rows marked as reported were published elsewhere (${[...new Set(input.reported.map(({ source }) => source))].join('; ')}): not measured here, not tested, never best.`] : []),
  ].join(' ')
}
