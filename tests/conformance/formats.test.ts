// One suite for every dataset format: each brings tests/fixtures/formats/ID/{good,broken} with expected.json.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { formats } from '../../src/main/datasets/formats/index.ts'
import { isProblem } from '../../src/main/datasets/formats/format.ts'
import type { Source } from '../../src/main/datasets/formats/format.ts'
import { openSource } from '../../src/main/datasets/import.ts'
import { EditRecord, Problem } from '../../src/preload/contract/records.ts'
import type { Task } from '../../src/preload/contract/records.ts'

const fixtures = join(import.meta.dirname, '../fixtures/formats')

interface Expected {
  /** File name → what reading it gives; an `error` is part of the sentence that refuses the file. */
  readonly [file: string]: { readonly task?: string, readonly records?: unknown[], readonly problems?: unknown[], readonly error?: string }
}

async function read(folder: string, file: string): Promise<{ task: string, records: EditRecord[], problems: Problem[] }> {
  const source = await openSource(join(folder, file), { image: folder, rephrase: folder })
  const records: EditRecord[] = []
  const problems: Problem[] = []
  for await (const item of source.items) {
    if (isProblem(item))
      problems.push(Problem.parse(item))
    else
      records.push(EditRecord.parse(item))
  }
  return { task: source.task, records, problems }
}

async function* chunks(text: string): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(Buffer.from(text))
}

describe.each(formats.all)('dataset format $id', (format) => {
  describe.each(['good', 'broken'])('%s files', (kind) => {
    const folder = join(fixtures, format.id, kind)
    const expected = JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8')) as Expected

    it.each(Object.keys(expected))('%s', async (file) => {
      const { error, ...rest } = expected[file]!
      if (error !== undefined)
        await expect(read(folder, file).then(({ records, problems }) => ({ records, problems }))).rejects.toThrow(error)
      else
        expect(await read(folder, file)).toEqual(rest)
    })

    it('gives every record an id of its own', async () => {
      for (const file of Object.keys(expected).filter(name => expected[name]!.error === undefined)) {
        const { records } = await read(folder, file)
        expect(new Set(records.map(({ id }) => id)).size).toBe(records.length)
      }
    })
  })

  it('leaves good files without a problem', () => {
    const expected = JSON.parse(readFileSync(join(fixtures, format.id, 'good', 'expected.json'), 'utf8')) as Expected
    expect(Object.values(expected).flatMap(({ problems }) => problems)).toEqual([])
    expect(Object.values(expected).every(({ records }) => records!.length > 0)).toBe(true)
  })

  it.runIf(format.write)('writes what it read, so that it is read as the same records', async () => {
    const folder = join(fixtures, format.id, 'good')
    const expected = JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8')) as Expected
    const { fileName, pieces, refuses } = format.write!
    for (const file of Object.keys(expected)) {
      const { task, records } = await read(folder, file)
      let text = ''
      for await (const piece of pieces(records))
        text += piece
      expect(records.map(refuses)).toEqual(records.map(() => undefined))
      const name = fileName('another-name', task as Task)
      const again: EditRecord[] = []
      const source: Source = { fileName: name, head: Buffer.from(text), chunks: chunks(text), task: task as Task }
      for await (const item of format.read(source)) {
        if (!isProblem(item))
          again.push(item)
      }
      expect(again).toEqual(records.map((record, index) => ({ ...record, index, id: String(index).padStart(5, '0') })))
      expect(format.match(source)).toEqual({ task })
    }
  })

  it('does not take a file of another kind for its own', () => {
    for (const text of ['', '{}', '[]', '[1,2]', '[{"a":1}]', 'a,b\n1,2\n', '\u0000\u0001\u0002'])
      expect(format.match({ fileName: 'some.json', head: Buffer.from(text) })).toBeUndefined()
  })
})
