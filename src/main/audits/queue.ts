// Which probes somebody is to look at, and in which order. Everything given must hold; what is decided stays where it is until the page asks again.
import type { Queue, QueueRequest } from '../../preload/contract/audits.ts'
import type { Decision } from '../../preload/contract/decisions.ts'
import { createRandom } from '../base/random.ts'
import type { AuditBook } from './book.ts'
import { disagreementOf, doDiffer, isCurrent } from './disagreement.ts'
import { foundBy, weigh } from './item-findings.ts'
import type { FindingsByRecord, Gravity } from './item-findings.ts'

export interface QueueParts {
  readonly book: AuditBook
  readonly request: Omit<QueueRequest, 'dataset' | 'search' | 'slice' | 'runs' | 'variant'>
  readonly findings: FindingsByRecord
  readonly gravityOf: Gravity
  /** Ids of the records that search and slice leave; left out: all. */
  readonly records?: ReadonlySet<string> | undefined
  /** By item; NaN where it is not known. For `sort: influence`. */
  readonly influence?: Float64Array | undefined
  /** Further sentences for the page. */
  readonly notes?: readonly string[]
}

/** Throws a sentence if this asks for what others said and the audit is blind. */
export function checkBlind({ settings }: Pick<AuditBook, 'settings'>, { role, show, sort, said, differ }: Pick<QueueRequest, 'role' | 'show' | 'sort' | 'said' | 'differ'>): void {
  if (role === 'adjudicator' || !settings.blind)
    return
  const what = show === 'disputed' || show === 'stale' ? `'${show}'` : sort === 'disagreement' ? 'Order \'disagreement\'' : said.length > 0 || differ ? 'Filter \'said\'' : undefined
  if (what !== undefined)
    throw new Error(`${what} shows what other annotators said, and this audit is blind. Ask as adjudicator, or turn 'blind' off in the audit's settings.`)
}

/** Has this line decided something about the probe as it is now? */
function decides(book: AuditBook, item: number, line: Decision | undefined): line is Decision {
  return line !== undefined && line.decision !== 'none' && isCurrent(book, item, line)
}

const lists = new WeakMap<AuditBook['isAssigned'], Map<string | undefined, readonly number[]>>()

/** The probes that this annotator is to judge, or all of the audit, in order; kept until the settings change. */
function mineOf({ probes, isAudited, isAssigned }: AuditBook, annotator: string | undefined): readonly number[] {
  const known = lists.get(isAssigned) ?? new Map<string | undefined, readonly number[]>()
  lists.set(isAssigned, known)
  const found = known.get(annotator)
  if (found)
    return found
  const mine: number[] = []
  for (let item = 0; item < probes.count; item++) {
    if (annotator === undefined ? isAudited(item) : isAssigned(item, annotator))
      mine.push(item)
  }
  known.set(annotator, mine)
  return mine
}

export function queueOf({ book, request, findings, gravityOf, records, influence, notes = [] }: QueueParts): Queue {
  const { annotator, role, kinds, show, checks, sort, sample, seed, said, differ } = request
  checkBlind(book, request)
  const { probes } = book
  const ownOf = (item: number): Decision | undefined => annotator === undefined ? undefined : book.own(item, annotator, role)
  const isDecided = (item: number): boolean => decides(book, item, ownOf(item))
  const mine = mineOf(book, annotator === undefined || role === 'adjudicator' ? undefined : annotator)
  const decided = mine.reduce((count, item) => isDecided(item) ? count + 1 : count, 0)

  const found = checks.length > 0 ? foundBy(probes, findings, checks) : undefined
  const allowed = mine.filter(item =>
    (kinds.length === 0 || kinds.includes(probes.kindOf(item)))
    && (found === undefined || found[item] === 1)
    && (records === undefined || records.has(probes.recordOf(item))))
  const drawn = sample === undefined || sample >= allowed.length ? allowed : draw(probes.count, allowed, sample, seed)
  const items = drawn.filter(item => isShown(item) && isSaid(item))

  function isShown(item: number): boolean {
    switch (show) {
      case 'all': return true
      case 'open': return !isDecided(item)
      case 'decided': return isDecided(item)
      case 'flagged': return ownOf(item)?.flag === true
      case 'disputed':
      case 'stale': return book.finalOf(item).state === show
      default: {
        const own = ownOf(item)
        return decides(book, item, own) && own.decision === show
      }
    }
  }

  function isSaid(item: number): boolean {
    if (said.length === 0)
      return !differ || doDiffer(book.said(item, 'annotator').filter(line => decides(book, item, line)))
    const lines = said.flatMap(wish => (wish.annotator === undefined ? book.said(item, 'annotator') : [book.own(item, wish.annotator, 'annotator')]).find(line => says(item, line, wish)) ?? [])
    return lines.length === said.length && (!differ || doDiffer(lines))
  }

  function says(item: number, line: Decision | undefined, { decisions, flag }: QueueRequest['said'][number]): boolean {
    if (line === undefined || !isCurrent(book, item, line) || (flag !== undefined && (line.flag ?? false) !== flag))
      return false
    return decisions.length > 0 ? decisions.some(one => one === line.decision) : flag !== undefined || line.decision !== 'none'
  }

  const sorted = inOrder(items)
  return { items: sorted, assigned: mine.length, decided, firstOpen: sorted.findIndex(item => !isDecided(item)), notes: [...book.notes, ...notes] }

  function inOrder(list: number[]): number[] {
    switch (sort) {
      case 'order': return list
      case 'random': return draw(probes.count, list, list.length, seed, false)
      case 'findings': {
        const { gravest, counts } = weigh(probes, findings, gravityOf)
        return list.sort((a, b) => gravest[a]! - gravest[b]! || counts[b]! - counts[a]! || a - b)
      }
      case 'disagreement': {
        const disagreement = new Float64Array(probes.count)
        for (const item of list)
          disagreement[item] = disagreementOf(book, item)
        return largestFirst(list, disagreement)
      }
      case 'influence': return influence ? largestFirst(list, influence) : list
    }
  }
}

/** NaN last, equal ones in the order of the dataset. */
function largestFirst(list: number[], values: Float64Array): number[] {
  const known = values.map(value => Number.isNaN(value) ? -Infinity : value)
  return list.sort((a, b) => known[a]! === known[b]! ? a - b : known[b]! - known[a]!)
}

/** The first `size` of the list in the seed's order of all probes: the same ones whatever has been decided since. */
function draw(count: number, list: readonly number[], size: number, seed: number, isSorted = true): number[] {
  const among = new Uint8Array(count)
  for (const item of list)
    among[item] = 1
  const drawn = createRandom(seed).shuffle(Array.from({ length: count }, (_, item) => item)).filter(item => among[item] === 1).slice(0, size)
  return isSorted ? drawn.sort((a, b) => a - b) : drawn
}
