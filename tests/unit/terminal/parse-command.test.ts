// Words → commands: every procedure has one, the examples mean what they say, wrong use says what is known.
import { traverseContractProcedures } from '@orpc/server'
import { describe, expect, it } from 'vitest'
import { contract } from '../../../src/preload/contract/index.ts'
import { UsageError } from '../../../src/main/terminal/flags.ts'
import { parseCommand } from '../../../src/main/terminal/parse-command.ts'
import { commands, kebab } from '../../../src/main/terminal/procedures.ts'

const parse = (line: string) => parseCommand(line.split(' ').filter(Boolean))
const inputOf = (line: string): unknown => {
  const parsed = parse(line)
  return parsed.kind === 'call' ? parsed.input : undefined
}

describe('parseCommand', () => {
  it('has a command for every procedure of the contract', () => {
    const procedures: string[] = []
    traverseContractProcedures({ router: contract, path: [] }, ({ path }) => procedures.push(`${path[0] ?? ''} ${kebab(path[1] ?? '')}`))
    expect(procedures.length).toBeGreaterThan(30)
    expect(commands.map(command => `${command.noun} ${command.verb}`).sort()).toEqual(procedures.sort())
  })

  it('fills in the sample study\'s model and records', () => {
    expect(inputOf('runs start --method fine-tune --scope text --limit 20 --seed 0 --json')).toEqual({
      kind: 'score', model: 'sample', dataset: 'e-vqa-eval', alsoFrom: [], method: { id: 'fine-tune', config: {} }, scope: 'text', metrics: [], limit: 20,
      protocol: 'single', group: 1, training: {}, seed: 0, provider: 'auto',
    })
    expect(inputOf('runs start --model other --dataset mine --config.steps 5')).toMatchObject({ model: 'other', dataset: 'mine', method: { id: 'fine-tune', config: { steps: 5 } } })
    expect(inputOf('lab answer --image a.png --prompt what?')).toMatchObject({ model: 'sample', image: 'a.png', prompt: 'what?' })
  })

  it.each([
    ['models check some/folder', { path: 'some/folder', provider: 'auto' }],
    ['runs resume 2026-01-01-a', { id: '2026-01-01-a' }],
    ['datasets import vqa.json --image-root pictures', { file: 'vqa.json', imageRoot: 'pictures' }],
    ['tables export --format latex --runs a,b', { id: 'main-results', runs: ['a', 'b'], reported: [], variant: 'strict', slices: [], whole: true, counts: 'all', records: 'common', format: 'latex', keep: true }],
    ['report --title Ours', { runs: [], reported: [], variant: 'strict', slices: [], whole: true, counts: 'all', records: 'common', title: 'Ours', tables: [], figures: [] }],
    ['datasets list', undefined],
  ])('%s', (line, input) => {
    expect(inputOf(line)).toEqual(input)
  })

  it('takes the common flags anywhere', () => {
    expect(parse('--json runs --workspace=/a list')).toMatchObject({ kind: 'call', json: true, workspace: '/a', command: { noun: 'runs', verb: 'list', writes: false } })
    expect(parse('runs start')).toMatchObject({ command: { writes: true } })
    expect(parse('serve --port 4000 --no-open --workspace /a')).toEqual({ kind: 'serve', port: 4000, openBrowser: false, workspace: '/a' })
  })

  it('writes help at every level', () => {
    expect(parse('--help')).toMatchObject({ kind: 'help', text: expect.stringContaining('serve') as string })
    expect(parse('runs --help')).toMatchObject({ kind: 'help', text: expect.stringContaining('resume') as string })
    expect(parse('runs start --help')).toMatchObject({ kind: 'help', text: expect.stringMatching(/--scope text\|vision\|both[\s\S]*--config\.learning-rate/) as string })
  })

  it.each([
    ['', 'Usage: mmedit NOUN VERB'],
    ['bogus', 'There is no command \'bogus\'. Known: workspace, datasets'],
    ['runs', 'mmedit runs needs a verb: list, get, start'],
    ['runs bogus', 'mmedit runs has no verb \'bogus\'.'],
    ['models check', '--path is missing. See mmedit models check --help.'],
    ['runs start --limit 0', '--limit: Too small'],
    ['runs resume NOT/AN/ID', '--id: Ids are lower case letters'],
    ['serve --port 99999', '--port takes a number from 0 to 65535'],
    ['runs list --workspace', '--workspace needs a folder.'],
  ])('%s is wrong use', (line, sentence) => {
    expect(() => parse(line)).toThrow(UsageError)
    expect(() => parse(line)).toThrow(sentence)
  })
})

it('a plan inside another request has the sample study\'s defaults, too', () => {
  const parsed = parseCommand(['runs', 'sweep', '--limit', '3', '--layers', '0,1'])
  expect(parsed).toMatchObject({ kind: 'call', anyModel: true, input: { layers: [0, 1], plan: { model: 'sample', dataset: 'e-vqa-eval', method: { id: 'fine-tune' }, limit: 3 } } })
})
