// The sample model has room for demonstrations, and what it does with them is measured on enough questions and in its card.
import { readFileSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const study = new URL('../../../resources/sample-study/', import.meta.url)
const path = (name: string) => fileURLToPath(new URL(name, study))
const read = <T>(name: string): T => JSON.parse(readFileSync(path(name), 'utf8')) as T

interface Share { accuracy: number; n: number }
const { context } = read<{ context: Record<string, Record<string, Share>> }>('evaluation.json')
const forms = ['0 demonstrations', '1 demonstrations', '3 demonstrations', 'plain fact']
/** What the shipped model is held to: test, then with none, one and three demonstrations. */
const floors: [string, number, number, number][] = [
  ['copy', 0.95, 0.95, 0.85],
  ['reword', 0.95, 0.95, 0.85],
  ['copy, other picture', 0.95, 0.95, 0.85],
  ['retain text', 0.95, 0.85, 0.85],
  ['other question', 0.95, 0.95, 0.9],
]

describe('the sample model with facts in its context', () => {
  it('has 256 positions, in its configuration and in its weights, and stays small', () => {
    const { text_config: text } = read<{ text_config: { max_position_embeddings: number; hidden_size: number } }>('model/config.json')
    expect(text.max_position_embeddings).toBe(256)
    const file = readFileSync(path('model/model.safetensors'))
    const header = JSON.parse(file.subarray(8, 8 + Number(file.readBigUInt64LE(0))).toString()) as Record<string, { shape: number[] }>
    expect(header['language_model.model.decoder.embed_positions.weight']?.shape).toEqual([256 + 2, text.hidden_size])
    expect(statSync(path('model/model.safetensors')).size).toBeLessThan(8_000_000)
  })

  it.each(floors)('%s: at least these shares with none, one and three demonstrations', (test, ...least) => {
    least.forEach((floor, i) => {
      const share = context[test]?.[forms[i]!]
      expect(share?.n, forms[i]).toBeGreaterThanOrEqual(200)
      expect(share?.accuracy, forms[i]).toBeGreaterThanOrEqual(floor)
    })
  })

  it('states every share in the model card', () => {
    const card = readFileSync(path('MODEL_CARD.md'), 'utf8')
    for (const [test, shares] of Object.entries(context)) {
      const cells = card.split('\n').find((line) => line.startsWith(`| ${test} |`) && line.includes(` | ${shares[forms[0]!]!.n} |`))?.match(/[\d.]+(?= %)/g)
      expect(cells, test).toHaveLength(forms.length)
      forms.forEach((form, i) => expect(Number(cells![i]), `${test}, ${form}`).toBeCloseTo(100 * shares[form]!.accuracy, 0.9))
    }
  })
})
