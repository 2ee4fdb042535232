// Exports of a study on disk: made again byte by byte from what they say about themselves, and every difference is said.
import { appendFileSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { createAuditBooks } from '../../../src/main/audits/books.ts'
import { createCounting } from '../../../src/main/jobs/counting.ts'
import { exportCommand } from '../../../src/main/jobs/export-command.ts'
import { createPublish } from '../../../src/main/jobs/publish.ts'
import type { FigureExport, Publish, TableExport } from '../../../src/main/jobs/publish.ts'
import { readExport } from '../../../src/main/jobs/provenance.ts'
import { createReportedCases } from '../../../src/main/jobs/reported-cases.ts'
import type { ReportedCases } from '../../../src/main/jobs/reported-cases.ts'
import { createReports } from '../../../src/main/jobs/reports.ts'
import { showsSomething } from '../../../src/main/jobs/write-report.ts'
import { parseCommand } from '../../../src/main/terminal/parse-command.ts'
import { summarise } from '../../../src/main/runs/summary.ts'
import type { Study } from '../../../src/main/workspace/open-workspace.ts'
import { createRun, listRuns, writeSummary } from '../../../src/main/workspace/runs.ts'
import { Comparison } from '../../../src/preload/contract/comparison.ts'
import { Print } from '../../../src/preload/contract/figures.ts'
import type { RecordResult, Run } from '../../../src/preload/contract/runs.ts'
import { RunPlan } from '../../../src/preload/contract/runs.ts'
import { runOf } from '../tables/finished-runs.ts'
import { temporaryStudy } from '../workspace/study.ts'

let study: Study
let runs: Run[]
let reported: ReportedCases
let publish: Publish

const resultOf = (i: number, right: boolean): RecordResult => ({
  record: String(i).padStart(5, '0'), status: 'done', steps: 3, losses: [2, 1, 0.5 + i / 10], editMs: 5, elapsedMs: 9, probes: [],
  scores: { 'reliability': { strict: right ? 1 : 0, easyedit: right ? 1 : 0.5 }, 'text-locality': { strict: 1, kl: 0.01 * (i + 1) }, 'image-locality': { strict: right ? 0.5 : 1, kl: 0.1 * (i + 1) } },
})

/** A finished run whose every `k`-th record is wrong. */
async function addRun(scope: 'text' | 'vision', k: number): Promise<Run> {
  const plan = RunPlan.parse({ model: 'sample', dataset: 'e-vqa-eval', method: { id: 'fine-tune', config: { steps: 3 } }, scope, seed: k })
  const { id: _, ...rest } = runOf('x', { plan, name: `Fine-tuning, ${scope} <&>`, finishedAt: '2026-01-02T00:00:00.000Z' } as never)
  const run = await createRun(study, rest)
  const results = Array.from({ length: 20 }, (_, i) => resultOf(i, i % k !== 0))
  writeFileSync(study.layout.run(run.id).results, results.map(result => `${JSON.stringify(result)}\n`).join(''))
  await writeSummary(study, run.id, summarise(results, k))
  return run
}

async function open(): Promise<void> {
  runs = (await listRuns(study)).runs
  reported = createReportedCases({ study, checkWritable: () => undefined, onChange: () => undefined })
  const counting = createCounting({ study, books: createAuditBooks(study), listRuns: () => runs })
  const reports = createReports({
    study,
    listRuns: () => runs,
    getRun: (id) => {
      const run = runs.find(one => one.id === id)
      if (!run)
        throw new Error(`There is no run '${id}'.`)
      return run
    },
    counting,
    slices: { list: () => Promise.resolve([]), recordsOf: () => Promise.resolve(new Set<string>()) },
    reported,
  })
  publish = createPublish({ study, reports, checkWritable: () => undefined })
}

beforeEach(async () => {
  study = await temporaryStudy()
  await addRun('text', 3)
  await addRun('vision', 2)
  await open()
})

const tableOf = (more: Partial<TableExport> = {}): TableExport => ({ ...Comparison.parse({}), id: 'main-results', format: 'csv', keep: true, ...more })
const figureOf = (more: Partial<FigureExport> = {}): FigureExport => ({ ...Comparison.parse({}), ...Print.parse({ dpi: 72 }), id: 'metric-bars', keep: true, ...more })
const formats = [...(['csv', 'latex', 'markdown'] as const).map(format => ['table', format] as const), ...(['svg', 'pdf', 'png'] as const).map(format => ['figure', format] as const)]
const write = (kind: 'table' | 'figure', format: string, from?: string): Promise<{ file: string, notes: string[] }> =>
  kind === 'table' ? publish.table(tableOf(from === undefined ? { format } as never : { from })) : publish.figure(figureOf(from === undefined ? { format } as never : { from }))

describe.each(formats)('%s as %s', (kind, format) => {
  it('says what it was made from, and is made again byte by byte', async () => {
    const { file, notes } = await write(kind, format)
    expect(notes).toEqual([])
    const bytes = readFileSync(file)
    const { provenance } = await readExport(file)
    expect(provenance).toMatchObject({
      kind, request: { runs: runs.map(({ id }) => id).reverse(), format, variant: 'strict' }, version: expect.any(String) as string,
      runs: [{ seed: 3, scope: 'text' }, { seed: 2, scope: 'vision' }],
      definitions: { 'reliability/strict': expect.stringContaining('Exact match') as string },
      data: { hash: expect.stringMatching(/^[0-9a-f]{20}$/) as string },
      command: expect.stringContaining(`--format ${format} --runs ${runs[1]!.id},${runs[0]!.id}`) as string,
    })
    const copy = join(study.root, `copy-of.${format}`)
    writeFileSync(copy, bytes)
    rmSync(file)
    const again = await write(kind, format, copy)
    expect(again).toMatchObject({ file, notes: [`The data is the same, and so is every byte of '${copy}'.`] })
    expect(readFileSync(file).equals(bytes)).toBe(true)
  })

  it('says when the data has changed since, and when the file has', async () => {
    const { file } = await write(kind, format)
    const copy = join(study.root, `copy-of.${format}`)
    // A later run is not in it: the file names its runs.
    await addRun('vision', 5)
    await open()
    writeFileSync(copy, readFileSync(file))
    expect((await write(kind, format, copy)).notes).toEqual([`The data is the same, and so is every byte of '${copy}'.`])
    const [first] = (await readExport(file)).provenance.runs
    appendFileSync(study.layout.run(first!.id as Run['id']).results, `${JSON.stringify(resultOf(20, false))}\n`)
    await writeSummary(study, first!.id as Run['id'], summarise([resultOf(20, false)], 1))
    expect((await write(kind, format, copy)).notes[0]).toMatch(new RegExp(`^The data has changed since '.*' was written, so the new file is another one\\. Changed: run '${first!.id}'`))
    appendFileSync(copy, ' ')
    expect((await write(kind, format, copy)).notes[0]).toContain('The data has changed')
  })
})

describe('names', () => {
  it('differ between requests and stay with one', async () => {
    const requests = [tableOf(), tableOf({ variant: 'kl' }), tableOf({ format: 'markdown' }), tableOf({ id: 'paper' }), tableOf({ runs: [runs[0]!.id] }), tableOf({ records: 'own' }), tableOf({ baseline: runs[0]!.id })]
    const prints = [figureOf(), figureOf({ width: 84 }), figureOf({ font: 'serif' }), figureOf({ variant: 'easyedit' })]
    const names = [...await Promise.all(requests.map(async request => (await publish.table(request)).file)), ...await Promise.all(prints.map(async request => (await publish.figure(request)).file))]
    expect(new Set(names).size).toBe(names.length)
    expect(names.map(name => basename(name))).toEqual(expect.arrayContaining([expect.stringMatching(/^main-results-strict-[0-9a-f]{10}\.csv$/)]))
    expect((await publish.table(tableOf())).file).toBe(names[0])
    // What all finished runs are is said by their ids.
    expect((await publish.table(tableOf({ runs: runs.map(({ id }) => id).reverse() }))).file).toBe(names[0])
  })

  it('say when they take the place of other data', async () => {
    const { file } = await publish.table(tableOf())
    expect((await publish.table(tableOf())).notes).toEqual([])
    appendFileSync(file, '\n')
    expect((await publish.table(tableOf())).notes).toEqual([`It takes the place of an earlier export of the same request, '${basename(file)}', which was made from other data or by another version.`])
  })

  it('are only told where nothing is to be kept', async () => {
    const { file, text } = await publish.table(tableOf({ keep: false }))
    expect(readdirSync(study.layout.exports)).toEqual([])
    expect((await publish.table(tableOf())).file).toBe(file)
    expect(readFileSync(file, 'utf8')).toBe(text)
  })
})

describe('--from', () => {
  const put = (name: string, text: string): string => {
    writeFileSync(join(study.root, name), text)
    return join(study.root, name)
  }

  it.each([
    ['nothing in it', 'a,b\n1,2\n', 'does not say what it was made from'],
    ['no JSON', '# mmedit-provenance {"mmedit":1,}\n', 'is not JSON'],
    ['another form', '# mmedit-provenance {"mmedit":2,"kind":"table"}\n', 'field \'mmedit\' is not usable'],
    ['another kind of thing', '# mmedit-provenance {"mmedit":1,"kind":"virus"}\n', 'field \'kind\' is not usable'],
    ['a request that is none', '# mmedit-provenance {"mmedit":1,"kind":"table","request":{"id":"main-results","format":"exe"},"data":{"hash":"","parts":{}},"runs":[],"definitions":{},"version":"","command":""}\n', 'field \'request.format\' is not usable'],
    ['an unknown table', '# mmedit-provenance {"mmedit":1,"kind":"table","request":{"id":"../../etc","format":"csv"},"data":{"hash":"","parts":{}},"runs":[],"definitions":{},"version":"","command":""}\n', 'Unknown table \'../../etc\''],
    ['unknown runs', '# mmedit-provenance {"mmedit":1,"kind":"table","request":{"id":"main-results","format":"csv","runs":["gone"]},"data":{"hash":"","parts":{}},"runs":[],"definitions":{},"version":"","command":""}\n', 'There is no run \'gone\''],
    ['a figure', '<svg><metadata id="mmedit-provenance">{"mmedit":1,"kind":"figure","request":{"id":"metric-bars"},"data":{"hash":"","parts":{}},"runs":[],"definitions":{},"version":"","command":""}</metadata></svg>', 'is a figure. Use mmedit figures export --from for it.'],
  ])('refuses a file with %s by a sentence', async (_name, text, sentence) => {
    await expect(publish.table(tableOf({ from: put('from', text) }))).rejects.toThrow(sentence)
    expect(readdirSync(study.layout.exports)).toEqual([])
  })

  it('refuses what is no file', async () => {
    await expect(publish.table(tableOf({ from: study.root }))).rejects.toThrow('is no file. Choose an exported table or figure.')
    await expect(publish.figure(figureOf({ from: join(study.root, 'gone') }))).rejects.toThrow('There is no file')
  })
})

it('names a folder that cannot be written', async () => {
  rmSync(study.layout.exports, { recursive: true })
  writeFileSync(study.layout.exports, 'a file')
  onTestFinished(() => rmSync(study.layout.exports))
  await expect(publish.table(tableOf())).rejects.toThrow(/could not be written\. There is a file where the folder should be/)
})

describe('report', () => {
  const request = { ...Comparison.parse({}), tables: [], figures: [] }

  it('is one page that loads and runs nothing, with everything in it, the same each time', async () => {
    const { id } = (await reported.list()).find(one => one.method === 'MEND')!
    const { file, bytes } = await publish.report({ ...request, reported: [id], title: 'Edits & <more>' })
    const html = readFileSync(file, 'utf8')
    expect(bytes).toBe(Buffer.byteLength(html))
    expect(html).toMatch(/^<!doctype html>\n<html lang="en">/)
    expect(html).toContain('<h1>Edits &#38; &#60;more&#62;</h1>')
    // Nothing is fetched: no address but names of XML, no source, no import, and no script but data.
    expect(html.replaceAll(/http:\/\/www\.w3\.org\/(?:2000\/svg|1999\/xlink)/g, '')).not.toMatch(/(?:src|href)="(?!#)|url\((?!#)|@import|https?:\/\/(?!arxiv)/)
    expect([...html.matchAll(/<script[^>]*>/g)].map(([tag]) => tag)).toEqual(['<script type="application/json" id="mmedit-provenance">'])
    // Headings go down one level at a time, and every entry of the contents has its place.
    const levels = [...html.matchAll(/<h([1-6])/g)].map(([, level]) => Number(level))
    levels.forEach((level, i) => expect(level - (levels[i - 1] ?? 0)).toBeLessThanOrEqual(1))
    const ids = [...html.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id)
    expect(new Set(ids).size).toBe(ids.length)
    const links = [...html.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id)
    expect(links.length).toBeGreaterThan(6)
    for (const link of links)
      expect(ids).toContain(link)
    for (const reference of html.matchAll(/aria-labelledby="([^"]+)"|url\(#([^)]+)\)/g))
      expect(ids).toContain(reference[1] ?? reference[2])
    for (const text of ['Main results', 'Metrics by run', 'steps = 3', 'Fine-tuning, text &#60;&#38;&#62;', 'arXiv:2310.08475', 'npx mmedit reports write', 'prefers-color-scheme: dark', '@media print', 'Hash of the data'])
      expect(html).toContain(text)
    await publish.report({ ...request, reported: [id], title: 'Edits & <more>' })
    expect(readFileSync(file, 'utf8') === html).toBe(true)
    expect((await readExport(file)).provenance).toMatchObject({ kind: 'report', request: { title: 'Edits & <more>' } })
  })

  it('takes only what was chosen', async () => {
    const { file } = await publish.report({ ...request, tables: ['paper'], figures: ['learning-curve'] })
    expect([...readFileSync(file, 'utf8').matchAll(/<section id="(table|figure)-[^"]+"/g)].map(([tag]) => tag)).toEqual(['<section id="table-paper"', '<section id="figure-learning-curve"'])
    await expect(publish.report({ ...request, tables: ['nope'] })).rejects.toThrow('Unknown table \'nope\'')
  })

  it('leaves out figures without a value', () => {
    expect(showsSomething({ option: { series: [{ data: ['-', null] }, {}] } })).toBe(false)
    expect(showsSomething({ option: { series: { data: [0] } } })).toBe(true)
    expect(showsSomething({ option: {} })).toBe(false)
  })
})

describe('the command in a file', () => {
  it('means the request, also to the program', () => {
    const request = { ...Comparison.parse({ runs: ['a', 'b'], variant: 'free', records: 'own', whole: false }), ...Print.parse({ format: 'pdf', fontSize: 9 }), id: 'kl-scatter' }
    const command = exportCommand({ kind: 'figure', request })
    expect(command).toBe('npx mmedit figures export kl-scatter --format pdf --runs a,b --variant free --whole false --records own --font-size 9')
    const parsed = parseCommand(command.split(' ').slice(2))
    expect(parsed).toMatchObject({ kind: 'call', input: request })
  })

  it('is quoted for a shell', () => {
    expect(exportCommand({ kind: 'report', request: { ...Comparison.parse({}), title: 'It\'s $HOME', tables: [], figures: [] } })).toBe('npx mmedit reports write --title \'It\'\\\'\'s $HOME\'')
  })
})

describe('reported results in a study', () => {
  it('are imported under ids that stay, listed beside the shipped ones, and removed', async () => {
    const file = join(study.root, 'theirs.csv')
    writeFileSync(file, 'model,dataset,method,scope,Rel.\nBLIP-2,E-VQA,MEND,text,99.4\n')
    const { imported: [mine] } = await reported.import({ file })
    expect(mine).toMatchObject({ id: 'theirs-blip-2-e-vqa-mend-text', source: 'theirs.csv', shipped: false, metrics: { reliability: 0.994 } })
    expect((await reported.import({ file })).imported.map(({ id }) => id)).toEqual([mine!.id])
    writeFileSync(file, 'model,dataset,method,scope,Rel.\nBLIP-2,E-VQA,MEND,text,98\n')
    expect(await reported.import({ file })).toMatchObject({ imported: [{ id: `${mine!.id}-2` }], problems: ['\'theirs, MEND, text, BLIP-2, E-VQA\' was imported before with other values; both are kept, the new ones as \'theirs-blip-2-e-vqa-mend-text-2\'.'] })
    const list = await reported.list()
    expect(list.filter(({ shipped }) => !shipped).map(({ id }) => id)).toEqual([mine!.id, `${mine!.id}-2`])
    expect(list.filter(({ shipped }) => shipped)).toHaveLength(28)
    expect(await reported.remove(mine!.id)).toBe(true)
    expect(await reported.remove(mine!.id)).toBe(false)
    expect(await reported.remove('../workspace')).toBe(false)
    await expect(reported.remove(list.at(-1)!.id)).rejects.toThrow('comes with the program and cannot be removed')
  })

  it('takes a results folder, with method and model from the folder beside it', async () => {
    const folder = join(study.root, 'results')
    await expect(reported.import({ file: folder })).rejects.toThrow(/There is no file '.*results'\. Choose results\.json, its folder, or a CSV file\./)
    mkdirSync(join(folder, 'models/MEND'), { recursive: true })
    await expect(reported.import({ file: folder })).rejects.toThrow('has no results.json')
    writeFileSync(join(folder, 'models/MEND/blip2'), '')
    writeFileSync(join(folder, 'results.json'), '{"results": {"inner/acc_val": 1}}')
    expect((await reported.import({ file: folder, dataset: 'E-VQA', scope: 'text' })).imported).toMatchObject([{ method: 'MEND', model: 'blip2', dataset: 'E-VQA', source: 'results', notes: expect.arrayContaining(['Method and model are named after the folder models/MEND/blip2 beside results.json.']) as string[] }])
    expect((await reported.import({ file: folder, method: 'MEND (ours)', name: 'again' })).imported).toMatchObject([{ method: 'MEND (ours)', name: 'again, MEND (ours), blip2' }])
    writeFileSync(join(folder, 'x.bin'), '\0\0')
    await expect(reported.import({ file: join(folder, 'x.bin') })).rejects.toThrow('is neither results.json of the reference toolkit nor a CSV table')
  })
})

