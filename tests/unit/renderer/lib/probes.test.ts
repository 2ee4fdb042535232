// The parts of a record in the order that every view shows.
import { expect, it } from 'vitest'
import type { EditRecord } from '@contract/records.ts'
import { probeKinds } from '../../../../src/preload/contract/records.ts'
import { partId, partKinds, partsOf } from '../../../../src/renderer/src/lib/probes.ts'

const probe = (prompt: string): EditRecord['edit'] => ({ prompt, form: 'question', expected: 'x' })
const record: EditRecord = {
  id: '00001', index: 1, task: 'e-vqa', edit: probe('edit'), stated: '',
  probes: { portability: [probe('hop 1'), probe('hop 2')], textRephrase: [probe('other words')] },
}

it('knows the same kinds as the contract, the edit first', () => {
  expect(partKinds).toEqual(['edit', ...probeKinds])
})

it('lists the edit, then the probes that exist, in order and numbered', () => {
  expect(partsOf(record).map(part => [partId(part.kind, part.index), part.probe.prompt])).toEqual([
    ['edit-0', 'edit'], ['textRephrase-0', 'other words'], ['portability-0', 'hop 1'], ['portability-1', 'hop 2'],
  ])
})
