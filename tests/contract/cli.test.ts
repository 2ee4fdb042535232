// The command line as a process, with the real engine on a tiny checkpoint: exit codes, streams, one object, Ctrl-C.
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Run } from '../../src/preload/contract/runs.ts'
import type { RunReport } from '../../src/main/terminal/run-report.ts'
import { makeStudy } from './support/study.ts'

const root = resolve(import.meta.dirname, '../..')
const checkpoint = join(root, 'tests/fixtures/blip-2/current')
const records = 30
const patientMs = 240_000
let study: Awaited<ReturnType<typeof makeStudy>>

interface Ended { readonly code: number | null, readonly stdout: string, readonly stderr: string }
interface Started { readonly child: ChildProcess, readonly end: Promise<Ended> }

function start(line: string): Started {
  const child = spawn(process.execPath, ['--import', pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href, join(root, 'src/main/cli.ts'), ...line.split(' '), '--workspace', study.folder], {
    stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, MMEDIT_HOME: join(study.folder, '../home') },
  })
  const text = { stdout: '', stderr: '' }
  child.stdout.on('data', (chunk: Buffer) => text.stdout += chunk.toString())
  child.stderr.on('data', (chunk: Buffer) => text.stderr += chunk.toString())
  return { child, end: new Promise(done => child.once('close', code => done({ code, ...text }))) }
}
const run = (line: string): Promise<Ended> => start(line).end

beforeAll(async () => {
  study = await makeStudy(Array.from({ length: records }, (_, i) => `what is in picture ${i}?`))
})
afterAll(() => study.remove())

describe('mmedit', () => {
  it('ends with 2 after wrong use and 1 after a failure, with a sentence on stderr and nothing on stdout', async () => {
    expect(await run('runs start --scope sideways')).toEqual({ code: 2, stdout: '', stderr: '--scope is one of text, vision, both, not \'sideways\'.\n' })
    expect(await run('datasets get nope')).toEqual({ code: 1, stdout: '', stderr: 'The study has no dataset \'nope\'. Known: edits.\n' })
  }, patientMs)

  it('checks a checkpoint folder that the study does not know', async () => {
    const { code, stdout } = await run(`models check ${checkpoint} --provider cpu --json`)
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ model: { architecture: 'blip-2' }, provider: { provider: 'cpu' }, roles: expect.arrayContaining([expect.objectContaining({ role: 'language-ffn', scope: 'text' })]) as unknown, sample: { prompt: expect.any(String) as string } })
  }, patientMs)

  it('pauses at Ctrl-C, resumes without repeating, and prints one object', async () => {
    expect((await run(`models open ${checkpoint}`)).code).toBe(0)
    const settings = '--model current --dataset edits --provider cpu --config.steps 1000 --config.stop-when-edited false --metrics reliability,image-locality'
    const { child, end } = start(`runs start ${settings} --json`)
    const folder = join(study.folder, 'runs', `${new Date().toISOString().slice(0, 10)}-fine-tune-current-01`)
    const lines = (): string[] => existsSync(join(folder, 'results.jsonl')) ? readFileSync(join(folder, 'results.jsonl'), 'utf8').split('\n').filter(Boolean) : []
    while (lines().length < 2 && child.exitCode === null)
      await new Promise(done => setTimeout(done, 20))
    // A second program may look, but not write. The run is long enough for two programs to start meanwhile on a busy machine.
    const [list, second] = await Promise.all([run('runs list --json'), run(`runs start ${settings}`)])
    child.kill('SIGINT')
    const paused = await end
    expect((JSON.parse(list.stdout) as Run[])[0]).toMatchObject({ status: 'running' })
    expect(second).toMatchObject({ code: 1, stderr: expect.stringContaining('The study is open in another MMEdit Workbench') as string })
    expect(paused).toMatchObject({ code: 1, stderr: expect.stringContaining('Resume continues with the next record.') as string })
    const report = JSON.parse(paused.stdout) as RunReport
    expect(report).toMatchObject({ status: 'paused', records: lines().length })
    expect(report.records).toBeLessThan(records)

    const resumed = await run(`runs resume ${report.run} --json`)
    expect(resumed.code).toBe(0)
    expect(JSON.parse(resumed.stdout)).toMatchObject({
      run: report.run, status: 'finished', records, failed: 0,
      metrics: { 'reliability': { n: records, mean: expect.any(Number) as number, low: expect.any(Number) as number, high: expect.any(Number) as number }, 'image-locality': { n: records, variants: { strict: { n: records } } } },
    })
    const ids = lines().map(line => (JSON.parse(line) as { record: string }).record)
    expect(ids).toEqual(Array.from({ length: records }, (_, i) => String(i).padStart(5, '0')))
  }, patientMs)

  it('writes the tables and figures of finished runs', async () => {
    const table = await run('tables export --format markdown')
    expect(table.code).toBe(0)
    expect(readFileSync(table.stdout.trim(), 'utf8')).toContain('Fine-tuning')
    const figure = await run('figures export --json')
    expect((JSON.parse(figure.stdout) as { svg: string }).svg).toMatch(/^<svg/)
  }, patientMs)

  it.each([['tables', 'csv'], ['tables', 'markdown'], ['tables', 'latex'], ['figures', 'svg'], ['figures', 'pdf'], ['figures', 'png']])('makes %s as %s again, in another process, byte by byte', async (noun, format) => {
    const first = await run(`${noun} export --format ${format}`)
    expect(first).toMatchObject({ code: 0, stderr: '' })
    const file = first.stdout.trim()
    const bytes = readFileSync(file)
    const copy = join(study.folder, `copy.${format}`)
    writeFileSync(copy, bytes)
    rmSync(file)
    expect(await run(`${noun} export --from ${copy}`)).toEqual({ code: 0, stdout: `${file}\n`, stderr: `The data is the same, and so is every byte of '${copy}'.\n` })
    expect(readFileSync(file).equals(bytes)).toBe(true)
  }, patientMs)

  it('writes a report, imports a published table, and refuses a file that says nothing of itself', async () => {
    const report = await run('report --title Ours')
    expect(report).toMatchObject({ code: 0, stderr: '' })
    expect(readFileSync(report.stdout.trim(), 'utf8')).toContain('<h1>Ours</h1>')
    const csv = join(study.folder, 'theirs.csv')
    writeFileSync(csv, 'model,dataset,method,scope,Rel.\nBLIP-2,E-VQA,MEND,text,99.4\n')
    expect((await run(`reported import ${csv}`)).stdout).toContain('theirs-blip-2-e-vqa-mend-text')
    expect((JSON.parse((await run('reported list --json')).stdout) as unknown[])).toHaveLength(29)
    expect((await run('tables get paper --reported theirs-blip-2-e-vqa-mend-text')).stdout).toContain('99.4')
    expect(await run(`tables export --from ${csv}`)).toEqual({ code: 1, stdout: '', stderr: `File '${csv}' does not say what it was made from. Choose a file that was exported by MMEdit Workbench and not changed by another program.\n` })
  }, patientMs)
})
