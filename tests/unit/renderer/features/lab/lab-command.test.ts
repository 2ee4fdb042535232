// The command that gives the numbers on screen.
import { expect, it } from 'vitest'
import { parseCommand } from '../../../../../src/main/terminal/parse-command.ts'
import { labCommandOf } from '../../../../../src/renderer/src/features/lab/lab-command.ts'
import type { EditPlan } from '../../../../../src/renderer/src/features/lab/lane.ts'

const methods = ['fine-tune', 'ike'].map(id => ({ id, configSchema: { type: 'object', properties: { steps: { type: 'integer', default: 100 }, learningRate: { type: 'number', default: 0.001 } } } }))
const plan = (more: Partial<EditPlan> = {}): EditPlan => ({ model: 'sample', dataset: 'e-vqa-eval', record: '00003', method: 'fine-tune', config: { steps: 100, learningRate: 0.001 }, scope: 'text', seed: 0, ...more })

/** The words of a shell command; ours quote with single quotes only. */
const wordsOf = (command: string): string[] => [...command.matchAll(/'((?:[^']|'\\'')*)'|[^\s']+/g)].map(([word, quoted]) => quoted === undefined ? word : quoted.replaceAll('\'\\\'\'', '\''))

function parsed(command: string): unknown {
  const result = parseCommand(wordsOf(command).slice(2))
  return result.kind === 'call' ? result.input : undefined
}

it('says only what is not usual', () => {
  expect(labCommandOf(plan(), [], methods)).toBe('npx mmedit lab edit --method fine-tune --scope text --model sample --dataset e-vqa-eval --record 00003')
  expect(labCommandOf(plan({ config: { steps: 5, learningRate: 0.001 }, seed: 2, editor: 'e' }), [], methods)).toContain('--editor e --config.steps 5 --seed 2')
})

it('is what the terminal reads back, edits underneath and own facts included', () => {
  const under = [plan({ record: '00001' }), plan({ record: '00002', method: 'ike', scope: 'both', seed: 4, config: { steps: 3, learningRate: 0.001 } }), plan({ fact: { prompt: 'It\'s what?', expected: 'a cat', form: 'question' } })]
  const own = plan({ config: { steps: 7, learningRate: 0.001 }, fact: { prompt: 'Who is this?', expected: 'me', form: 'caption', image: 'f'.repeat(64) } })
  expect(parsed(labCommandOf(own, under, methods))).toMatchObject({
    record: '00003',
    method: { id: 'fine-tune', config: { steps: 7 } },
    fact: { prompt: 'Who is this?', expected: 'me', form: 'caption', image: 'f'.repeat(64) },
    after: [
      { record: '00001', method: { id: 'fine-tune', config: {} } },
      { record: '00002', method: { id: 'ike', config: { steps: 3 } }, scope: 'both', seed: 4 },
      { record: '00003', method: { id: 'fine-tune', config: {} }, fact: { prompt: 'It\'s what?', expected: 'a cat' } },
    ],
  })
})

it('leaves out of the edits underneath what is as in the last', () => {
  expect(parsed(labCommandOf(plan(), [plan({ record: '00001' })], methods))).toMatchObject({ after: [{ record: '00001' }] })
  expect(labCommandOf(plan(), [plan({ record: '00001' })], methods)).toContain('--after \'[{"record":"00001"}]\'')
})
