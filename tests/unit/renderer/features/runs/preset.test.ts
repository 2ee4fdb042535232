// What another view says is to be planned, in the address.
import { expect, it } from 'vitest'
import { presetOf } from '../../../../../src/renderer/src/features/runs/new-run.ts'

it('reads a plan from the address, leaving out what has the wrong form', () => {
  const plan = { kind: 'score', model: 'm', dataset: 'd', method: 'mend', config: { scale: 2 }, scope: 'vision', seed: 3, editor: 'e' }
  expect(presetOf(JSON.stringify(plan))).toEqual(plan)
  expect(presetOf('{"scope":"nose","seed":-1,"kind":7,"config":[1],"method":"ike","more":1}')).toEqual({ method: 'ike' })
})

it.each([undefined, null, '', 'not json', '[]', '3', 'null', ['{}']])('is none for %j', (query) => {
  expect(presetOf(query)).toBeUndefined()
})
