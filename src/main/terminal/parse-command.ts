// The words of the command line → what to do, or a sentence about what is wrong with them.
import { sampleModelId } from '../workspace/sample-study.ts'
import { methods } from '../methods/index.ts'
import { parseFlags, UsageError } from './flags.ts'
import type { Flag } from './flags.ts'
import { helpOfAll, helpOfCommand, helpOfNoun } from './help.ts'
import { commands } from './procedures.ts'
import type { Command } from './procedures.ts'

export type Parsed =
  | { readonly kind: 'help', readonly text: string }
  | { readonly kind: 'serve', readonly workspace?: string, readonly port?: number, readonly openBrowser: boolean }
  | { readonly kind: 'call', readonly command: Command, readonly input: unknown, readonly json: boolean, readonly workspace?: string, /** No model was named: the study's only one is meant. */ readonly anyModel: boolean }

/** What a required flag means when it is left out: the sample study's model and records. */
const sampleDefaults: Readonly<Record<string, unknown>> = { 'model': sampleModelId, 'dataset': 'e-vqa-eval', 'datasets': ['e-vqa-eval', 'e-ic-eval'], 'method.id': methods.all[0]?.id, 'scope': 'text' }
/** Trainings learn from the other part. */
const trainingDataset = 'e-vqa-train'

/** A run's plan is the same inside another request: its flags have the same names and mean the same. */
const meaningOf = ({ path }: Pick<Flag, 'path'>): string => (path[0] === 'plan' ? path.slice(1) : path).join('.')

const withSampleDefaults = (command: Command): Command => ({
  ...command,
  flags: command.flags.map((flag): Flag => {
    const value = sampleDefaults[meaningOf(flag)]
    return flag.isRequired && value !== undefined ? { ...flag, isRequired: false, default: value } : flag
  }),
})

/** Takes `--workspace DIR`, `--json` and `--help` out of the words, wherever they are. */
function takeCommon(words: readonly string[]): { rest: string[], json: boolean, help: boolean, workspace?: string } {
  const rest: string[] = []
  const taken = { json: false, help: false } as { json: boolean, help: boolean, workspace?: string }
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? ''
    if (word === '--json' || word === '--json=true') {
      taken.json = true
    }
    else if (word === '--help' || word === '-h') {
      taken.help = true
    }
    else if (word === '--workspace' || word.startsWith('--workspace=')) {
      const value = word === '--workspace' ? words[++i] : word.slice('--workspace='.length)
      if (!value)
        throw new UsageError('--workspace needs a folder.')
      taken.workspace = value
    }
    else {
      rest.push(word)
    }
  }
  return { rest, ...taken }
}

function fillDefaults(command: Command, input: Record<string, unknown>): void {
  for (const { path, default: value } of command.flags) {
    if (!(meaningOf({ path }) in sampleDefaults) || value === undefined)
      continue
    let target = input
    for (const step of path.slice(0, -1))
      target = (target[step] ??= {}) as Record<string, unknown>
    target[path.at(-1) ?? ''] ??= value
  }
}

function parseServe(words: readonly string[]): { port?: number, openBrowser: boolean } {
  const port: Flag = { name: 'port', path: ['port'], kind: 'number', isRequired: false }
  const noOpen: Flag = { name: 'no-open', path: ['noOpen'], kind: 'boolean', isRequired: false }
  const input = parseFlags(words, [port, noOpen], undefined)
  const number = input['port'] as number | undefined
  if (number !== undefined && !(Number.isInteger(number) && number >= 0 && number < 65_536))
    throw new UsageError(`--port takes a number from 0 to 65535, not '${number}'.`)
  return { openBrowser: input['noOpen'] !== true, ...(number === undefined ? {} : { port: number }) }
}

/** Short for the command that people mean most. */
const aliases: Readonly<Record<string, readonly [noun: string, verb: string]>> = { report: ['reports', 'write'] }

/** Throws a UsageError: exit code 2. */
export function parseCommand(words: readonly string[]): Parsed {
  const { rest: given, json, help, workspace } = takeCommon(words)
  const [noun, verb, ...rest] = given[0] !== undefined && Object.hasOwn(aliases, given[0]) ? [...aliases[given[0]]!, ...given.slice(1)] : given
  const where = workspace === undefined ? {} : { workspace }
  if (noun === undefined || noun === 'help') {
    if (!help && noun === undefined)
      throw new UsageError(helpOfAll(commands).trimEnd())
    return { kind: 'help', text: helpOfAll(commands) }
  }
  if (noun === 'serve') {
    if (help)
      return { kind: 'help', text: helpOfAll(commands) }
    return { kind: 'serve', ...where, ...parseServe([...verb === undefined ? [] : [verb], ...rest]) }
  }
  const ofNoun = commands.filter(command => command.noun === noun)
  if (ofNoun.length === 0)
    throw new UsageError(`There is no command '${noun}'. Known: ${[...new Set(commands.map(command => command.noun)), 'serve'].join(', ')}. See mmedit --help.`)
  if (verb === undefined || verb.startsWith('-')) {
    if (!help)
      throw new UsageError(`mmedit ${noun} needs a verb: ${ofNoun.map(command => command.verb).join(', ')}. See mmedit ${noun} --help.`)
    return { kind: 'help', text: helpOfNoun(noun, commands) }
  }
  const found = ofNoun.find(command => command.verb === verb)
  if (!found)
    throw new UsageError(`mmedit ${noun} has no verb '${verb}'. Known: ${ofNoun.map(command => command.verb).join(', ')}.`)
  const command = withSampleDefaults(found)
  if (help)
    return { kind: 'help', text: helpOfCommand(command) }
  const namesModel = rest.some(word => word === '--model' || word.startsWith('--model='))
  const { isRequired: wantsModel = false } = found.flags.find(flag => meaningOf(flag) === 'model') ?? {}
  return { kind: 'call', command, input: checkedInput(command, rest), json, anyModel: wantsModel && !namesModel, ...where }
}

function checkedInput(command: Command, words: readonly string[]): unknown {
  const input = parseFlags(words, command.flags, command.positional)
  if (!command.input)
    return undefined
  if (input['kind'] === 'train')
    input['dataset'] ??= trainingDataset
  fillDefaults(command, input)
  const parsed = command.input.safeParse(input)
  if (parsed.success)
    return parsed.data
  const sentences = parsed.error.issues.map(({ path, message }) => {
    const flag = command.flags.find(known => known.path.join('.') === path.join('.')) ?? command.flags.find(known => known.path[0] === path[0])
    const isMissing = /received undefined/.test(message)
    return isMissing ? `--${flag?.name ?? path.join('.')} is missing` : `--${flag?.name ?? path.join('.')}: ${message}`
  })
  throw new UsageError(`${sentences.join('; ')}. See mmedit ${command.noun} ${command.verb} --help.`)
}
