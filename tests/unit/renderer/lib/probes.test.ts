// The parts of a record in the order that every view shows.
import { expect, it } from 'vitest'
import type { EditRecord } from '@contract/records.ts'
import { blindProbes } from '../../../../src/main/metrics/blindness.ts'
import { probeKinds } from '../../../../src/preload/contract/records.ts'
import { askedPartsOf, generatedRoot, partId, partKinds, partsOf } from '../../../../src/renderer/src/lib/probes.ts'

const probe = (prompt: string): EditRecord['edit'] => ({ prompt, form: 'question', expected: 'x' })
const record: EditRecord = {
  id: '00001', index: 1, task: 'e-vqa', edit: probe('edit'), stated: '',
  probes: { portability: [probe('hop 1'), probe('hop 2')], textRephrase: [probe('other words')] },
}

it('knows the same kinds as the contract, the edit first', () => {
  expect(partKinds).toEqual(['edit', ...probeKinds, 'blindness'])
})

it('lists the edit, then the probes that exist, in order and numbered', () => {
  expect(partsOf(record).map(part => [partId(part.kind, part.index), part.probe.prompt])).toEqual([
    ['edit-0', 'edit'], ['textRephrase-0', 'other words'], ['portability-0', 'hop 1'], ['portability-1', 'hop 2'],
  ])
})

it('asks the edited question with the pictures that the backend asks it with', () => {
  const picture = { root: 'image', path: 'a.png' }
  const seen: EditRecord = { ...record, edit: { ...probe('edit'), image: picture }, probes: { unrelatedImage: [{ ...probe('other'), image: { root: 'image', path: 'b.png' } }] } }
  const asked = askedPartsOf(seen)
  expect(asked.filter(part => part.kind === 'blindness').map(part => [part.probe.label, part.probe.image?.path])).toEqual(blindProbes(seen).map(({ label, image }) => [label, image?.path.replace(/-\d/, '')]))
  expect(asked.filter(part => part.kind === 'blindness').map(part => part.index)).toEqual([0, 1, 2])
  expect(blindProbes(seen).map(part => part.image?.root)).toEqual(['image', generatedRoot, generatedRoot])
  expect(askedPartsOf(record)).toEqual(partsOf(record))
})
