// The sample study's files keep MMEdit's schema, point at pictures that exist in the list, and keep train and eval apart.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const study = new URL('../../../resources/sample-study/', import.meta.url)
const read = <T>(name: string): T => JSON.parse(readFileSync(fileURLToPath(new URL(name, study)), 'utf8')) as T

interface StudyRecord {
  src: string
  pred: string
  alt: string
  rephrase: string
  image: string
  image_rephrase: string
  loc: string
  loc_ans: string
  m_loc: string
  m_loc_q: string
  m_loc_a: string
  port_new: { port_type: string; 'Q&A': { Question: string; Answer: string } }[]
}

interface Named {
  name: string
  taught: boolean
  artists: Record<string, string>
}

type Item = [string, string, number, number, number]
const pictures = new Map(read<{ pictures: { id: string; colour: string; items: Item[] }[] }>('pictures.json').pictures.map((p) => [`${p.id}.png`, p]))
const concepts = read<{ things: Named[]; countries: Named[] }>('concepts.json')
const named = new Map([...concepts.things, ...concepts.countries].map((c) => [c.name, c]))
const FILES = [
  ['vqa_train.json', 1000],
  ['vqa_eval.json', 300],
  ['caption_train_edit.json', 400],
  ['caption_eval_edit.json', 150],
] as const

/** Things and flags of a record's own pictures that the model was never taught. */
const untaught = (record: StudyRecord) =>
  (pictures.get(record.image)?.items ?? []).map(([name]) => name).filter((name) => named.get(name)?.taught === false)

describe.each(FILES)('%s', (file, least) => {
  const records = read<StudyRecord[]>(`data/${file}`)

  it(`has at least ${least} complete records`, () => {
    expect(records.length).toBeGreaterThanOrEqual(least)
    for (const { port_new: portability, ...texts } of records) {
      for (const [key, value] of Object.entries(texts)) expect(value, key).toMatch(/\S/)
      expect(Object.keys(texts)).toHaveLength(11)
      for (const hop of portability) expect(hop['Q&A'].Answer).toMatch(/\S/)
    }
  })

  it('asks for what the base model did not say, about something it was never taught', () => {
    for (const record of records) {
      expect(record.pred).not.toBe(record.alt)
      expect(record.rephrase).not.toBe(record.src)
      expect(untaught(record).length).toBeGreaterThan(0)
    }
  })

  it('rephrases a picture as the same things by other artists, before the background that captions name', () => {
    for (const record of records) {
      expect(pictures.get(record.image_rephrase)?.colour).toBe(pictures.get(record.image)?.colour)
      const [items, again] = [pictures.get(record.image)?.items, pictures.get(record.image_rephrase)?.items]
      expect(again?.map(([name]) => name)).toEqual(items?.map(([name]) => name))
      again?.forEach(([, artist], index) => {
        expect(artist).not.toBe(items?.[index]?.[1])
      })
    }
  })

  it('probes locality with pictures of taught things and prefixed text questions', () => {
    for (const record of records) {
      expect(record.loc).toMatch(/^nq question: /)
      for (const [name] of pictures.get(record.m_loc)?.items ?? []) expect(named.get(name)?.taught).toBe(true)
      expect(pictures.has(record.m_loc)).toBe(true)
    }
  })
})

it.each([
  ['vqa_train.json', 'vqa_eval.json'],
  ['caption_train_edit.json', 'caption_eval_edit.json'],
])('%s and %s share no picture, no text question and no edited thing', (train, evaluation) => {
  const collect = (file: string, of: (record: StudyRecord) => string[]) => new Set(read<StudyRecord[]>(`data/${file}`).flatMap(of))
  for (const of of [(r: StudyRecord) => [r.image, r.image_rephrase, r.m_loc], (r: StudyRecord) => [r.loc], untaught]) {
    const seen = collect(train, of)
    expect([...collect(evaluation, of)].filter((value) => seen.has(value))).toEqual([])
  }
})

it('draws at least 250 things by four or more artists each, and teaches 120 or more of them', () => {
  expect(concepts.things.length).toBeGreaterThanOrEqual(250)
  expect(concepts.things.filter((thing) => thing.taught).length).toBeGreaterThanOrEqual(120)
  for (const { name, artists } of named.values()) expect(Object.keys(artists).length, name).toBeGreaterThanOrEqual(4)
})
