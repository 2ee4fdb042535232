// Slices and views as the study keeps them: ids from names, files that people may break, nothing written where only reading is allowed.
import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createImageStore } from '../../../src/main/datasets/image-store.ts'
import { createSliceCases } from '../../../src/main/jobs/slice-cases.ts'
import type { SliceCases } from '../../../src/main/jobs/slice-cases.ts'
import { createViewCases } from '../../../src/main/jobs/view-cases.ts'
import type { ViewCases } from '../../../src/main/jobs/view-cases.ts'
import { createRecordQueries } from '../../../src/main/query/records.ts'
import { importDataset } from '../../../src/main/workspace/import-dataset.ts'
import type { Study } from '../../../src/main/workspace/open-workspace.ts'
import { SliceDraft } from '../../../src/preload/contract/slices.ts'
import { mmeditRecord, putDataset, temporaryFolder, temporaryStudy } from '../workspace/study.ts'
import { countingOf } from './scored-runs.ts'

interface Opened { study: Study, slices: SliceCases, views: ViewCases, said: string[], changed: string[], lock: () => void }

async function open(): Promise<Opened> {
  const study = await temporaryStudy()
  await importDataset(study, { file: putDataset(temporaryFolder(), [mmeditRecord(0), mmeditRecord(1, { alt: 'dog' })]) })
  const said: string[] = []
  const changed: string[] = []
  let isLocked = false
  const checkWritable = (): void => {
    if (isLocked)
      throw new Error('for reading only')
  }
  const options = { study, checkWritable, warn: (sentence: string) => void said.push(sentence), onChange: (id: string) => void changed.push(id) }
  return {
    study, said, changed,
    slices: createSliceCases({ ...options, counting: countingOf(study, { list: () => [] }), queries: createRecordQueries(study, createImageStore()) }),
    views: createViewCases(options),
    lock: () => {
      isLocked = true
    },
  }
}
const draft = (name: string, more: object = {}): SliceDraft => SliceDraft.parse({ name, ...more })

describe('slices', () => {
  it('get ids from their names and keep them under a new name', async () => {
    const { slices, study, changed } = await open()
    const names = ['Red things!', 'red things', '犬', 'CON']
    const ids: string[] = []
    for (const name of names)
      ids.push((await slices.save(draft(name))).id)
    expect(ids).toEqual(['red-things', 'red-things-2', 'slice', 'con-slice'])
    expect(readdirSync(study.layout.slices).sort()).toEqual(['con-slice.json', 'red-things-2.json', 'red-things.json', 'slice.json'])
    const [first] = await slices.list()
    const again = await slices.save(draft('Blue', { id: first!.id, filter: { facets: { answer: ['dog'] } } }))
    expect(again).toEqual({ id: first!.id, name: 'Blue', filter: { search: '', facets: { answer: ['dog'] } }, createdAt: first!.createdAt })
    expect(await slices.count(first!.id, undefined)).toBe(1)
    await expect(slices.save(draft('x', { id: 'none' }))).rejects.toThrow('The study has no slice \'none\'')
    expect(changed).toEqual([...ids, 'red-things'])
  })

  it('that cannot be opened are not saved', async () => {
    const { slices, study, changed } = await open()
    await expect(slices.save(draft('a', { filter: { facets: { verdict: ['Failed'] } } }))).rejects.toThrow('is about a run')
    await expect(slices.save(draft('a', { dataset: 'none' }))).rejects.toThrow('The study has no dataset \'none\'')
    expect(existsSync(study.layout.slices)).toBe(false)
    expect(changed).toEqual([])
  })

  it('that somebody broke are reported and do not hide the others', async () => {
    const { slices, study, said } = await open()
    await slices.save(draft('Good'))
    writeFileSync(join(study.layout.slices, 'broken.json'), '{')
    writeFileSync(join(study.layout.slices, 'odd.json'), '{"name": ""}')
    expect((await slices.list()).map(({ id }) => id)).toEqual(['good'])
    expect(said).toEqual([expect.stringContaining('broken.json\' is not JSON') as string, expect.stringContaining('odd.json\': field') as string])
  })
})

describe('views', () => {
  it('of the same screen and name are replaced', async () => {
    const { views, changed } = await open()
    const first = await views.save({ name: 'Mine', screen: 'datasets', address: '/a' })
    const other = await views.save({ name: 'Mine', screen: 'compare', address: '/b' })
    expect(await views.save({ name: 'Mine', screen: 'datasets', address: '/c' })).toEqual({ ...first, address: '/c' })
    expect((await views.list()).map(({ id, address }) => [id, address]).sort()).toEqual([[other.id, '/b'], [first.id, '/c']].sort())
    expect(await views.remove(first.id)).toBe(true)
    expect(await views.remove(first.id)).toBe(false)
    expect(await views.remove('../workspace')).toBe(false)
    expect(changed).toEqual([first.id, other.id, first.id, first.id])
  })
})

describe('a study that is open for reading', () => {
  it('is not written', async () => {
    const { slices, views, study, lock } = await open()
    const { id } = await slices.save(draft('Kept'))
    lock()
    await expect(slices.save(draft('x'))).rejects.toThrow('for reading only')
    await expect(slices.remove(id)).rejects.toThrow('for reading only')
    await expect(views.save({ name: 'x', screen: 'datasets', address: '/' })).rejects.toThrow('for reading only')
    await expect(views.remove('x')).rejects.toThrow('for reading only')
    expect(readdirSync(study.layout.slices)).toEqual(['kept.json'])
    expect(existsSync(study.layout.views)).toBe(false)
    expect((await slices.list()).map(slice => slice.id)).toEqual(['kept'])
  })
})
