// What counts, from the command line: tables under a policy, exports that are made again, and what one more decision changes.
import { spawn } from 'node:child_process'
import { copyFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, it } from 'vitest'
import type { Table } from '../../src/preload/contract/tables.ts'
import { handStudy } from '../unit/jobs/hand-study.ts'

const root = resolve(import.meta.dirname, '../..')
const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href

/** Ends with the code, and what it printed. */
async function run(folder: string, ...line: string[]): Promise<{ code: number | null, stdout: string, stderr: string }> {
  const child = spawn(process.execPath, ['--import', tsx, join(root, 'src/main/cli.ts'), ...line, '--workspace', folder], { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, MMEDIT_HOME: join(folder, '../home') } })
  const text = { stdout: '', stderr: '' }
  child.stdout.on('data', (chunk: Buffer) => text.stdout += chunk.toString())
  child.stderr.on('data', (chunk: Buffer) => text.stderr += chunk.toString())
  return new Promise(done => child.once('close', code => done({ code, ...text })))
}

it('follows the audit, and notices one more decision', async () => {
  const { study, books } = await handStudy()
  await books.close()
  await study.close()
  const mmedit = async (...line: string[]): Promise<string> => {
    const { code, stdout, stderr } = await run(study.root, ...line)
    expect(stderr).toBe('')
    expect(code).toBe(0)
    return stdout
  }
  const table = JSON.parse(await mmedit('tables', 'get', '--counts', 'without-rejected', '--json')) as Table
  expect(table.rows.map(({ cells }) => cells['text-generality'])).toMatchObject([{ mean: 0.6, n: 5 }, { mean: 0.6, n: 5 }])
  expect(await mmedit('tables', 'get', '--counts', 'without-rejected')).toContain('6 of 26 probes are left out (2 text rephrases, 1 image rephrase, 3 portability questions)')

  const { file } = JSON.parse(await mmedit('tables', 'export', 'main-results', '--counts', 'without-rejected', '--json')) as { file: string }
  const copy = join(study.root, 'copy.csv')
  copyFileSync(file, copy)
  const again = async (): Promise<string[]> => (JSON.parse(await mmedit('tables', 'export', '--from', copy, '--json')) as { notes: string[] }).notes
  expect(await again()).toEqual([`The data is the same, and so is every byte of '${copy}'.`])
  await mmedit('audits', 'decide', '--dataset', 'e-vqa-eval', '--annotator', 'cleo', '--decisions', JSON.stringify([{ id: 'cleo-0001', record: '00007', kind: 'textRephrase', decision: 'reject' }]))
  expect((await again())[0]).toBe(`The data has changed since '${copy}' was written, so the new file is another one. Changed: audit 'e-vqa-eval'.`)
  expect(await run(study.root, 'tables', 'get', '--counts', 'sometimes')).toMatchObject({ code: 2, stdout: '' })
}, 240_000)
