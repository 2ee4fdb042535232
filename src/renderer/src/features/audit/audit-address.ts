// Everything that the Audit view shows as an address and back: a reload and a link return to the same probe of the same queue.
import type { LocationQuery, LocationQueryRaw } from 'vue-router'
import type { QueueRequest } from '@contract/audits.ts'
import { probeKinds } from '@contract/records.ts'
import type { ProbeKind } from '@contract/records.ts'

export const auditTabs = ['queue', 'grid', 'adjudicate', 'agreement', 'checks'] as const
export type AuditTab = (typeof auditTabs)[number]
/** What opens over the tabs; not part of the address. */
export type AuditDialog = 'settings' | 'merge' | 'export'

/** What narrows and orders a queue. */
export interface QueueFilter {
  readonly show: QueueRequest['show']
  /** Empty: the kinds that the audit is about. */
  readonly kinds: readonly ProbeKind[]
  readonly checks: readonly string[]
  readonly search: string
  readonly slice: string | undefined
  readonly sort: QueueRequest['sort']
  readonly sample: number | undefined
  readonly seed: number
}

export interface AuditAddress extends QueueFilter {
  readonly tab: AuditTab
  /** The probe that is looked at. */
  readonly record: string | undefined
  readonly kind: ProbeKind | undefined
  readonly index: number
}

export const shows = ['all', 'open', 'decided', 'flagged', 'keep', 'reject', 'fix', 'unsure', 'disputed', 'stale'] as const satisfies readonly QueueRequest['show'][]
export const sorts = ['order', 'findings', 'disagreement', 'influence', 'random'] as const satisfies readonly QueueRequest['sort'][]

export const wholeQueue: QueueFilter = { show: 'all', kinds: [], checks: [], search: '', slice: undefined, sort: 'order', sample: undefined, seed: 0 }
export const startAddress: AuditAddress = { ...wholeQueue, tab: 'queue', record: undefined, kind: undefined, index: 0 }

/** `?tab=grid&show=open&kinds=imageRephrase&sort=findings&record=00042&kind=imageRephrase` → what is shown. Unknown keys and values are left alone. */
export function parseAddress(query: LocationQuery): AuditAddress {
  return {
    tab: auditTabs.find(tab => tab === first(query['tab'])) ?? 'queue',
    show: shows.find(show => show === first(query['show'])) ?? 'all',
    kinds: probeKinds.filter(kind => list(query['kinds']).includes(kind)),
    checks: list(query['checks']),
    search: first(query['q']) ?? '',
    slice: first(query['slice']),
    sort: sorts.find(sort => sort === first(query['sort'])) ?? 'order',
    sample: whole(query['sample'], 1),
    seed: whole(query['seed'], 0) ?? 0,
    record: first(query['record']),
    kind: probeKinds.find(kind => kind === first(query['kind'])),
    index: whole(query['index'], 0) ?? 0,
  }
}

/** Only what differs from the start, so that a plain address stays plain. */
export function writeAddress({ tab, show, kinds, checks, search, slice, sort, sample, seed, record, kind, index }: AuditAddress): LocationQueryRaw {
  const entries: readonly (readonly [string, string | undefined, string | undefined])[] = [
    ['tab', tab, 'queue'],
    ['show', show, 'all'],
    ['kinds', kinds.join(','), ''],
    ['checks', checks.join(','), ''],
    ['q', search, ''],
    ['slice', slice, undefined],
    ['sort', sort, 'order'],
    ['sample', sample?.toString(), undefined],
    // A seed says something only where something is drawn.
    ['seed', sort === 'random' || sample !== undefined ? String(seed) : '0', '0'],
    ['record', record, undefined],
    ['kind', record === undefined ? undefined : kind, undefined],
    ['index', record === undefined ? '0' : String(index), '0'],
  ]
  return Object.fromEntries(entries.flatMap(([key, value, usual]) => value === undefined || value === usual ? [] : [[key, value]]))
}

/** Is anything left out of the queue? */
export function isNarrowed({ show, kinds, checks, search, slice, sample }: QueueFilter): boolean {
  return show !== 'all' || kinds.length > 0 || checks.length > 0 || search !== '' || slice !== undefined || sample !== undefined
}

function first(value: LocationQuery[string] | undefined): string | undefined {
  const one = Array.isArray(value) ? value[0] : value
  return one === null || one === '' ? undefined : one
}

const list = (value: LocationQuery[string] | undefined): string[] => first(value)?.split(',').filter(one => one !== '') ?? []

function whole(value: LocationQuery[string] | undefined, least: number): number | undefined {
  const text = first(value)
  const number = Number(text)
  return text !== undefined && Number.isSafeInteger(number) && number >= least ? number : undefined
}
