// Probes under numbers: in the order of the file, found again by what they are.
import { describe, expect, it } from 'vitest'
import type { Probe } from '../../../src/preload/contract/records.ts'
import { contentHash, createProbeList } from '../../../src/main/audits/probe-list.ts'
import { recordId } from './book-of.ts'

const probe = (prompt: string, change: Partial<Probe> = {}): Probe => ({ prompt, form: 'question', expected: 'cat', ...change })

describe('probes of a dataset', () => {
  const list = createProbeList()
  list.add({ id: recordId(0), probes: { portability: [probe('p0'), probe('p1')], textRephrase: [probe('t')] } })
  list.add({ id: recordId(1), probes: {} })
  list.add({ id: recordId(2), probes: { imageRephrase: [probe('i', { image: { root: 'image', path: 'a.png' } })] } })
  const probes = list.list()

  it('are numbered record by record, kind by kind, and found again', () => {
    expect(probes.count).toBe(4)
    expect(Array.from({ length: 4 }, (_, item) => probes.refOf(item))).toEqual([
      { record: '00000', kind: 'textRephrase', index: 0 }, { record: '00000', kind: 'portability', index: 0 }, { record: '00000', kind: 'portability', index: 1 }, { record: '00002', kind: 'imageRephrase', index: 0 }])
    for (let item = 0; item < probes.count; item++)
      expect(probes.itemOf(probes.refOf(item))).toBe(item)
    expect(probes.itemsOf('00000')).toEqual({ from: 0, to: 3 })
    expect(probes.itemsOf('00001')).toEqual({ from: 3, to: 3 })
    expect(probes.itemsOf('gone')).toEqual({ from: 0, to: 0 })
    expect(probes.itemOf({ record: '00002', kind: 'imageRephrase', index: 1 })).toBeUndefined()
    expect(probes.itemOf({ record: 'gone', kind: 'imageRephrase', index: 0 })).toBeUndefined()
    expect(probes.records).toEqual(['00000', '00001', '00002'])
    expect(() => probes.refOf(4)).toThrow('There is no probe number 4; the dataset has 4. Open the queue again.')
  })

  it('have a hash of what is judged, and of nothing else', () => {
    const one = probe('What?', { image: { root: 'image', path: 'a.png' } })
    const hash = contentHash(one)
    expect(hash).toMatch(/^[0-9a-f]{16}$/)
    expect(probes.contentOf(0)).toBe(contentHash(probe('t')))
    expect(contentHash({ ...one, image: { root: 'image', path: 'a.png', hash: 'b'.repeat(64) as never } })).toBe(hash)
    for (const other of [{ prompt: 'Who?' }, { expected: 'dog' }, { image: { root: 'image', path: 'b.png' } }, { image: { root: 'rephrase', path: 'a.png' } }])
      expect(contentHash({ ...one, ...other })).not.toBe(hash)
    // Written into every decision: must not change from one version to the next.
    expect(contentHash(one)).toBe('fe170187798c1130')
  })
})
