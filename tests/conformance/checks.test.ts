// What every automatic check promises, over the whole registry.
import { describe, expect, it } from 'vitest'
import { checks } from '../../src/main/checks/index.ts'
import type { CheckedDataset, CheckModel } from '../../src/main/checks/check.ts'
import { CheckInfo, Finding } from '../../src/preload/contract/findings.ts'
import type { EditRecord } from '../../src/preload/contract/records.ts'
import { dataset, lookOf, question, record, run } from '../unit/checks/checked.ts'

/** Every answer is right; no picture is like any other. */
const model: CheckModel = {
  features: (paths, progress) => {
    progress(paths.length)
    return Promise.resolve(paths.map((_, i) => Float32Array.from({ length: 500 }, (_, j) => Number(i === j))))
  },
  answers: (probes, progress) => {
    progress(probes.length)
    return Promise.resolve(probes.map(({ expected }) => ({ text: expected, isRight: true })))
  },
}

/** In every third record something is wrong for each check. */
function faulty(i: number): EditRecord {
  const own = record(i)
  if (i % 3 !== 0)
    return own
  const edit = question(`Where does the lorry number ${i} stand`, 'lorry', 'same.png')
  return {
    ...own,
    edit,
    probes: {
      textRephrase: [edit, question('What is it called', 'lorry')],
      imageRephrase: [question(edit.prompt, edit.expected, 'same.png'), question(edit.prompt, edit.expected, `${i}-gone.png`)],
      unrelatedImage: [question(`Who drives ${i}`, 'a lorry driver', 'same.png')],
    },
  }
}

const records = Array.from({ length: 90 }, (_, i) => faulty(i < 60 ? i : 60))
  // The last ones repeat one record under their own ids.
  .map((each, i) => ({ ...each, id: String(i).padStart(5, '0'), index: i }))
const pictures = { 'same.png': lookOf('same'), ...Object.fromEntries(records.map(({ index }) => [`${index}-gone.png`, { reason: 'it is not there' }])) }
const own = dataset(records, pictures)
const train = dataset(records.slice(0, 30), pictures, 'train')

it('has the nine checks of the issue, the gravest first', () => {
  expect(checks.all.map(({ id }) => id)).toEqual(['missing-pictures', 'same-as-original', 'duplicate-records', 'text-overlap', 'picture-overlap', 'target-in-prompt', 'shared-entity', 'unlike-pictures', 'base-right'])
  const order = ['broken', 'likely', 'look']
  const gravity = checks.all.map(({ severity }) => order.indexOf(severity))
  expect(gravity).toEqual(gravity.toSorted((a, b) => a - b))
})

describe.each(checks.all)('$id', (check) => {
  const told = (over: CheckedDataset, against = [train]) => run(check, over, { against, model })

  it('describes itself', () => {
    const { version, needsOthers: _needsOthers, run: _run, ...info } = check
    expect(CheckInfo.parse(info)).toEqual(info)
    expect(info.summary).toMatch(/^\p{Lu}.*\.$/u)
    expect(info.label).not.toMatch(/\.$/)
    expect(info.id).toMatch(/^[a-z]+(?:-[a-z]+)+$/)
    expect(version).toBeGreaterThan(0)
  })

  it('names probes that the records have, in plain sentences, in the order of the records', async () => {
    const { findings, notes } = await told(own)
    expect(findings.length).toBeGreaterThan(0)
    for (const finding of findings) {
      const whole = { check: check.id, ...finding }
      expect(Finding.parse(whole)).toEqual(whole)
      expect(finding.sentence).toMatch(/^[\p{Lu}].*\.$/u)
      expect(finding.sentence).not.toMatch(/undefined|NaN|\n|\.\.$|internal/)
      const target = records.find(({ id }) => id === finding.record)!
      expect(finding.kind === undefined).toBe(finding.index === undefined)
      if (finding.kind !== undefined)
        expect(target.probes[finding.kind]?.[finding.index!]).toBeDefined()
    }
    const rows = findings.map(finding => records.findIndex(({ id }) => id === finding.record))
    expect(rows).toEqual(rows.toSorted((a, b) => a - b))
    const places = findings.map(finding => JSON.stringify([finding.record, finding.kind, finding.index, finding.sentence]))
    expect(new Set(places).size).toBe(places.length)
    for (const note of notes)
      expect(note).toMatch(/\.$/)
  })

  it('finds the same twice', async () => {
    expect((await told(own)).findings).toEqual((await told(own)).findings)
  })

  it('says how far it is, never going back, to the end', async () => {
    const { progress } = await told(own)
    const [, total] = progress.at(-1)!
    progress.forEach(([done, of], i) => {
      expect(of).toBe(total)
      expect(done).toBeGreaterThanOrEqual(progress[i - 1]?.[0] ?? 0)
      expect(done).toBeLessThanOrEqual(total)
    })
    expect(progress.at(-1)![0]).toBe(total)
  })

  it('is content with no records', async () => {
    expect((await told(dataset([]))).findings).toEqual([])
    expect((await told(dataset([]), [dataset([], {}, 'train')])).findings).toEqual([])
  })

  it('stops when it is told to', async () => {
    const stop = new AbortController()
    stop.abort()
    await expect(run(check, own, { against: [train], model, signal: stop.signal })).rejects.toThrow(/abort/i)
  })

  it('leaves the records as they are', async () => {
    const before = structuredClone(records)
    await told(own)
    expect(records).toEqual(before)
  })
})
