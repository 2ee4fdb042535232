// The settings form is only as right as this mapping from JSON Schema to fields.
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { changedKeys, labelOf, schemaDefaults, schemaFields } from '../../../../src/renderer/src/lib/schema-fields.ts'
import type { Field } from '../../../../src/renderer/src/lib/schema-fields.ts'

const config = z.object({
  steps: z.int().min(1).max(500).default(25).describe('Most optimisation steps'),
  learningRate: z.number().positive().max(1).default(0.0005),
  optimizer: z.enum(['adam', 'adamw', 'sgd']).default('adam'),
  roles: z.array(z.enum(['ffn', 'attention'])).default(['ffn']),
  isShuffled: z.boolean().default(false),
  note: z.string().optional(),
  layers: z.int().nullable().default(null),
  constraint: z.object({ norm: z.enum(['l2', 'linf']).default('l2'), radius: z.number() }).optional(),
  weights: z.record(z.string(), z.number()).optional(),
  mode: z.union([z.literal('a'), z.literal('b')]).default('b'),
})
const schema = z.toJSONSchema(config, { io: 'input' }) as Record<string, unknown>
const fields = schemaFields(schema)
const field = (key: string): Field => fields.find(one => one.key === key)!

describe('schemaFields', () => {
  it.each([
    ['steps', 'integer'], ['learningRate', 'number'], ['optimizer', 'choice'], ['roles', 'choices'], ['isShuffled', 'boolean'],
    ['note', 'string'], ['layers', 'integer'], ['constraint', 'group'], ['weights', 'json'], ['mode', 'choice'],
  ])('draws %s as %s', (key, kind) => {
    expect(field(key).kind).toBe(kind)
  })

  it('keeps the order of the schema', () => {
    expect(fields.map(one => one.key).slice(0, 4)).toEqual(['steps', 'learningRate', 'optimizer', 'roles'])
  })

  it('reads bounds, and tells an exclusive one', () => {
    expect(field('steps')).toMatchObject({ min: 1, max: 500, minIsExclusive: false, help: 'Most optimisation steps' })
    expect(field('learningRate')).toMatchObject({ min: 0, max: 1, minIsExclusive: true })
  })

  it('leaves out the safe-integer bounds that nobody stated', () => {
    expect(field('layers')).toMatchObject({ min: undefined, max: undefined })
  })

  it('knows what may stay empty', () => {
    expect(fields.filter(one => one.isOptional).map(one => one.key)).toEqual(['note', 'layers', 'constraint', 'weights'])
  })

  it('lists the options of enums and unions of constants', () => {
    expect(field('optimizer')).toMatchObject({ options: ['adam', 'adamw', 'sgd'] })
    expect(field('mode')).toMatchObject({ options: ['a', 'b'] })
  })
})

describe('schemaDefaults', () => {
  it('holds every stated default and nothing else; null means empty', () => {
    expect(schemaDefaults(schema)).toEqual({ steps: 25, learningRate: 0.0005, optimizer: 'adam', roles: ['ffn'], isShuffled: false, mode: 'b' })
  })

  it('gives values that the schema itself takes', () => {
    expect(config.safeParse(schemaDefaults(schema)).success).toBe(true)
  })

  it('does not share arrays with the schema', () => {
    (schemaDefaults(schema)['roles'] as string[]).push('attention')
    expect(schemaDefaults(schema)['roles']).toEqual(['ffn'])
  })
})

it('changedKeys sees a changed array and not an equal one', () => {
  expect(changedKeys(fields, { ...schemaDefaults(schema), roles: ['ffn'], steps: 30 })).toEqual(['steps'])
  expect(changedKeys(fields, { ...schemaDefaults(schema), roles: ['ffn', 'attention'] })).toEqual(['roles'])
})

it.each([['learningRate', 'Learning rate'], ['l2_penalty', 'L2 penalty'], ['steps', 'Steps'], ['max-norm', 'Max norm']])('labelOf(%s) = %s', (key, label) => {
  expect(labelOf(key)).toBe(label)
})
