import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readColumnFile, writeColumnFile } from '../../../src/main/workspace/column-file.ts'
import type { StoredColumns } from '../../../src/main/workspace/score-columns.ts'

const columns: StoredColumns = {
  records: ['00000', '00001', 'ümlaut 00002'],
  verdicts: ['proper', null, 'failed'],
  steps: [3, 4, 5],
  editMs: [1.25, 2.5, 0.1],
  seconds: [0.1, null, 0.3],
  scores: { 'reliability': { strict: [1, 0, 1], nll: [0.1, 1 / 3, 5e-324] }, 'text-locality': { kl: [null, 2.5, null] } },
  failed: ['00009'],
  lines: { offsets: [0, 100, 260], lengths: [99, 109, 5] },
  failedLines: { offsets: [210], lengths: [49] },
}

let folder: string
let path: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mmedit-columns-'))
  path = join(folder, 'scores.safetensors')
})
afterEach(async () => rm(folder, { recursive: true, force: true }))

describe('the column file', () => {
  it('gives back every value, missing ones too', async () => {
    await writeColumnFile(path, 123, columns)
    expect(JSON.parse(JSON.stringify(await readColumnFile(path, 123)))).toEqual(columns)
  })

  it('holds no records as well', async () => {
    const none: StoredColumns = { records: [], verdicts: [], steps: [], editMs: [], seconds: [], scores: {}, failed: [], lines: { offsets: [], lengths: [] }, failedLines: { offsets: [], lengths: [] } }
    await writeColumnFile(path, 0, none)
    expect(JSON.parse(JSON.stringify(await readColumnFile(path, 0)))).toEqual(none)
  })

  it('is not used for results of another size, or when it is not there', async () => {
    await writeColumnFile(path, 123, columns)
    expect(await readColumnFile(path, 124)).toBeUndefined()
    expect(await readColumnFile(join(folder, 'none'), 123)).toBeUndefined()
  })

  it('is not used when it was cut off anywhere', async () => {
    await writeColumnFile(path, 123, columns)
    const whole = await readFile(path)
    for (let length = 0; length < whole.length; length += 7) {
      await writeFile(path, whole.subarray(0, length))
      expect(await readColumnFile(path, 123), `${length} bytes`).toBeUndefined()
    }
  })

  it('takes no property name from a file that is not an id', async () => {
    await writeColumnFile(path, 123, { ...columns, scores: { ['__proto__x']: { strict: [1, 2, 3] }, fine: { constructor: [1, 2, 3] } } })
    const text = (await readFile(path)).toString('latin1').replace('score/__proto__x/strict', 'score/__proto__/strict\u0020')
    await writeFile(path, Buffer.from(text, 'latin1'))
    const read = await readColumnFile(path, 123)
    expect(Object.keys(read?.scores ?? {})).toEqual(['fine'])
    expect(({} as Record<string, unknown>)['strict ']).toBeUndefined()
  })
})
