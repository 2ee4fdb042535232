import { spawnSync } from 'node:child_process'
import { appendFileSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { openAppender, readJsonl, readLines } from '../../../src/main/workspace/jsonl-file.ts'
import { createJsonlIndex } from '../../../src/main/workspace/jsonl-index.ts'
import { put, temporaryFolder } from './study.ts'

const schema = z.object({ n: z.int(), text: z.string().default('') })

async function readAll(path: string): Promise<{ values: unknown[], reasons: string[] }> {
  const reasons: string[] = []
  const values: unknown[] = []
  for await (const value of readJsonl(path, schema, reason => reasons.push(reason)))
    values.push(value)
  return { values, reasons }
}

describe('JSONL files', () => {
  it('keeps the order of appends that were not awaited', async () => {
    const path = join(temporaryFolder(), 'results.jsonl')
    const appender = await openAppender(path)
    await Promise.all(Array.from({ length: 50 }, async (_, n) => appender.append({ n, text: 'ü\n🙂'.repeat(n) })))
    await appender.close()
    const { values, reasons } = await readAll(path)
    expect(values).toEqual(Array.from({ length: 50 }, (_, n) => ({ n, text: 'ü\n🙂'.repeat(n) })))
    expect(reasons).toEqual([])
  })

  it('loses no whole line wherever the last one is cut off, says so, and goes on cleanly', async () => {
    const path = join(temporaryFolder(), 'results.jsonl')
    const whole = '{"n":1}\n{"n":2,"text":"ü"}\n'
    const last = '{"n":3,"text":"é"}'
    const bytes = Buffer.from(last)
    for (let cut = 1; cut < bytes.length; cut++) {
      put(path, Buffer.concat([Buffer.from(whole), bytes.subarray(0, cut)]))
      const torn = await readAll(path)
      expect(torn.values).toEqual([{ n: 1, text: '' }, { n: 2, text: 'ü' }])
      expect(torn.reasons).toEqual([expect.stringContaining('ends in the middle of line 3')])

      const appender = await openAppender(path)
      expect(appender.repaired).toContain(`the ${cut} bytes of that line were cut away`)
      await appender.append({ n: 4 })
      await appender.close()
      expect(readFileSync(path, 'utf8')).toBe(`${whole}{"n":4}\n`)
    }
    // Cut just before the line end: the line is whole and is kept.
    put(path, whole + last)
    expect((await readAll(path)).values).toHaveLength(3)
    const appender = await openAppender(path)
    expect(appender.repaired).toContain('without a line end')
    await appender.close()
    expect(readFileSync(path, 'utf8')).toBe(`${whole}${last}\n`)
  })

  it.skipIf(process.platform === 'win32')('cuts away what was written of lines that do not fit, and goes on behind the last whole one', () => {
    const path = put(join(temporaryFolder(), 'r.jsonl'), '')
    const program = put(join(temporaryFolder(), 'program.mts'), `
      import { openAppender } from ${JSON.stringify(pathToFileURL(resolve(import.meta.dirname, '../../../src/main/workspace/jsonl-file.ts')).href)}
      process.on('SIGXFSZ', () => undefined)
      const appender = await openAppender(${JSON.stringify(path)})
      await appender.append({ n: 1, text: 'x'.repeat(500) })
      await appender.appendAll([{ n: 2 }, { n: 3, text: 'y'.repeat(3000) }]).catch(error => process.stdout.write(error.code))
      await appender.append({ n: 4 })`)
    // A shell's own limit stands for a full disk: one or two KiB, by the shell.
    const { stdout } = spawnSync('sh', ['-c', 'ulimit -f 2; exec "$@"', 'sh', process.execPath, '--import', pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href, program], { encoding: 'utf8' })
    expect(stdout).toBe('EFBIG')
    expect(readFileSync(path, 'utf8').split('\n').map(text => text.slice(0, 6))).toEqual(['{"n":1', '{"n":4', ''])
  })

  it('repairs a torn line longer than its read buffer', async () => {
    const path = put(join(temporaryFolder(), 'r.jsonl'), `{"n":1}\n{"n":2,"text":"${'x'.repeat(300_000)}`)
    const appender = await openAppender(path)
    await appender.close()
    expect(readFileSync(path, 'utf8')).toBe('{"n":1}\n')
  })

  it('leaves out a broken line in the middle and says which', async () => {
    const path = put(join(temporaryFolder(), 'r.jsonl'), '{"n":1}\nnot json\n\n{"n":"x"}\n{"n":5}\n')
    const { values, reasons } = await readAll(path)
    expect(values).toEqual([{ n: 1, text: '' }, { n: 5, text: '' }])
    expect(reasons).toEqual([expect.stringContaining('line 2 is not JSON'), expect.stringContaining('line 4: field \'n\'')])
  })

  it('has no lines in a file that does not exist', async () => {
    expect((await readAll(join(temporaryFolder(), 'none.jsonl'))).values).toEqual([])
  })

  it('finds lines that span chunks', async () => {
    const lines = Array.from({ length: 40 }, (_, n) => JSON.stringify({ n, text: 'äb'.repeat(n * 1000) }))
    const path = put(join(temporaryFolder(), 'r.jsonl'), `${lines.join('\n')}\n`)
    const read: string[] = []
    for await (const line of readLines(path))
      read.push(line.text)
    expect(read).toEqual(lines)
  })
})

describe('JSONL index', () => {
  it('reads any lines by number and follows a growing file', async () => {
    const path = put(join(temporaryFolder(), 'r.jsonl'), Array.from({ length: 3000 }, (_, n) => `${JSON.stringify({ n, text: 'ü'.repeat(n % 7) })}\n`).join(''))
    const index = createJsonlIndex(path, schema)
    const visited: number[] = []
    await Promise.all([index.refresh((_text, line) => visited.push(line)), index.refresh((_text, line) => visited.push(line))])
    expect(visited).toEqual(Array.from({ length: 3000 }, (_, n) => n))
    expect((await index.read([2999, 0, 1025])).map(({ n }) => n)).toEqual([2999, 0, 1025])

    appendFileSync(path, '{"n":3000}\n{"n":30')
    await index.refresh()
    expect(index.count()).toBe(3001)
    appendFileSync(path, '01}\n')
    await index.refresh()
    expect((await index.read([3000, 3001])).map(({ n }) => n)).toEqual([3000, 3001])
    await expect(index.read([3002])).rejects.toThrow('has 3002 lines; line 3003 was asked for')
  })
})
