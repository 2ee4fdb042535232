// The part of a report that says what counts: the policy with its numbers, and every metric that it moved.
import type { Counted } from '../../preload/contract/comparison.ts'
import { metrics } from '../metrics/index.ts'
import type { ReportInput } from '../query/report-run.ts'
import { escapeHtml as html } from '../tables/write-html.ts'

/** Empty where all probes count. */
export function countsOf({ counted, runs, variant }: ReportInput): string {
  if (!counted)
    return ''
  const rows = counted.moved.map(moved => movedRow(moved, runs, variant))
  return [
    `<p>${html(counted.sentence)}</p>`,
    counted.notes.length > 0 ? `<ul class="notes">${counted.notes.map(note => `<li>${html(note)}</li>`).join('')}</ul>` : '',
    rows.length === 0
      ? '<p>No metric of the chosen reading moved.</p>'
      : [
          '<div class="scroll" role="region" aria-labelledby="moved-caption" tabindex="0"><table>',
          '<caption id="moved-caption">Means over all probes and over those that count, and their difference with its 95 % interval: a percentile bootstrap over records, each drawn with both of its values.</caption>',
          `<thead><tr>${['Run', 'Metric', 'Before', 'n', 'After', 'n', 'Change'].map(column => `<th scope="col"${column === 'Run' || column === 'Metric' ? '' : ' class="number"'}>${column}</th>`).join('')}</tr></thead>`,
          `<tbody>${rows.join('\n')}</tbody>`,
          '</table></div>',
        ].join('\n'),
  ].filter(Boolean).join('\n')
}

function movedRow({ run, slice, metric, before, after, change, nBefore, n }: Counted['moved'][number], runs: ReportInput['runs'], variant: string): string {
  const row = runs.find(one => one.run.id === run && one.slice?.id === slice)
  const { label, variants } = metrics.get(metric)
  const isShare = variants.find(({ id }) => id === variant)?.unit === 'share'
  const text = (value: number): string => isShare ? (value * 100).toFixed(1) : value.toFixed(3)
  const signed = (value: number): string => `${Number(text(value)) > 0 ? '+' : ''}${text(value).replace(/^-(?=0(?:\.0*)?$)/, '').replace('-', '−')}`
  const cells = [text(before), String(nBefore), after === null ? '–' : text(after), String(n), change ? `${signed(change.mean)} [${signed(change.low)}, ${signed(change.high)}]` : '–']
  return `<tr><th scope="row">${html(`${row?.run.name ?? run}${row?.slice ? `, ${row.slice.name}` : ''}`)}</th><td>${html(label)}</td>${cells.map(cell => `<td class="number">${html(cell)}</td>`).join('')}</tr>`
}
