// Files of decisions: durable, repaired where torn, read along where copied in, read anew where replaced.
import { appendFileSync, copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, truncateSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { decisionFile, openDecisions } from '../../../src/main/workspace/decisions.ts'
import type { DecisionFiles } from '../../../src/main/workspace/decisions.ts'
import { readDecisionFile } from '../../../src/main/workspace/decision-file.ts'
import { openWorkspace } from '../../../src/main/workspace/open-workspace.ts'
import { auditedStudy, line, putDecisions } from '../audits/study.ts'
import { put, temporaryFolder } from './study.ts'

const idsOf = async (files: DecisionFiles): Promise<string[]> => (await files.refresh()).lines.map(({ id }) => id)
const linesIn = (path: string): string[] => readFileSync(path, 'utf8').split('\n')

describe('the own file', () => {
  it('is made with its folder, holds the lines of a stroke in their order and is told once', async () => {
    const { study, dataset } = await auditedStudy()
    const files = openDecisions(study, dataset)
    const written = [line(), line({ note: 'ü\n🙂' }), line({ decision: 'fix', fix: { prompt: 'better?' } })]
    await files.append('ann', written)
    await files.append('ann', [])
    const path = decisionFile(study, dataset, 'ann')
    expect(linesIn(path).slice(0, -1).map(text => JSON.parse(text) as unknown)).toEqual(written)
    expect(await files.refresh()).toEqual({ lines: written, isAnew: false })
    expect(await files.refresh()).toEqual({ lines: [], isAnew: false })
    const further = line()
    await files.append('ann', [further])
    await files.refresh()
    await files.append('ann', [line()])
    // Whoever writes knows what was written.
    expect(await files.refresh()).toEqual({ lines: [], isAnew: false })
    appendFileSync(path, `${JSON.stringify(further)}\n`)
    expect(await files.refresh()).toEqual({ lines: [further], isAnew: false })
    expect(files.notes()).toEqual([])
    await files.close()
  })

  it('is repaired wherever its last line was cut off, and says so once', async () => {
    const { study, dataset } = await auditedStudy()
    const [first, torn, next] = [line(), line({ note: 'ü🙂' }), line()]
    const bytes = Buffer.from(JSON.stringify(torn))
    for (let cut = 1; cut < bytes.length; cut++) {
      const path = putDecisions(study, dataset, 'ann', [first])
      appendFileSync(path, bytes.subarray(0, cut))
      const files = openDecisions(study, dataset)
      expect(await idsOf(files)).toEqual([first.id])
      expect(files.notes()).toEqual(['File \'audits/edits/ann.jsonl\' ends in the middle of line 2 (the program was stopped while writing); that line is left out.'])
      await files.append('ann', [next])
      // Where the file is as long as it was with its torn line, it is told anew.
      const { lines, isAnew } = await files.refresh()
      expect(lines).toEqual(isAnew ? [first, next] : [next])
      expect(files.notes()).toEqual([`File '${path}' ended in the middle of a line (the program was stopped while writing); the ${cut} bytes of that line were cut away.`])
      if (cut === 1) {
        await files.append('ann', [torn])
        expect(files.notes()).toHaveLength(1)
      }
      expect(linesIn(path)).toEqual([...(cut === 1 ? [first, next, torn] : [first, next]).map(one => JSON.stringify(one)), ''])
      await files.close()
    }
  })

  it('keeps a last line that lacks only its line end', async () => {
    const { study, dataset } = await auditedStudy()
    const [first, second, third] = [line(), line(), line()]
    const path = putDecisions(study, dataset, 'ann', [first, second], false)
    const files = openDecisions(study, dataset)
    expect(await idsOf(files)).toEqual([first.id, second.id])
    expect(files.notes()).toEqual([])
    await files.append('ann', [third])
    expect(linesIn(path)).toEqual([...[first, second, third].map(one => JSON.stringify(one)), ''])
    expect(new Set(await idsOf(files))).toEqual(new Set([second.id, third.id]))
    await files.close()
  })

  it('is shared by names that differ only in signs, and never takes a name that a system keeps for itself', async () => {
    const { study, dataset } = await auditedStudy()
    expect(decisionFile(study, dataset, 'Ann Ä')).toBe(decisionFile(study, dataset, 'ann-a'))
    expect(['con', 'NUL', '漢字', '../../x', 'audit'].map(name => decisionFile(study, dataset, name).slice(study.layout.audit(dataset).folder.length + 1))).toEqual(['con-annotator.jsonl', 'nul-annotator.jsonl', 'annotator.jsonl', 'x.jsonl', 'audit.jsonl'])
    const files = openDecisions(study, dataset)
    const lines = [line({ annotator: 'Ann Ä' }), line({ annotator: 'ann-a' })]
    await files.append('Ann Ä', lines.slice(0, 1))
    await files.append('ann-a', lines.slice(1))
    expect((await files.refresh()).lines).toEqual(lines)
    await files.close()
  })

  it.skipIf(!existsSync('/dev/full'))('says that the disk is full, and goes on when there is room again', async () => {
    const { study, dataset } = await auditedStudy()
    const path = decisionFile(study, dataset, 'ann')
    mkdirSync(dirname(path), { recursive: true })
    symlinkSync('/dev/full', path)
    const files = openDecisions(study, dataset)
    await expect(files.append('ann', [line()])).rejects.toThrow(`Nothing was saved: file '${path}' could not be written, because the disk is full. Free some space and decide again.`)
    rmSync(path)
    const saved = line()
    await files.append('ann', [saved])
    expect((await files.refresh()).lines).toEqual([saved])
    await files.close()
  })

  it('says why it cannot be written', async () => {
    const { study, dataset } = await auditedStudy()
    const path = decisionFile(study, dataset, 'ann')
    mkdirSync(path, { recursive: true })
    const files = openDecisions(study, dataset)
    await expect(files.append('ann', [line()])).rejects.toThrow('because there is a folder of that name. Move it away and decide again.')
    expect(await idsOf(files)).toEqual([])
    expect(files.notes()).toEqual([expect.stringContaining('File \'audits/edits/ann.jsonl\' could not be read')])
    rmSync(dirname(path), { recursive: true })
    put(dirname(path), 'a file')
    await expect(files.append('ann', [line()])).rejects.toThrow(/^Nothing was saved: file '.*ann\.jsonl' could not be written \(.*\)\. Decide again once it can be\.$/)
  })

  it.skipIf(process.platform === 'win32')('never writes into a file that somebody has put another in the place of', async () => {
    const { study, dataset } = await auditedStudy()
    const files = openDecisions(study, dataset)
    const [first, second, third, fourth] = [line(), line(), line(), line()]
    await files.append('ann', [first])
    const path = decisionFile(study, dataset, 'ann')
    renameSync(path, `${path}.away`)
    await files.append('ann', [second])
    expect(await files.refresh()).toEqual({ lines: [second], isAnew: false })
    // A backup that ends in a torn line, written into the same file.
    writeFileSync(path, `${JSON.stringify(third)}\n{"torn`)
    await files.append('ann', [fourth])
    expect(linesIn(path)).toEqual([JSON.stringify(third), JSON.stringify(fourth), ''])
    expect(await files.refresh()).toEqual({ lines: [third, fourth], isAnew: true })
    await files.close()
  })
})

describe('files that were copied in', () => {
  it('are read whatever their name, also while they grow', async () => {
    const { study, dataset } = await auditedStudy()
    const files = openDecisions(study, dataset)
    const [a, b, c] = [line(), line({ annotator: 'Bo' }), line({ annotator: 'Bo' })]
    putDecisions(study, dataset, 'ann', [a])
    const path = putDecisions(study, dataset, 'From Bo\'s laptop (2)', [b])
    expect(new Set(await idsOf(files))).toEqual(new Set([a.id, b.id]))
    const text = `${JSON.stringify(c)}\n`
    appendFileSync(path, text.slice(0, 40))
    expect(await idsOf(files)).toEqual([])
    expect(files.notes()).toEqual([expect.stringContaining('ends in the middle of line 2')])
    appendFileSync(path, text.slice(40))
    expect(await idsOf(files)).toEqual([c.id])
    expect(files.notes()).toEqual([])
  })

  it('are left as they are where their last line is torn', async () => {
    const { study, dataset } = await auditedStudy()
    const bo = putDecisions(study, dataset, 'bo', [line({ annotator: 'bo' }), '{"torn'], false)
    const before = readFileSync(bo, 'utf8')
    const files = openDecisions(study, dataset)
    await files.refresh()
    await files.append('ann', [line()])
    expect(await idsOf(files)).toHaveLength(1)
    expect(readFileSync(bo, 'utf8')).toBe(before)
    expect(files.notes()).toEqual([expect.stringContaining('File \'audits/edits/bo.jsonl\' ends in the middle of line 2')])
    await files.close()
  })

  it('lose only the lines that cannot be used, each named by its number', async () => {
    const { study, dataset } = await auditedStudy()
    const [a, b] = [line(), line()]
    putDecisions(study, dataset, 'ann', [a, 'not json', '', JSON.stringify({ ...line(), decision: 'maybe' }), JSON.stringify({ ...line(), at: 'yesterday' }), b])
    const files = openDecisions(study, dataset)
    expect(await idsOf(files)).toEqual([a.id, b.id])
    expect(files.notes()).toEqual([
      'File \'audits/edits/ann.jsonl\', line 2 is not JSON; it is left out.',
      expect.stringMatching(/^File 'audits\/edits\/ann\.jsonl', line 4: field 'decision' is not usable/),
      'File \'audits/edits/ann.jsonl\', line 5: at: \'yesterday\' is no time such as 2026-01-31T09:00:00.000Z; it is left out.',
    ])
    await files.append('ann', [line()])
    await files.refresh()
    expect(files.notes()).toHaveLength(3)
    await files.close()
  })

  it('name five spoilt lines and count the others', async () => {
    const { study, dataset } = await auditedStudy()
    putDecisions(study, dataset, 'ann', Array.from({ length: 12 }, () => 'x'))
    const files = openDecisions(study, dataset)
    expect(await idsOf(files)).toEqual([])
    expect(files.notes()).toHaveLength(6)
    expect(files.notes()[5]).toBe('File \'audits/edits/ann.jsonl\' has more lines that cannot be used (7 beside those named); they are left out.')
  })

  it('give times in one form, so that they sort', async () => {
    const { study, dataset } = await auditedStudy()
    putDecisions(study, dataset, 'ann', [line({ at: '2026-03-01T12:00:00+02:00' })])
    expect((await openDecisions(study, dataset).refresh()).lines[0]?.at).toBe('2026-03-01T10:00:00.000Z')
  })

  it('count as they are now when they were replaced, shortened, changed or removed', async () => {
    const { study, dataset } = await auditedStudy()
    const [a, b, c, bo] = [line(), line(), line(), line({ annotator: 'bo' })]
    const path = putDecisions(study, dataset, 'ann', [a, b, c])
    const other = putDecisions(study, dataset, 'bo', [bo])
    const files = openDecisions(study, dataset)
    await files.refresh()
    // A backup of two lines, in the same file.
    truncateSync(path, Buffer.byteLength(`${JSON.stringify(a)}\n${JSON.stringify(b)}\n`))
    expect(await files.refresh()).toEqual({ lines: [a, b, bo], isAnew: true })
    // Another file of the same length in its place.
    const copy = put(join(temporaryFolder(), 'x'), '')
    copyFileSync(path, copy)
    writeFileSync(path, readFileSync(copy, 'utf8').replace(/"keep"/g, '"none"'))
    utimesSync(path, new Date(), new Date(Date.UTC(2020, 1, 1)))
    const { lines, isAnew } = await files.refresh()
    expect(isAnew).toBe(true)
    expect(lines.map(({ decision }) => decision)).toEqual(['none', 'none', 'keep'])
    // A longer one.
    writeFileSync(path, [c, a, b, c].map(one => `${JSON.stringify({ ...one, note: 'longer' })}\n`).join(''))
    expect((await files.refresh()).lines).toHaveLength(5)
    rmSync(other)
    expect((await files.refresh()).lines.map(({ annotator }) => annotator)).toEqual(['ann', 'ann', 'ann', 'ann'])
    expect(await files.refresh()).toEqual({ lines: [], isAnew: false })
  })

  it('can be read on their own', async () => {
    const [a] = [line()]
    const path = put(join(temporaryFolder(), 'from-elsewhere.jsonl'), `${JSON.stringify(a)}\nx\n`)
    expect(await readDecisionFile(path)).toEqual({ lines: [a], notes: [expect.stringContaining('line 2 is not JSON')] })
  })
})

describe('a study that may only be read', () => {
  it('is read without anything being made or repaired', async () => {
    const { study, dataset } = await auditedStudy()
    const readOnly = await openWorkspace(study.root, { access: 'read' })
    const files = openDecisions(readOnly, dataset)
    expect(await files.refresh()).toEqual({ lines: [], isAnew: false })
    expect(existsSync(study.layout.audits)).toBe(false)
    const path = putDecisions(study, dataset, 'ann', [line(), '{"torn'], false)
    const before = readFileSync(path, 'utf8')
    expect(await idsOf(files)).toHaveLength(1)
    expect(readFileSync(path, 'utf8')).toBe(before)
    await files.close()
  })
})
