// One self-contained HTML page of a study: tables, figures, what differs between the runs, definitions, settings, and what it was made from.
import type { Comparison } from '../../preload/contract/comparison.ts'
import type { Figure } from '../../preload/contract/figures.ts'
import type { Run } from '../../preload/contract/runs.ts'
import { figures } from '../figures/index.ts'
import type { PrintLook } from '../figures/print-svg.ts'
import { printSvg } from '../figures/print-svg.ts'
import { methods } from '../methods/index.ts'
import type { ReportInput } from '../query/report-run.ts'
import { tables } from '../tables/index.ts'
import { withReportedNotes } from '../tables/reported/notes.ts'
import { escapeHtml as html, writeHtml } from '../tables/write-html.ts'
import type { Study } from '../workspace/open-workspace.ts'
import { provenanceMark, provenanceText } from '../workspace/provenance-text.ts'
import type { Provenance, ReportRequest } from './provenance.ts'
import { countsOf } from './report-counts.ts'
import { reportStyle } from './report-style.ts'
import type { Reports } from './reports.ts'

export interface ReportParts {
  readonly study: Pick<Study, 'name'>
  readonly reports: Pick<Reports, 'table' | 'figure'>
  readonly request: ReportRequest
  readonly input: ReportInput
  readonly provenance: Provenance
  /** When the youngest run ended. */
  readonly date: Date
}

interface Section {
  readonly id: string
  readonly title: string
  readonly body: string
  readonly parts?: readonly Section[]
}

/** The whole page. It loads nothing and runs nothing; the same data gives the same text. */
export async function writeReport(parts: ReportParts): Promise<string> {
  const { study, request, input, provenance, date } = parts
  const runs = distinct(input)
  const title = request.title ?? `${study.name}: multimodal model editing`
  const sections: Section[] = [
    { id: 'comparability', title: 'What is compared', body: comparabilityOf(input) },
    { id: 'counts', title: 'What counts', body: countsOf(input) },
    { id: 'tables', title: 'Tables', body: '', parts: await tableSections(parts) },
    { id: 'figures', title: 'Figures', body: '', parts: await figureSections(parts) },
    { id: 'definitions', title: 'Definitions', body: `<ul>${Object.values(provenance.definitions).map(sentence => `<li>${html(sentence)}</li>`).join('')}</ul>` },
    { id: 'runs', title: 'Runs and their settings', body: runsTable(runs) },
    { id: 'provenance', title: 'Provenance', body: provenanceHtml(provenance) },
  ].filter(({ body, parts }) => body !== '' || (parts !== undefined && parts.length > 0))
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; style-src \'unsafe-inline\'">',
    `<meta name="generator" content="MMEdit Workbench ${html(provenance.version)}">`,
    `<script type="application/json" id="${provenanceMark}">${provenanceText(provenance)}</script>`,
    `<title>${html(title)}</title>`,
    `<style>${reportStyle}</style>`,
    '</head>',
    '<body>',
    '<header>',
    `<h1>${html(title)}</h1>`,
    `<p class="quiet">${html(`${countOf(runs.length, 'run')} on ${countOf(new Set(runs.map(({ plan }) => plan.dataset)).size, 'dataset')}${input.reported.length > 0 ? `, ${countOf(input.reported.length, 'result')} reported elsewhere` : ''}. Data as of ${date.toISOString().slice(0, 10)}; MMEdit Workbench ${provenance.version}.`)}</p>`,
    '</header>',
    `<nav aria-label="Contents"><ol>${sections.map(contentsOf).join('')}</ol></nav>`,
    '<main>',
    ...sections.map(section => sectionHtml(section, 2)),
    '</main>',
    '</body>',
    '</html>',
    '',
  ].join('\n')
}

const countOf = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`
const distinct = ({ runs }: ReportInput): Run[] => [...new Map(runs.map(({ run }) => [run.id, run])).values()]

const contentsOf = ({ id, title, parts }: Section): string =>
  `<li><a href="#${id}">${html(title)}</a>${parts && parts.length > 0 ? `<ol>${parts.map(contentsOf).join('')}</ol>` : ''}</li>`

function sectionHtml({ id, title, body, parts = [] }: Section, level: 2 | 3): string {
  return [`<section id="${id}" aria-labelledby="${id}-heading">`, `<h${level} id="${id}-heading">${html(title)}</h${level}>`, body, ...parts.map(part => sectionHtml(part, 3)), '</section>'].filter(Boolean).join('\n')
}

function comparabilityOf({ comparability: { mismatches, common } }: ReportInput): string {
  return [
    mismatches.length === 0
      ? '<p>The runs of a dataset share records, seed, definitions, model and protocol.</p>'
      : `<p>The runs differ in more than their method:</p><ul class="warning">${mismatches.map(({ sentence }) => `<li>${html(sentence)}</li>`).join('')}</ul>`,
    common.length === 0 ? '' : `<ul>${common.map(({ dataset, count, most }) => `<li>${html(`${dataset}: ${count === most ? `all ${count} records` : `${count} of ${most} records are common to all runs`}.`)}</li>`).join('')}</ul>`,
  ].join('\n')
}

/** The chosen ones, or all that have rows. */
async function tableSections({ reports, request, input }: ReportParts): Promise<Section[]> {
  const sections: Section[] = []
  for (const { id, label } of request.tables.length > 0 ? request.tables.map(id => tables.get(id)) : tables.all.filter(({ isOfSlices }) => !isOfSlices || request.slices.length > 0)) {
    const table = await reports.table({ ...request, id })
    if (table.rows.length > 0 || request.tables.length > 0)
      sections.push({ id: `table-${id}`, title: label, body: writeHtml(withReportedNotes(table, input.reported), `table-${id}`) })
  }
  return sections
}

/** 960 px wide and as high as the figure wants, in millimetres at 12 px = 8 pt. */
const lookFor = ({ height = 400 }: Pick<Figure, 'height'>): PrintLook => ({ width: 225.78, height: Number((height * 225.78 / 960).toFixed(2)), font: 'sans', fontSize: 8 })

/** The chosen ones, or all that have something to show; runs of different datasets in figures of their own, for they do not compare. */
async function figureSections({ reports, request, input }: ReportParts): Promise<Section[]> {
  const names = new Map(input.runs.map(({ run, datasetName }) => [run.plan.dataset, datasetName ?? run.plan.dataset]))
  const sections: Section[] = []
  for (const { id, label } of request.figures.length > 0 ? request.figures.map(id => figures.get(id)) : figures.all) {
    const bodies: string[] = []
    for (const [dataset, name] of names) {
      const runs = [...new Set(input.runs.filter(({ run }) => run.plan.dataset === dataset).map(({ run }) => run.id))]
      const reported = input.reported.filter(row => belongs(row.dataset, dataset, name) || ![...names].some(([id, other]) => belongs(row.dataset, id, other))).map(row => row.id)
      const figure = await reports.figure({ ...ofRuns(request, runs), reported, id })
      if (showsSomething(figure))
        bodies.push(await figureHtml(figure, lookFor(figure), `figure-${id}-${bodies.length + 1}`, names.size > 1 ? name : undefined))
    }
    if (bodies.length > 0)
      sections.push({ id: `figure-${id}`, title: label, body: bodies.join('\n') })
  }
  return sections
}

/** "E-VQA" of a paper belongs to the dataset e-vqa-eval. */
function belongs(published: string, ...names: readonly string[]): boolean {
  const plain = (text: string): string => text.toLowerCase().replace(/[^a-z0-9]/g, '')
  return names.some(name => plain(name).includes(plain(published)))
}

/** A baseline of other data would stand among them as a run of its own. */
function ofRuns({ baseline, ...request }: Comparison, runs: Comparison['runs']): Comparison {
  return { ...request, runs, ...(baseline !== undefined && runs.includes(baseline) ? { baseline } : {}) }
}

async function figureHtml(figure: Figure, look: PrintLook, id: string, dataset: string | undefined): Promise<string> {
  const svg = await printSvg(figure, look)
  return [
    '<figure>',
    // Names of clip paths and patterns are unique in a file; on a page they are so by the figure's.
    svg.replace(/\bzr-/g, `${id}-`).replace('<svg ', `<svg aria-labelledby="${id}-caption" `),
    `<figcaption id="${id}-caption">${dataset === undefined ? '' : `<strong>${html(dataset)}.</strong> `}${html(figure.notes.join(' '))}</figcaption>`,
    '</figure>',
  ].join('\n')
}

/** Has any series a value? Axes alone are no figure. */
export function showsSomething({ option }: Pick<Figure, 'option'>): boolean {
  const series = [option['series']].flat() as ({ readonly data?: readonly unknown[] } | undefined)[]
  return series.some(one => one?.data?.some(value => value !== null && value !== '-' && value !== undefined))
}

function runsTable(runs: readonly Run[]): string {
  const columns = ['Run', 'Dataset', 'Model', 'Method', 'Part', 'Protocol', 'Seed', 'Records', 'Status', 'Started', 'Version', 'Settings']
  const settings = (config: Readonly<Record<string, unknown>>): string => Object.entries(config).filter(([, value]) => value !== '').map(([key, value]) => `${key} = ${typeof value === 'object' ? JSON.stringify(value) : String(value)}`).join(', ')
  const rows = runs.map(({ id, name, plan, status, doneCount, failedCount, recordCount, createdAt, versions }) => [
    `${html(name)}<br><small>${html(id)}</small>`,
    ...[
      plan.dataset, plan.model, methods.has(plan.method.id) ? methods.get(plan.method.id).label : plan.method.id, plan.scope,
      plan.protocol === 'single' ? plan.protocol : `${plan.protocol}, ${plan.group}`, String(plan.seed),
      `${doneCount - failedCount} of ${recordCount}`, status, createdAt.slice(0, 10), versions['mmedit-workbench'] ?? '–', settings(plan.method.config) || 'as by default',
    ].map(html),
  ])
  return [
    '<div class="scroll" role="region" aria-label="Table of runs" tabindex="0"><table>',
    `<thead><tr>${columns.map(column => `<th scope="col">${column}</th>`).join('')}</tr></thead>`,
    `<tbody>${rows.map(([first, ...cells]) => `<tr><th scope="row">${first}</th>${cells.map((cell, i) => `<td${columns[i + 1] === 'Settings' ? ' class="settings"' : ''}>${cell}</td>`).join('')}</tr>`).join('\n')}</tbody>`,
    '</table></div>',
  ].join('\n')
}

function provenanceHtml({ data, command, version }: Provenance): string {
  return [
    '<dl>',
    `<dt>Written by</dt><dd><code>${html(command)}</code></dd>`,
    `<dt>Version</dt><dd>MMEdit Workbench ${html(version)}</dd>`,
    `<dt>Hash of the data</dt><dd><code>${html(data.hash)}</code></dd>`,
    '</dl>',
    `<details><summary>Hashes of its parts</summary><pre>${html(Object.entries(data.parts).map(([part, hash]) => `${hash}  ${part}`).join('\n'))}</pre></details>`,
    '<p class="quiet">The same text stands in the file as JSON, in the element with the id mmedit-provenance.</p>',
  ].join('\n')
}
