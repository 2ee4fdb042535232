// A JSON Schema object as a list of form fields. Knows the shapes that zod writes, and no method by name.

export interface FieldBase {
  readonly key: string
  readonly label: string
  readonly help: string
  /** What applies while the form is silent; undefined if the schema gives none. */
  readonly fallback: unknown
  /** May be left empty. */
  readonly isOptional: boolean
}

export type Field = FieldBase & (
  | { readonly kind: 'number' | 'integer', readonly min: number | undefined, readonly max: number | undefined, readonly minIsExclusive: boolean }
  | { readonly kind: 'boolean' | 'string' | 'json' }
  | { readonly kind: 'choice' | 'choices', readonly options: readonly string[] }
  | { readonly kind: 'group', readonly fields: readonly Field[] }
)

type Schema = Readonly<Record<string, unknown>>

/** Fields of an object schema in its own order; a shape that has no widget becomes a JSON field. */
export function schemaFields(schema: Schema): Field[] {
  const required = new Set(list(schema['required']))
  return Object.entries(object(schema['properties'])).map(([key, value]) => fieldOf(key, object(value), required.has(key)))
}

/** The settings that the form starts from: every stated default, nothing else. */
export function schemaDefaults(schema: Schema): Record<string, unknown> {
  return Object.fromEntries(schemaFields(schema).flatMap(field => field.fallback === undefined ? [] : [[field.key, structuredClone(field.fallback)]]))
}

/** Keys whose value differs from the default. */
export function changedKeys(fields: readonly Field[], values: Readonly<Record<string, unknown>>): string[] {
  return fields.filter(({ key, fallback }) => values[key] !== undefined && JSON.stringify(values[key]) !== JSON.stringify(fallback)).map(({ key }) => key)
}

/** `learningRate` → `Learning rate`. */
export function labelOf(key: string): string {
  const words = key.replace(/[_-]+/g, ' ').replace(/([a-z\d])([A-Z])/g, (_, before: string, after: string) => `${before} ${after.toLowerCase()}`)
  return words.charAt(0).toUpperCase() + words.slice(1)
}

function fieldOf(key: string, stated: Schema, isRequired: boolean): Field {
  const { schema, isNullable } = withoutNull(stated)
  const fallback = stated['default'] ?? schema['default']
  const base: FieldBase = {
    key,
    label: typeof schema['title'] === 'string' ? schema['title'] : labelOf(key),
    help: text(stated['description']) || text(schema['description']),
    fallback,
    isOptional: isNullable || (!isRequired && fallback === undefined),
  }
  const options = optionsOf(schema)
  if (options)
    return { ...base, kind: 'choice', options }
  const type = schema['type']
  if (type === 'number' || type === 'integer')
    return { ...base, kind: type, ...bounds(schema) }
  if (type === 'boolean' || type === 'string')
    return { ...base, kind: type }
  const items = type === 'array' ? optionsOf(object(schema['items'])) : undefined
  if (items)
    return { ...base, kind: 'choices', options: items }
  return type === 'object' && schema['properties'] ? { ...base, kind: 'group', fields: schemaFields(schema) } : { ...base, kind: 'json' }
}

function bounds(schema: Schema): { min: number | undefined, max: number | undefined, minIsExclusive: boolean } {
  const above = number(schema['exclusiveMinimum'])
  const min = above ?? number(schema['minimum'])
  const max = number(schema['maximum']) ?? number(schema['exclusiveMaximum'])
  // zod states the safe integers as bounds of every integer; nobody needs to read them.
  const stated = (bound: number | undefined): number | undefined => bound !== undefined && Math.abs(bound) < Number.MAX_SAFE_INTEGER ? bound : undefined
  return { min: stated(min), max: stated(max), minIsExclusive: above !== undefined }
}

/** The strings of an enum, a const, or a union of consts. */
function optionsOf(schema: Schema): string[] | undefined {
  const values = list(schema['enum'])
  if (values.length > 0)
    return values.every(value => typeof value === 'string') ? values : undefined
  if (typeof schema['const'] === 'string')
    return [schema['const']]
  const alternatives = list(schema['anyOf'] ?? schema['oneOf']).map(object)
  const constants = alternatives.map(one => one['const'])
  return constants.length > 0 && constants.every(value => typeof value === 'string') ? constants : undefined
}

function withoutNull(schema: Schema): { schema: Schema, isNullable: boolean } {
  const alternatives = list(schema['anyOf'] ?? schema['oneOf']).map(object)
  const rest = alternatives.filter(one => one['type'] !== 'null')
  return alternatives.length === 2 && rest.length === 1 ? { schema: rest[0] ?? {}, isNullable: true } : { schema, isNullable: false }
}

function object(value: unknown): Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value as Schema : {}
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : []
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function number(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined
}
