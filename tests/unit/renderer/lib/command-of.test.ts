// The command of a run must be one that the terminal takes, and must start the same run.
import { expect, it } from 'vitest'
import { RunPlan } from '../../../../src/preload/contract/runs.ts'
import { parseCommand } from '../../../../src/main/terminal/parse-command.ts'
import { commandOf } from '../../../../src/renderer/src/lib/command-of.ts'

/** A shell's words: blanks separate, single quotes keep together. */
const wordsOf = (command: string): string[] => [...command.matchAll(/(?:[^\s']|'[^']*')+/g)].map(([word]) => word.replace(/\\'/g, '\u0001').replaceAll('\'', '').replaceAll('\u0001', '\''))

const planned = (command: string): unknown => {
  const parsed = parseCommand(wordsOf(command).slice(2))
  return parsed.kind === 'call' ? RunPlan.parse(parsed.input) : parsed
}

it.each([
  { method: { id: 'fine-tune', config: { steps: 10, learningRate: 0.0001 } }, scope: 'vision', limit: 20, seed: 3 },
  { method: { id: 'fine-tune', config: { stopWhenEdited: false, optimizer: 'adam w' } }, protocol: 'sequential', group: 5, provider: 'cpu', metrics: ['reliability', 'portability'] },
  { method: { id: 'fine-tune' }, kind: 'train', alsoFrom: ['e-ic-train'], training: { iterations: 40, learningRate: 1e-5 }, memory: 'e-vqa-train', editor: 'a.b' },
])('gives the same plan back: %j', (plan) => {
  const whole = RunPlan.parse({ model: 'sample', dataset: 'e-vqa-eval', ...plan })
  expect(planned(commandOf(whole))).toEqual(whole)
})

it('names nothing that is a default', () => {
  expect(commandOf(RunPlan.parse({ model: 'sample', dataset: 'd', method: { id: 'fine-tune' } }))).toBe('npx mmedit runs start --method fine-tune --scope text --model sample --dataset d')
})
