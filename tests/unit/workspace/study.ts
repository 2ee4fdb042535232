// Temporary folders, studies and dataset files for the tests of this folder and its neighbours.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'
import { openWorkspace } from '../../../src/main/workspace/open-workspace.ts'
import type { Study } from '../../../src/main/workspace/open-workspace.ts'

/** A folder that is gone after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'mmedit-test-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

export async function temporaryStudy(): Promise<Study> {
  const study = await openWorkspace(join(temporaryFolder(), 'study'))
  onTestFinished(study.close)
  return study
}

/** The 1 × 1 PNG in this shade (0…255) has its own bytes: a tEXt-like tail after IEND is ignored by decoders. */
export const png = (shade = 0): Buffer => Buffer.concat([
  Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==', 'base64'),
  Buffer.from([shade]),
])

export function put(path: string, content: string | Uint8Array): string {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, content)
  return path
}

/** A record in MMEdit's schema; `i` makes it differ from others. */
export function mmeditRecord(i: number, change: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    src: `What is number ${i}?`,
    pred: 'dog',
    alt: `cat ${i}`,
    rephrase: `Which thing is number ${i}?`,
    image: 'val2014/a.png',
    image_rephrase: 'val2014/b.png',
    loc: `nq question: who was king ${i}`,
    loc_ans: 'nobody',
    m_loc: 'val2014/c.png',
    m_loc_q: 'What sport is this?',
    m_loc_a: 'riding',
    ...change,
  }
}

/** Writes `name` with these records and the three pictures they name; returns the file's path. */
export function putDataset(folder: string, records: readonly unknown[], name = 'vqa_eval.json'): string {
  for (const [i, picture] of ['a', 'b', 'c'].entries())
    put(join(folder, 'val2014', `${picture}.png`), png(i))
  return put(join(folder, name), JSON.stringify(records))
}
