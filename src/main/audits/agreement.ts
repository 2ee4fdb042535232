// How far annotators agree: their decisions that hold now, by probe kind and by pair, as coefficients with intervals and confusion tables.
import type { Agreement, AgreementRequest, AgreementRow, Coefficient, Confusion } from '../../preload/contract/agreement.ts'
import { choices } from '../../preload/contract/decisions.ts'
import { probeKinds } from '../../preload/contract/records.ts'
import type { ProbeKind } from '../../preload/contract/records.ts'
import { cohenKappa, fleissKappa, gwetAC1, krippendorffAlpha, percentAgreement } from '../statistics/agreement-coefficients.ts'
import type { Estimated, Unit } from '../statistics/agreement-coefficients.ts'
import type { AuditBook } from './book.ts'
import { judgementsOf } from './judgements.ts'
import type { Judgements } from './judgements.ts'
import { progressOf } from './progress.ts'

/** Categories, and which one the choice of a number is; −1: it is left out. */
const readings: Readonly<Record<AgreementRequest['by'], { readonly labels: readonly string[], readonly place: (choice: number) => number }>> = {
  decision: { labels: choices, place: choice => choice },
  fair: { labels: ['fair', 'unfair'], place: choice => [0, 1, 1, -1][choice]! },
}

const names: Readonly<Record<Coefficient['id'], string>> = { percent: 'Percent agreement', cohen: 'Cohen\'s κ', fleiss: 'Fleiss\' κ', krippendorff: 'Krippendorff\'s α', gwet: 'Gwet\'s AC1' }

/** Everybody's category of every probe, by item; −1: none. */
interface Heard {
  readonly people: readonly string[]
  readonly said: readonly Int8Array[]
  readonly stale: number
  readonly outside: number
  readonly leftOut: number
}

function hear({ people, stale, outside }: Judgements, place: (choice: number) => number): Heard {
  const heard = [...people].filter(([, { decided }]) => decided > 0)
  let leftOut = 0
  const said = heard.map(([, judged]) => judged.choices.map((choice) => {
    const category = choice < 0 ? -1 : place(choice)
    leftOut += choice >= 0 && category < 0 ? 1 : 0
    return category
  }))
  return { people: heard.map(([name]) => name), said, stale, outside, leftOut }
}

/** Counts of one kind: probes with the same answers together, and who said what beside whom. */
interface Counted {
  readonly units: Map<string, { readonly counts: number[], times: number }>
  /** By "first second" in the order of people; rows are the first one's categories. */
  readonly tables: Map<string, number[][]>
}

const pairKey = (first: number, second: number): string => `${first} ${second}`

function count({ probes }: Pick<AuditBook, 'probes'>, { said }: Heard, size: number): Map<ProbeKind, Counted> {
  const kinds = new Map<ProbeKind, Counted>()
  const [voices, categories]: [number[], number[]] = [[], []]
  for (let item = 0; item < probes.count; item++) {
    voices.length = categories.length = 0
    said.forEach((of, voice) => {
      const category = of[item]!
      if (category >= 0) {
        voices.push(voice)
        categories.push(category)
      }
    })
    // A single judgement has nothing to agree with; in the coefficients it would only widen the intervals.
    if (voices.length < 2)
      continue
    const kind = probes.kindOf(item)
    let counted = kinds.get(kind)
    if (!counted)
      kinds.set(kind, counted = { units: new Map(), tables: new Map() })
    const counts = new Array<number>(size).fill(0)
    for (const category of categories)
      counts[category]!++
    add(counted.units, counts, 1)
    for (let a = 0; a < voices.length; a++) {
      for (let b = a + 1; b < voices.length; b++)
        tableOf(counted.tables, pairKey(voices[a]!, voices[b]!), size)[categories[a]!]![categories[b]!]!++
    }
  }
  return kinds
}

function add(units: Counted['units'], counts: number[], times: number): void {
  const key = counts.join(' ')
  const known = units.get(key)
  if (known)
    known.times += times
  else
    units.set(key, { counts, times })
}

function tableOf(tables: Counted['tables'], key: string, size: number): number[][] {
  let table = tables.get(key)
  if (!table)
    tables.set(key, table = Array.from({ length: size }, () => new Array<number>(size).fill(0)))
  return table
}

function together(kinds: Iterable<Counted>, size: number): Counted {
  const all: Counted = { units: new Map(), tables: new Map() }
  for (const { units, tables } of kinds) {
    for (const { counts, times } of units.values())
      add(all.units, [...counts], times)
    for (const [key, table] of tables) {
      const sum = tableOf(all.tables, key, size)
      table.forEach((row, k) => row.forEach((value, l) => sum[k]![l]! += value))
    }
  }
  return all
}

const unitsOf = (table: readonly (readonly number[])[]): Unit[] =>
  table.flatMap((row, k) => row.map((times, l) => ({ times, counts: row.map((_, category) => (category === k ? 1 : 0) + (category === l ? 1 : 0)) }))).filter(({ times }) => times > 0)

/** Why a coefficient or its interval is not known → which ones. */
type Unsaid = Map<string, { readonly isInterval: boolean, readonly labels: Set<string> }>

/** All coefficients; Cohen's only with the table of two. */
function coefficientsOf(units: readonly Unit[], table: readonly (readonly number[])[] | undefined, unsaid: Unsaid): Coefficient[] {
  const estimates: readonly (readonly [Coefficient['id'], Estimated])[] = [
    ['percent', percentAgreement(units)],
    ['cohen', table ? cohenKappa(table) : { value: null, standardError: null, low: null, high: null }],
    ['fleiss', fleissKappa(units)],
    ['krippendorff', krippendorffAlpha(units)],
    ['gwet', gwetAC1(units)],
  ]
  return estimates.map(([id, { value, low, high, note }]) => {
    if (note !== undefined) {
      const known = unsaid.get(note) ?? { isInterval: value !== null, labels: new Set() }
      unsaid.set(note, known)
      known.labels.add(names[id])
    }
    return { id, label: names[id], value, low, high }
  })
}

const listed = (words: readonly string[]): string => words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)!}`
const counted = (number: number, noun: string): string => `${number.toLocaleString('en-GB')} ${noun}${number === 1 ? '' : 's'}`

/**
 * Agreement about the probes that two annotators or more judged, by their decisions that hold now: stale ones, adjudications and probes that
 * the audit is not about do not count. First all kinds together, then each kind that was judged; in each, all annotators and then every pair
 * that judged a probe in common. Notes say what was left out and what the intervals are.
 */
export function agreementOf(book: AuditBook, by: AgreementRequest['by']): Agreement {
  const { labels, place } = readings[by]
  const judgements = judgementsOf(book)
  const heard = hear(judgements, place)
  const { people } = heard
  const kinds = count(book, heard, labels.length)
  const unsaid: Unsaid = new Map()
  const rows: AgreementRow[] = []
  const confusions: Confusion[] = []
  const parts: (readonly [ProbeKind | undefined, Counted])[] = [[undefined, together(kinds.values(), labels.length)], ...probeKinds.flatMap((kind) => {
    const part = kinds.get(kind)
    return part ? [[kind, part] as const] : []
  })]
  for (const [kind, { units, tables }] of parts) {
    const ofKind = kind === undefined ? {} : { kind }
    if (people.length > 2) {
      const all = [...units.values()]
      rows.push({ ...ofKind, annotators: [...people], n: all.reduce((sum, { times }) => sum + times, 0), coefficients: coefficientsOf(all, undefined, unsaid) })
    }
    people.forEach((first, a) => people.slice(a + 1).forEach((second, after) => {
      const table = tables.get(pairKey(a, a + 1 + after))
      if (!table)
        return
      const pair = unitsOf(table)
      rows.push({ ...ofKind, annotators: [first, second], n: pair.reduce((sum, { times }) => sum + times, 0), coefficients: coefficientsOf(pair, table, unsaid) })
      confusions.push({ ...ofKind, annotators: [first, second], labels: [...labels], counts: table })
    }))
  }
  return { by, rows, confusions, annotators: progressOf(book, judgements), notes: notesOf(heard, parts[0]![1].tables.size, unsaid) }
}

function notesOf({ people, stale, outside, leftOut }: Heard, pairs: number, unsaid: Unsaid): string[] {
  const possible = people.length * (people.length - 1) / 2
  const notes: string[] = []
  if (people.length < 2)
    notes.push(people.length === 0 ? 'Nobody has decided anything yet. Agreement needs two annotators who judge the same probes.' : `Only ${people[0]!} has decided so far. Agreement needs a second annotator who judges the same probes.`)
  else if (pairs === 0)
    notes.push('No probe was judged by two annotators yet. Agreement appears as soon as two of them have judged the same one.')
  else if (pairs < possible)
    notes.push(`${counted(possible - pairs, 'pair')} of ${possible.toLocaleString('en-GB')} judged no probe in common and ${possible - pairs === 1 ? 'is' : 'are'} left out.`)
  if (leftOut > 0)
    notes.push(`${counted(leftOut, 'decision')} 'unsure' ${leftOut === 1 ? 'is' : 'are'} left out: neither fair nor unfair.`)
  if (stale > 0)
    notes.push(`${counted(stale, 'decision')} ${stale === 1 ? 'is' : 'are'} about a probe that the dataset has no longer or has otherwise, and left out.`)
  if (outside > 0)
    notes.push(`${counted(outside, 'decision')} ${outside === 1 ? 'is' : 'are'} about a probe that the audit is not about now, and left out.`)
  for (const [reason, { isInterval, labels }] of unsaid)
    notes.push(`${listed([...labels])} ${labels.size === 1 ? 'has' : 'have'} no ${isInterval ? 'interval' : 'value'} where ${reason}.`)
  if (pairs > 0) {
    notes.push('Intervals are 95 %, by the standard errors of Gwet (2008, 2014) and for Cohen\'s κ of Fleiss, Cohen and Everitt (1969), with t on n − 1 degrees of freedom; where all agree, by Wilson\'s interval of the share. AC1 takes every decision as possible, made or not.')
    if (people.length > 2)
      notes.push('Cohen\'s κ is of two annotators; of all together there are the others. Adjudications do not count.')
  }
  return notes
}
