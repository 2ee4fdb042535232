// Input schema → flags → input.
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { flagsOf, parseFlags, UsageError } from '../../../src/main/terminal/flags.ts'
import type { JsonSchema } from '../../../src/main/terminal/flags.ts'

const schema = z.object({
  id: z.string(),
  method: z.object({ id: z.string(), config: z.record(z.string(), z.unknown()).default({}) }),
  scope: z.enum(['text', 'vision']).default('text').describe('What may change'),
  learningRate: z.number().optional(),
  isFast: z.boolean().default(false),
  runs: z.array(z.string()).default([]),
  facets: z.record(z.string(), z.array(z.string())).default({}),
})
const flags = flagsOf(z.toJSONSchema(schema, { io: 'input' }) as JsonSchema)
const id = flags.find(flag => flag.name === 'id')
const parse = (line: string): unknown => parseFlags(line.split(' ').filter(Boolean), flags, id)

describe('flagsOf', () => {
  it('names every value once, in kebab-case, and lets an object\'s id carry its name', () => {
    expect(flags.map(flag => [flag.name, flag.kind, flag.isRequired])).toEqual([
      ['id', 'string', true], ['method', 'string', true], ['config', 'map', false], ['scope', 'string', false],
      ['learning-rate', 'number', false], ['is-fast', 'boolean', false], ['runs', 'list', false], ['facets', 'map-of-lists', false],
    ])
    expect(flags[3]).toMatchObject({ choices: ['text', 'vision'], default: 'text', description: 'What may change' })
  })
})

describe('parseFlags', () => {
  it.each([
    ['abc', { id: 'abc' }],
    ['--id abc', { id: 'abc' }],
    ['--method=fine-tune', { method: { id: 'fine-tune' } }],
    ['--config steps=10 --config.learning-rate 0.5 --config.text-role=ffn --config.stop-when-edited=false', { method: { config: { steps: 10, learningRate: 0.5, textRole: 'ffn', stopWhenEdited: false } } }],
    ['--learning-rate 1e-3', { learningRate: 0.001 }],
    ['--learning-rate -2', { learningRate: -2 }],
    ['--is-fast', { isFast: true }],
    ['--is-fast abc', { isFast: true, id: 'abc' }],
    ['--is-fast=false', { isFast: false }],
    ['--runs a,b --runs c', { runs: ['a', 'b', 'c'] }],
    ['--facets group=animal --facets group=fruit --facets style=noto', { facets: { group: ['animal', 'fruit'], style: ['noto'] } }],
  ])('%s', (line, input) => {
    expect(parse(line)).toEqual(input)
  })
  it.each([
    ['a b', '\'b\' is one word too many.'],
    ['--nope 1', 'There is no flag --nope here. Known: --id'],
    ['--id.x 1', 'There is no flag --id.x here.'],
    ['--scope sideways', '--scope is one of text, vision, not \'sideways\'.'],
    ['--learning-rate fast', '--learning-rate takes a number, not \'fast\'.'],
    ['--learning-rate', '--learning-rate needs a value.'],
    ['--is-fast=1', '--is-fast is true or false, not \'1\'.'],
    ['--config steps', '--config takes NAME=VALUE, not \'steps\'.'],
    ['a --id b', '--id is given twice.'],
  ])('%s is refused', (line, sentence) => {
    expect(() => parse(line)).toThrow(UsageError)
    expect(() => parse(line)).toThrow(sentence)
  })
})

describe('lists of numbers', () => {
  it('are numbers, and anything else is said to be none', () => {
    const flags = flagsOf({ properties: { layers: { type: 'array', items: { type: 'integer' } }, names: { type: 'array', items: { type: 'string' } } } })
    expect(parseFlags(['--layers', '0,2', '--layers=5', '--names', '1,b'], flags, undefined)).toEqual({ layers: [0, 2, 5], names: ['1', 'b'] })
    expect(() => parseFlags(['--layers', '0,x'], flags, undefined)).toThrow('--layers takes a number, not \'x\'.')
  })
})
