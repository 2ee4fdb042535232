// Which pictures the blindness check shows, and what it counts.
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, describe, expect, it } from 'vitest'
import { generatedPicture, noisePicture } from '../../../src/main/datasets/generated-images.ts'
import { blindness, blindProbes } from '../../../src/main/metrics/blindness.ts'
import type { Answer } from '../../../src/main/models/model.ts'
import type { EditRecord } from '../../../src/preload/contract/records.ts'

const image = (path: string) => ({ root: 'images', path })
const record: EditRecord = {
  id: '00003', index: 3, task: 'e-vqa', stated: 'dog',
  edit: { prompt: 'What is this?', form: 'question', image: image('a.png'), expected: 'cat' },
  probes: { unrelatedImage: [{ prompt: 'What colour?', form: 'question', image: image('b.png'), expected: 'red' }] },
}
const answer = (best: number, text: string): Answer => ({
  expected: [1], positions: { logits: Float32Array.from([0, 1, 2].map(i => i === best ? 5 : 0)), rows: 1, vocabulary: 3 },
  top10: new Int32Array(10), sequence: 1, generated: { tokens: [best], probabilities: [1], text },
})

describe('blindProbes', () => {
  it('asks the edited question with the swapped, a blank and a noise picture, and is asked for the same objects again', () => {
    const probes = blindProbes(record)
    expect(probes.map(({ label, image: shown }) => [label, shown?.path])).toEqual([['swapped', 'b.png'], ['blank', 'blank.png'], ['noise', 'noise-3.png']])
    expect(probes.every(({ prompt, expected }) => prompt === 'What is this?' && expected === 'cat')).toBe(true)
    expect(blindProbes(record)).toBe(probes)
  })

  it('has nothing to ask about an edit without picture', () => {
    const { image: _, ...text } = record.edit
    expect(blindProbes({ ...record, edit: text })).toEqual([])
  })

  it('counts a firing edit, by picture', () => {
    const [swapped, blank] = blindProbes(record)
    expect(blindness.score(swapped!, answer(0, 'dog'), answer(1, 'Cat'))).toEqual({ strict: 1, easyedit: 1, swapped: 1, free: 1 })
    expect(blindness.score(blank!, answer(0, 'dog'), answer(0, 'dog'))).toEqual({ strict: 0, easyedit: 0, blank: 0, free: 0 })
  })
})

describe('generatedPicture', () => {
  const folder = mkdtemp(join(tmpdir(), 'mmedit-'))
  afterAll(async () => rm(await folder, { recursive: true }))

  it('draws the same noise every time, another one for the next record, and one flat colour', async () => {
    const into = await folder
    const first = await readFile(await generatedPicture(noisePicture(3), into))
    await rm(join(into, 'noise-3.png'))
    expect(await readFile(await generatedPicture(noisePicture(3), into))).toEqual(first)
    expect(await readFile(await generatedPicture(noisePicture(4), into))).not.toEqual(first)
    const { channels } = await sharp(await generatedPicture({ path: 'blank.png' }, into)).stats()
    expect(channels.map(({ min, max }) => [min, max])).toEqual([[123, 123], [117, 117], [104, 104]])
    expect((await sharp(first).stats()).channels[0]!.stdev).toBeGreaterThan(60)
  })

  it('knows no other picture', async () => {
    await expect(generatedPicture({ path: '../../etc/passwd' }, await folder)).rejects.toThrow(/There is no generated picture '..\/..\/etc\/passwd'/)
  })
})
