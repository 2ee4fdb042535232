// One edit's events, folded.
import { expect, it } from 'vitest'
import type { AnswerView } from '@contract/answers.ts'
import type { LabEvent } from '@contract/lab.ts'
import { emptyOutcome, foldLabEvent, isBusy } from '../../../../../src/renderer/src/features/lab/outcome.ts'

const answer = (text: string): AnswerView => ({ text, expected: [], generated: [] })
const question = { prompt: 'q', form: 'question' as const, expected: 'dog' }
const provider = { provider: 'cpu', device: 'd', reason: 'r', tests: [] }
const events: LabEvent[] = [
  { kind: 'opened', provider, elapsedMs: 5 },
  { kind: 'before', probe: { kind: 'edit', index: 0 }, question, answer: answer('cup') },
  { kind: 'before', probe: { kind: 'portability', index: 1 }, question, answer: answer('thing') },
  { kind: 'step', step: 1, loss: 3 },
  { kind: 'step', step: 2, loss: 1.5 },
  { kind: 'after', probe: { kind: 'edit', index: 0 }, question, answer: answer('dog') },
  { kind: 'scored', scores: { reliability: { strict: 1 } } },
  { kind: 'done', edit: 'e1' as never, steps: 2, elapsedMs: 900, changed: [{ weight: 'w', parameterCount: 4, norm: 0.1 }] },
]

it('holds answers by part, losses in order, and what the edit left', () => {
  const outcome = events.reduce(foldLabEvent, emptyOutcome('vision'))
  expect(outcome).toMatchObject({ scope: 'vision', phase: 'done', losses: [3, 1.5], edit: 'e1', elapsedMs: 900, scores: { reliability: { strict: 1 } }, provider: { provider: 'cpu' } })
  expect(outcome.before['edit-0']?.text).toBe('cup')
  expect(outcome.before['portability-1']?.text).toBe('thing')
  expect(outcome.after['edit-0']?.text).toBe('dog')
})

it('names the phase after each event and is busy until the end', () => {
  const phases: string[] = []
  events.reduce((outcome, event) => {
    const next = foldLabEvent(outcome, event)
    phases.push(next.phase)
    expect(isBusy(next)).toBe(event.kind !== 'done')
    return next
  }, emptyOutcome('text'))
  expect(phases).toEqual(['asking', 'asking', 'asking', 'editing', 'editing', 'checking', 'checking', 'done'])
})

it('leaves the outcome before as it was', () => {
  const first = emptyOutcome('text')
  foldLabEvent(first, events[3]!)
  expect(first.losses).toEqual([])
})
