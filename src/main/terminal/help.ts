// Help at every level, made from the commands and their flags.
import { z } from 'zod'
import { methods } from '../methods/index.ts'
import type { Flag } from './flags.ts'
import type { Command } from './procedures.ts'

const common = [
  ['--json', 'Print the result as JSON for machines; streams print one object a line'],
  ['--workspace DIR', 'Study folder; left out: the sample study in your data folder (MMEDIT_HOME moves it)'],
  ['--help', 'This text'],
] as const

/** Two aligned columns, indented. */
function columns(rows: readonly (readonly [string, string])[]): string {
  const width = Math.min(34, Math.max(0, ...rows.map(([left]) => left.length)))
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`.trimEnd()).join('\n')
}

function valueName(flag: Flag): string {
  switch (flag.kind) {
    case 'boolean': return ''
    case 'number': return ' NUMBER'
    case 'list': return ' A,B,…'
    case 'numbers': return ' 0,1,…'
    case 'json': return ' JSON'
    case 'map':
    case 'map-of-lists': return ' NAME=VALUE'
    default: return flag.choices ? ` ${flag.choices.join('|')}` : ' TEXT'
  }
}

function describe(flag: Flag): string {
  const isEmpty = flag.default === '' || (typeof flag.default === 'object' && Object.keys(flag.default ?? {}).length === 0)
  const notes = [flag.isRequired ? 'required' : '', flag.default === undefined || isEmpty ? '' : `default ${String(flag.default)}`].filter(Boolean).join(', ')
  return [flag.description ?? '', notes && `(${notes})`].filter(Boolean).join(' ')
}

/** Settings of the methods, where a command takes a method. */
function methodSettings(command: Command): string {
  if (!command.flags.some(flag => flag.path.join('.').endsWith('method.config')))
    return ''
  return methods.all.map(({ id, config, training }) => {
    const ofTraining = training ? `\nSettings of its training (--kind train):\n${columns(settingRows('training', training.config))}\n` : ''
    return `\nSettings of method ${id}:\n${columns(settingRows('config', config))}\n${ofTraining}`
  }).join('')
}

function settingRows(flag: string, config: z.ZodType): (readonly [string, string])[] {
  const { properties = {} } = z.toJSONSchema(config, { io: 'input' })
  return Object.entries(properties).map(([name, schema]) => {
    const { description = '', default: value, enum: choices } = typeof schema === 'object' ? schema : {}
    return [`--${flag}.${name.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)}`, `${description}${choices ? `: ${choices.join(', ')}` : ''}${value === undefined ? '' : ` (default ${JSON.stringify(value)})`}`] as const
  })
}

/** `mmedit --help`. */
export function helpOfAll(commands: readonly Command[]): string {
  const nouns = [...new Set(commands.map(command => command.noun))]
  return `Usage: mmedit NOUN VERB [flags]

Commands:
${columns([...nouns.map(noun => [noun, commands.filter(command => command.noun === noun).map(command => command.verb).join(', ')] as const), ['report', 'Short for reports write: one self-contained HTML file of the study'], ['serve', 'Serve the workbench to a browser on this computer (--port NUMBER, --no-open)']])}

For all commands:
${columns(common)}

mmedit NOUN --help lists what a noun can do; mmedit NOUN VERB --help lists its flags.
Exit codes: 0 done, 1 failed with a sentence on stderr, 2 wrong usage.
`
}

/** `mmedit runs --help`. */
export function helpOfNoun(noun: string, commands: readonly Command[]): string {
  return `Usage: mmedit ${noun} VERB [flags]\n\n${columns(commands.filter(command => command.noun === noun).map(command => [command.verb, command.summary]))}\n\nmmedit ${noun} VERB --help lists the flags of a verb.\n`
}

/** `mmedit runs start --help`. */
export function helpOfCommand(command: Command): string {
  const positional = command.positional ? ` [${command.positional.name.toUpperCase()}]` : ''
  const flags = command.flags.map(flag => [`--${flag.name}${valueName(flag)}`, describe(flag)] as const)
  return `Usage: mmedit ${command.noun} ${command.verb}${positional} [flags]\n\n${command.summary}.\n\n${flags.length > 0 ? `Flags:\n${columns(flags)}\n${methodSettings(command)}\n` : ''}For all commands:\n${columns(common)}\n`
}
