// Everything that Compare shows as an address and back: a reload, a link and a saved view return to it.
import type { LocationQuery, LocationQueryRaw } from 'vue-router'
import type { Counts } from '@contract/comparison.ts'
import { policies } from './counted.ts'

export const tabs = ['table', 'figures', 'records', 'sql'] as const
export type Tab = (typeof tabs)[number]

/** A figure on screen, with its metric where it has a choice of them. */
export interface FigureChoice { readonly id: string, readonly metric?: string }

export interface CompareAddress {
  readonly tab: Tab
  /** Undefined: what the view chooses by itself. */
  readonly runs: readonly string[] | undefined
  readonly reported: readonly string[]
  readonly variant: string
  readonly baseline: string | undefined
  readonly slices: readonly string[]
  /** Beside the slices, all records too. */
  readonly whole: boolean
  readonly records: 'common' | 'own'
  /** Which probes count, by the audit. */
  readonly counts: Counts
  readonly table: string
  /** One or two. */
  readonly figures: readonly FigureChoice[]
  /** Of the aligned records: dataset, metric, what counts as right, two runs (all if there is none), the pattern and the slice. */
  readonly dataset: string | undefined
  readonly metric: string
  readonly threshold: number
  readonly pair: readonly [string, string] | undefined
  readonly pattern: string | undefined
  readonly within: string | undefined
  readonly sql: string | undefined
}

export const start: CompareAddress = {
  tab: 'table', runs: undefined, reported: [], variant: 'strict', baseline: undefined, slices: [], whole: true, records: 'common', counts: 'all',
  table: 'main-results', figures: [{ id: 'metric-bars' }],
  dataset: undefined, metric: 'reliability', threshold: 1, pair: undefined, pattern: undefined, within: undefined, sql: undefined,
}

/** Unknown keys and values are left alone. */
export function parseAddress(query: LocationQuery): CompareAddress {
  const figures = list(query['figure'])?.slice(0, 2).map(toFigure)
  const pair = list(query['pair'])
  const threshold = Number(first(query['right']) ?? start.threshold)
  return {
    tab: tabs.find(tab => tab === first(query['tab'])) ?? start.tab,
    // An empty list is a choice too: none.
    runs: query['runs'] === '' ? [] : list(query['runs']),
    reported: list(query['reported']) ?? start.reported,
    variant: first(query['reading']) ?? start.variant,
    baseline: first(query['against']),
    slices: list(query['slices']) ?? start.slices,
    whole: first(query['whole']) !== 'no',
    records: first(query['records']) === 'own' ? 'own' : 'common',
    counts: policies.find(one => one.value === first(query['counts']))?.value ?? start.counts,
    table: first(query['table']) ?? start.table,
    figures: figures && figures.length > 0 ? figures : start.figures,
    dataset: first(query['data']),
    metric: first(query['metric']) ?? start.metric,
    threshold: Number.isFinite(threshold) ? threshold : start.threshold,
    pair: pair?.[0] !== undefined && pair[1] !== undefined ? [pair[0], pair[1]] : undefined,
    pattern: first(query['pattern']),
    within: first(query['within']),
    sql: first(query['sql']),
  }
}

/** Only what differs from the start, so that a plain address stays plain. */
export function writeAddress(address: CompareAddress): LocationQueryRaw {
  const { tab, runs, reported, variant, baseline, slices, whole, records, counts, table, figures, dataset, metric, threshold, pair, pattern, within, sql } = address
  const entries: readonly (readonly [string, string | undefined, string | undefined])[] = [
    ['tab', tab, start.tab],
    ['runs', runs?.join(','), undefined],
    ['reported', reported.join(','), ''],
    ['reading', variant, start.variant],
    ['against', baseline, undefined],
    ['slices', slices.join(','), ''],
    ['whole', whole ? undefined : 'no', undefined],
    ['records', records, start.records],
    ['counts', counts, start.counts],
    ['table', table, start.table],
    ['figure', figures.map(fromFigure).join(','), start.figures.map(fromFigure).join(',')],
    ['data', dataset, undefined],
    ['metric', metric, start.metric],
    ['right', String(threshold), String(start.threshold)],
    ['pair', pair?.join(','), undefined],
    ['pattern', pattern, undefined],
    ['within', within, undefined],
    ['sql', sql, undefined],
  ]
  return Object.fromEntries(entries.flatMap(([key, value, usual]) => value === undefined || value === usual ? [] : [[key, value]]))
}

const toFigure = (text: string): FigureChoice => {
  const [id = '', metric] = text.split(':')
  return metric === undefined ? { id } : { id, metric }
}
const fromFigure = ({ id, metric }: FigureChoice): string => metric === undefined ? id : `${id}:${metric}`

function first(value: LocationQuery[string] | undefined): string | undefined {
  const one = Array.isArray(value) ? value[0] : value
  return one === null || one === '' ? undefined : one
}

const list = (value: LocationQuery[string] | undefined): string[] | undefined => first(value)?.split(',').filter(one => one !== '')
