// Audits from the command line, as a process: decide, how far it is, agreement, merging, exporting; for people and as JSON.
import { spawn } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Agreement } from '../../src/preload/contract/agreement.ts'
import type { Decision } from '../../src/preload/contract/decisions.ts'
import { makeStudy } from './support/study.ts'

const root = resolve(import.meta.dirname, '../..')
const patientMs = 240_000
let study: Awaited<ReturnType<typeof makeStudy>>

interface Ended { readonly code: number | null, readonly stdout: string, readonly stderr: string }

function run(verb: string, ...words: readonly string[]): Promise<Ended> {
  const child = spawn(process.execPath, ['--import', pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href, join(root, 'src/main/cli.ts'), 'audits', verb, ...words, '--workspace', study.folder], {
    stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, MMEDIT_HOME: join(study.folder, '../home') },
  })
  const text = { stdout: '', stderr: '' }
  child.stdout.on('data', (chunk: Buffer) => text.stdout += chunk.toString())
  child.stderr.on('data', (chunk: Buffer) => text.stderr += chunk.toString())
  return new Promise(done => child.once('close', code => done({ code, ...text })))
}

const edits = ['--dataset', 'edits'] as const
/** One letter a record about its reworded question. */
const drafts = (annotator: string, said: string): string => JSON.stringify([...said].map((letter, i) => ({
  id: `${annotator}-000${i}`, record: `0000${i}`, kind: 'textRephrase', decision: { k: 'keep', r: 'reject' }[letter], ...(letter === 'r' ? { reason: 'meaning-changed' } : {}), seconds: 10,
})))

beforeAll(async () => {
  study = await makeStudy(['what is this?', 'what is that?', 'who is it?', 'where is it?'])
})
afterAll(() => study.remove())

it('goes from decisions over others\' files to agreement and an export', async () => {
  const decided = await run('decide', ...edits, '--annotator', 'anna', '--decisions', drafts('anna', 'krkk'), '--json')
  const { saved } = JSON.parse(decided.stdout) as { saved: Decision[] }
  expect(saved.map(({ decision }) => decision)).toEqual(['keep', 'reject', 'keep', 'keep'])

  // What a colleague sends: two decisions about the same probes, anna's first that is known here, and a line that is none.
  const sent = join(study.folder, '../ben (laptop).jsonl')
  const theirs = saved.slice(0, 2).map(line => JSON.stringify({ ...line, annotator: 'ben', id: line.id.replace('anna', 'ben') }))
  writeFileSync(sent, [...theirs, JSON.stringify(saved[0]), 'no decision', ''].join('\n'))
  expect(await run('merge', sent, ...edits)).toEqual({ code: 0, stderr: '', stdout: '2 decisions of ben added from 1 file; 1 was known before.\nFile \'ben (laptop).jsonl\', line 4 is not JSON; it is left out.\n' })
  expect(readFileSync(join(study.folder, 'audits/edits/ben.jsonl'), 'utf8')).toBe(`${theirs.join('\n')}\n`)

  const { stdout: status } = await run('status', ...edits)
  expect(status).toMatch(/^dataset +probes +undecided +keep +reject .*\n─.*\nedits +8 +4 +3 +1 +0 +0 +0 +0 +2 +6 +0\n/)
  expect(status).toMatch(/\nedits +anna +8 +4 +50\.0\nedits +ben +8 +2 +25\.0\n/)

  const agreement = await run('agreement', ...edits, '--by', 'fair')
  expect(agreement).toMatchObject({ code: 0, stderr: '' })
  expect(agreement.stdout).toMatch(/\nAll kinds +anna, ben +2 +100\.0 \[34\.2, 100\.0\] +1\.000 \[[−\d.]+, 1\.000\] /)
  expect(agreement.stdout).toMatch(/\nAll kinds: rows anna, columns ben\n +fair +unfair\n.*\n +fair +1 +0\n +unfair +0 +1\n/)
  const { rows } = JSON.parse((await run('agreement', ...edits, '--json')).stdout) as Agreement
  expect(rows[0]).toMatchObject({ annotators: ['anna', 'ben'], n: 2, coefficients: [{ id: 'percent', value: 1 }, { id: 'cohen', value: 1 }, { id: 'fleiss', value: 1 }, { id: 'krippendorff', value: 1 }, { id: 'gwet', value: 1 }] })

  const exported = await run('export', ...edits, '--counts', 'without-rejected')
  const [folder = '', counts, next = ''] = exported.stdout.split('\n')
  expect(folder).toBe(join(study.folder, 'exports', 'edits-without-rejected'))
  expect(counts).toBe('4 records; 0 records and 1 probe left out, 0 probes fixed.')
  expect(existsSync(next.slice('Import it with: mmedit datasets import '.length))).toBe(true)
}, patientMs)

it('says each check as it is through', async () => {
  const { code, stdout } = await run('check', ...edits, '--checks', 'same-as-original,target-in-prompt')
  expect(code).toBe(0)
  expect(stdout).toMatch(/^same-as-original: 4 found in [\d.]+ s\ntarget-in-prompt: nothing found in [\d.]+ s\n$/)
}, patientMs)
