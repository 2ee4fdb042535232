// An input's JSON Schema becomes flags, and flags become the input again. Nothing here knows a procedure by name.

export interface JsonSchema {
  readonly type?: string
  readonly description?: string
  readonly default?: unknown
  readonly enum?: readonly unknown[]
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
  readonly items?: JsonSchema
  readonly additionalProperties?: JsonSchema | boolean
}

export type FlagKind = 'string' | 'number' | 'boolean' | 'list' | 'numbers' | 'json' | 'map' | 'map-of-lists'

export interface Flag {
  /** Kebab-case, without the dashes in front. */
  readonly name: string
  /** Where the value goes in the input. */
  readonly path: readonly string[]
  readonly kind: FlagKind
  readonly isRequired: boolean
  readonly choices?: readonly string[]
  readonly default?: unknown
  readonly description?: string
}

/** Wrong use of the command line: exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

const kebab = (name: string): string => name.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)
const camel = (name: string): string => name.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())

function kindOf(schema: JsonSchema): FlagKind {
  switch (schema.type) {
    case 'integer':
    case 'number': return 'number'
    case 'boolean': return 'boolean'
    case 'array': return schema.items?.type === 'object' ? 'json' : schema.items?.type === 'integer' || schema.items?.type === 'number' ? 'numbers' : 'list'
    case 'object': return typeof schema.additionalProperties === 'object' && schema.additionalProperties.type === 'array' ? 'map-of-lists' : 'map'
    default: return 'string'
  }
}

/**
 * One flag a value. Objects are flattened: `method: { id, config }` gives `--method` (its id names it) and `--config`.
 * Objects with free keys become maps: `--config steps=10` or `--config.steps 10`.
 */
export function flagsOf(schema: JsonSchema, path: readonly string[] = [], isRequired = true): Flag[] {
  return Object.entries(schema.properties ?? {}).flatMap(([key, value]): Flag[] => {
    const own = [...path, key]
    const required = isRequired && (schema.required ?? []).includes(key)
    if (value.properties)
      return flagsOf(value, own, required)
    return [{
      name: kebab(key === 'id' && path.length > 0 ? path.at(-1) ?? key : key),
      path: own,
      kind: kindOf(value),
      isRequired: required,
      ...(value.enum ? { choices: value.enum.map(String) } : {}),
      ...(value.default === undefined ? {} : { default: value.default }),
      ...(value.description === undefined ? {} : { description: value.description }),
    }]
  })
}

/** `10` → 10, `true` → true, `[1]` → [1], everything else is text: for maps, whose values have no type here. */
function freeValue(text: string): unknown {
  if (!/^(?:-?\d|true$|false$|null$|[[{"])/.test(text))
    return text
  try {
    return JSON.parse(text) as unknown
  }
  catch {
    return text
  }
}

function scalar(flag: Flag, text: string): unknown {
  if (flag.kind === 'number') {
    const value = Number(text)
    if (text.trim() === '' || !Number.isFinite(value))
      throw new UsageError(`--${flag.name} takes a number, not '${text}'.`)
    return value
  }
  if (flag.kind === 'boolean') {
    if (text !== 'true' && text !== 'false')
      throw new UsageError(`--${flag.name} is true or false, not '${text}'.`)
    return text === 'true'
  }
  if (flag.choices && !flag.choices.includes(text))
    throw new UsageError(`--${flag.name} is one of ${flag.choices.join(', ')}, not '${text}'.`)
  return text
}

type Input = Record<string, unknown>

function place(input: Input, flag: Flag, text: string, key: string | undefined): void {
  const last = flag.path.at(-1) ?? ''
  let target = input
  for (const step of flag.path.slice(0, -1))
    target = (target[step] ??= {}) as Input
  if (flag.kind === 'list' || flag.kind === 'numbers') {
    const items = text.split(',').filter(item => item !== '')
    target[last] = [...(target[last] as unknown[] | undefined ?? []), ...(flag.kind === 'list' ? items : items.map(item => scalar({ ...flag, kind: 'number' }, item)))]
    return
  }
  if (flag.kind === 'map' || flag.kind === 'map-of-lists') {
    const [name, value] = key === undefined ? splitPair(flag, text) : [key, text]
    const map = (target[last] ??= {}) as Input
    map[camel(name)] = flag.kind === 'map' ? freeValue(value) : [...(map[camel(name)] as string[] | undefined ?? []), value]
    return
  }
  if (last in target)
    throw new UsageError(`--${flag.name} is given twice.`)
  if (flag.kind === 'json') {
    target[last] = parsedJson(flag, text)
    return
  }
  target[last] = scalar(flag, text)
}

/** Lists of things with parts have no flags of their own: they are written as JSON. */
function parsedJson(flag: Flag, text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  }
  catch {
    throw new UsageError(`--${flag.name} takes JSON, a list of objects, not '${text}'.`)
  }
}

function splitPair(flag: Flag, text: string): [string, string] {
  const at = text.indexOf('=')
  if (at <= 0)
    throw new UsageError(`--${flag.name} takes NAME=VALUE, not '${text}'.`)
  return [text.slice(0, at), text.slice(at + 1)]
}

/** Words of the command line → the input, not yet checked against its schema. Throws a UsageError with a sentence. */
export function parseFlags(words: readonly string[], flags: readonly Flag[], positional: Flag | undefined): Input {
  const input: Input = {}
  const rest = [...words]
  let hasPositional = false
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (!word.startsWith('--')) {
      if (!positional || hasPositional)
        throw new UsageError(`'${word}' is one word too many.${positional ? '' : ' This command takes flags only.'}`)
      hasPositional = true
      place(input, positional, word, undefined)
      continue
    }
    const equals = word.indexOf('=')
    const [name = '', ...keys] = word.slice(2, equals < 0 ? undefined : equals).split('.')
    const key = keys.length > 0 ? keys.join('.') : undefined
    const flag = flags.find(known => known.name === name && (key === undefined || known.kind.startsWith('map')))
    if (!flag)
      throw new UsageError(`There is no flag --${name}${key === undefined ? '' : `.${key}`} here. Known: ${[...flags.map(known => `--${known.name}`), '--json', '--workspace', '--help'].join(', ')}.`)
    if (equals >= 0) {
      place(input, flag, word.slice(equals + 1), key)
      continue
    }
    if (flag.kind === 'boolean') {
      place(input, flag, rest[0] === 'true' || rest[0] === 'false' ? rest.shift() ?? '' : 'true', key)
      continue
    }
    const value = rest.shift()
    if (value === undefined)
      throw new UsageError(`--${name} needs a value.`)
    place(input, flag, value, key)
  }
  return input
}
