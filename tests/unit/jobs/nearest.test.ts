// Asking the backend for the records most like one: order, progress, cancelling, what is kept, and what cannot be compared.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import type { NeighbourEvent, NeighbourRequest } from '../../../src/preload/contract/datasets.ts'
import { DatasetId, ModelId } from '../../../src/preload/contract/identifiers.ts'
import type { Backend } from '../../../src/main/backend.ts'
import { makeStudy, openFakeBackend } from '../../contract/support/study.ts'

// The fake engine's feature of a text is what letters it has.
const prompts = ['abc', 'aabbcc', 'xyz', 'abd', 'cba', 'abc']
const request: NeighbourRequest = { id: DatasetId.parse('edits'), record: '00000', model: ModelId.parse('fake'), by: 'text', count: 12, provider: 'auto' }
let backend: Backend
let remove: () => Promise<void>
let home: string

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'mmedit-home-'))
  vi.stubEnv('MMEDIT_HOME', home)
  const study = await makeStudy(prompts)
  remove = study.remove
  backend = await openFakeBackend(study.folder, { FAKE_PACE_MS: '20' })
})
afterAll(async () => {
  await backend.close()
  await remove()
  rmSync(home, { recursive: true, force: true })
  vi.unstubAllEnvs()
})

async function ask(change: Partial<NeighbourRequest> = {}, signal?: AbortSignal): Promise<NeighbourEvent[]> {
  const events: NeighbourEvent[] = []
  for await (const event of backend.context.neighbours.nearest({ ...request, ...change }, signal))
    events.push(event)
  return events
}

it('stops when it is left, and goes on from there', async () => {
  const seen: NeighbourEvent[] = []
  for await (const event of backend.context.neighbours.nearest(request)) {
    seen.push(event)
    if (event.kind === 'progress' && event.total === 5 && event.done === 2)
      break
  }
  expect(seen.every(({ kind }) => kind === 'progress')).toBe(true)
  expect(readdirSync(join(home, 'cache/features/f'))).toEqual(['edits-text.f32'])
  const progress = (await ask()).flatMap(event => event.kind === 'progress' && event.total === 5 ? [event.done] : [])
  expect(progress[0]).toBeGreaterThanOrEqual(2)
  expect(progress.at(-1)).toBe(5)
})

it('gives the most similar first, equal ones in the order of the file, never the record itself', async () => {
  const found = (await ask()).at(-1)
  if (found?.kind !== 'found')
    throw new Error('Nothing was found.')
  expect(found.neighbours.map(({ record }) => record.edit.prompt)).toEqual(['aabbcc', 'cba', 'abc', 'abd', 'xyz'])
  expect(found.neighbours.map(({ record }) => record.id)).toEqual(['00001', '00004', '00005', '00003', '00002'])
  const similarities = found.neighbours.map(({ similarity }) => similarity)
  expect(similarities[0]).toBeCloseTo(1, 6)
  expect(similarities[3]).toBeCloseTo(2 / 3, 6)
  expect(similarities[4]).toBeCloseTo(0, 6)
  expect(found.neighbours[0]?.record.edit.image?.hash).toMatch(/^[0-9a-f]{64}$/)
  expect(found.notes).toEqual([])
  const fewer = (await ask({ count: 2 })).at(-1)
  expect(fewer?.kind === 'found' && fewer.neighbours).toHaveLength(2)
})

it('says which record or model there is not, and is stopped by its signal', async () => {
  await expect(ask({ record: '99999' })).rejects.toThrow('has no record \'99999\'')
  await expect(ask({ model: ModelId.parse('nowhere') })).rejects.toThrow('nowhere')
  await expect(ask({ by: 'image' }, AbortSignal.abort())).rejects.toMatchObject({ name: 'AbortError' })
})
