// Exports under a policy of the audit: made again byte by byte, and a decision more is noticed; without a policy they are what they were.
import { copyFileSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readExport } from '../../../src/main/jobs/provenance.ts'
import { createPublish } from '../../../src/main/jobs/publish.ts'
import type { FigureExport, TableExport } from '../../../src/main/jobs/publish.ts'
import { createReports } from '../../../src/main/jobs/reports.ts'
import { Comparison } from '../../../src/preload/contract/comparison.ts'
import { Print } from '../../../src/preload/contract/figures.ts'
import { dataset, handStudy, said } from './hand-study.ts'

async function open() {
  const hand = await handStudy()
  const reports = createReports({ study: hand.study, counting: hand.counting, listRuns: hand.runs.list, getRun: hand.runs.get, slices: { list: () => Promise.resolve([]), recordsOf: () => Promise.resolve(new Set<string>()) }, reported: { list: () => Promise.resolve([]) } })
  const publish = createPublish({ study: hand.study, reports, checkWritable: () => undefined })
  const table = (more: Partial<TableExport>) => publish.table({ ...Comparison.parse({ counts: 'without-rejected' }), id: 'main-results', format: 'csv', keep: true, ...more })
  const figure = (more: Partial<FigureExport>) => publish.figure({ ...Comparison.parse({ counts: 'without-rejected' }), ...Print.parse({ dpi: 72 }), id: 'metric-bars', keep: true, ...more })
  return { ...hand, publish, table, figure }
}

const sentence = 'Without rejected probes: 6 of 26 probes are left out (2 text rephrases, 1 image rephrase, 3 portability questions), by the decisions of 2 annotators and 1 adjudication.'
const files = [...(['csv', 'latex', 'markdown'] as const).map(format => ['table', format] as const), ...(['svg', 'pdf', 'png'] as const).map(format => ['figure', format] as const)]

describe.each(files)('a %s as %s', (kind, format) => {
  it('says what counts, is made again, and says what changed after one more decision', async () => {
    const { study, books, table, figure } = await open()
    const write = async (more: object) => kind === 'table' ? table({ format, ...more } as Partial<TableExport>) : figure({ format, ...more } as Partial<FigureExport>)
    const { file } = await write({})
    const { provenance } = await readExport(file)
    expect(provenance).toMatchObject({ request: { counts: 'without-rejected' }, command: expect.stringContaining('--counts without-rejected') as string })
    expect(provenance.data.parts[`audit ${dataset}`]).toMatch(/^[0-9a-f]{20}$/)
    if (!['pdf', 'png'].includes(format))
      expect(readFileSync(file, 'utf8')).toContain(sentence)
    const copy = join(study.root, `copy.${format}`)
    copyFileSync(file, copy)
    expect((await write({ from: copy })).notes).toEqual([`The data is the same, and so is every byte of '${copy}'.`])
    // A second voice for what was rejected already: no number moves, but by whose decisions does.
    await books.append(dataset, 'cleo', [said('cleo', 0, 'textRephrase', 'reject')])
    expect((await write({ from: copy })).notes[0]).toBe(`The data has changed since '${copy}' was written, so the new file is another one. Changed: audit '${dataset}'.`)
  })
})

it('notices a re-run that scores fixed probes', async () => {
  const { study, a, repair, table } = await open()
  const { file } = await table({ counts: 'with-fixes', runs: [a.id] })
  const copy = join(study.root, 'copy.csv')
  copyFileSync(file, copy)
  const fixes = await repair()
  expect((await table({ from: copy })).notes[0]).toContain(`Changed: run '${fixes.id}'.`)
  expect((await readExport(file)).provenance.data.parts).toHaveProperty([`run ${fixes.id}`])
})

it('does not mention an audit where all probes count', async () => {
  const { study, books, table } = await open()
  const { file, text } = await table({ counts: 'all' })
  expect(text).not.toMatch(/audit|counts/)
  expect((await readExport(file)).provenance.request.counts).toBe('all')
  const copy = join(study.root, 'copy.csv')
  copyFileSync(file, copy)
  await books.append(dataset, 'cleo', [said('cleo', 7, 'textRephrase', 'reject')])
  expect((await table({ from: copy })).notes).toEqual([`The data is the same, and so is every byte of '${copy}'.`])
  // Another policy, another file.
  expect((await table({})).file).not.toBe(file)
})

it('tells in a report what counts and what it moved', async () => {
  const { publish, a, study } = await open()
  const report = async (counts: 'all' | 'without-rejected') => readFileSync((await publish.report({ ...Comparison.parse({ counts, runs: [a.id] }), tables: ['main-results'], figures: ['metric-bars'] })).file, 'utf8')
  const html = await report('without-rejected')
  const own = 'Without rejected probes: 6 of 28 probes are left out (2 text rephrases, 1 image rephrase, 3 portability questions), by the decisions of 2 annotators and 1 adjudication.'
  // By itself, in the table's caption, below the figure, and in its description.
  expect(html.split(own)).toHaveLength(5)
  expect(html).toContain('<h2 id="counts-heading">What counts</h2>')
  expect(html).toMatch(/<th scope="row">A<\/th><td>Text generality<\/td><td class="number">62\.5<\/td><td class="number">8<\/td><td class="number">66\.7<\/td><td class="number">6<\/td><td class="number">\+4\.2 \[/)
  expect(await report('all')).not.toContain('What counts')
  expect(study.access).toBe('write')
})

