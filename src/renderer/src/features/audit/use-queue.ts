// The queue of one person: which probes, which one is looked at, what comes next. Goes on only when a decision is on the disk.
import { computed, nextTick, onActivated, onDeactivated, ref, shallowRef, watch } from 'vue'
import type { ComputedRef, Ref, ShallowRef } from 'vue'
import type { AuditItem, QueueRequest } from '@contract/audits.ts'
import type { Decision, DecisionDraft } from '@contract/decisions.ts'
import type { SliceId } from '@contract/identifiers.ts'
import { useClient, useConnection } from '../../api/client.ts'
import { errorSentence } from '../../lib/error-sentence.ts'
import { useActiveClock } from './use-active-clock.ts'
import { useAuditStore } from './audit-store.ts'
import { decodePictures } from './decode-pictures.ts'
import { draftOf } from './draft.ts'
import type { Change } from './draft.ts'
import { picturesOf } from './probe-sides.ts'
import { insertAt, isOpen, locate, nextOpen, openItems, parseJump } from './queue-list.ts'
import type { OpenItems } from './queue-list.ts'
import { createReadAhead, wantedAround } from './read-ahead.ts'
import { useDecisions } from './use-decisions.ts'

export interface QueueState {
  readonly items: ShallowRef<Int32Array>
  /** Place in `items`; −1: none. */
  readonly at: Ref<number>
  readonly shown: ShallowRef<AuditItem | undefined>
  /** The list is asked for and nothing is shown yet. */
  readonly isLoading: Ref<boolean>
  readonly error: Ref<string | undefined>
  readonly notes: ShallowRef<readonly string[]>
  /** Nothing is left to decide in this list. */
  readonly isDone: Ref<boolean>
  /** Sent about the shown probe and not on the disk yet. */
  readonly pending: ComputedRef<DecisionDraft | undefined>
  /** Taken back last, while its probe is shown. */
  readonly undone: ShallowRef<Decision | undefined>
  /** One sentence about the last key, if it could not do what it says. */
  readonly message: Ref<string | undefined>
  readonly go: (place: number) => void
  readonly goToOpen: () => Promise<void>
  readonly jump: (text: string) => Promise<boolean>
  readonly say: (change: Change, goesOn: boolean) => Promise<void>
  readonly undo: () => Promise<void>
  readonly load: () => Promise<void>
}

export function useQueue(): QueueState {
  const client = useClient()
  const connection = useConnection()
  const store = useAuditStore()
  const decisions = useDecisions()
  const clock = useActiveClock()

  const items = shallowRef<Int32Array>(new Int32Array())
  const at = ref(-1)
  const shown = shallowRef<AuditItem>()
  const isLoading = ref(true)
  const isDone = ref(false)
  const error = ref<string>()
  const message = ref<string>()
  const notes = shallowRef<readonly string[]>([])
  const undone = shallowRef<Decision>()
  let open: OpenItems = new Uint8Array()
  let isOpenKnown = false
  let asking = 0
  let isAsking = false
  let isActive = true
  let isStale = false
  /** The decision that the screen waits for, and whether it goes on then. */
  let awaited: { readonly id: string, readonly goesOn: boolean, readonly pressedAt: number } | undefined

  const person = computed(() => ({ ...(store.annotator === '' ? {} : { annotator: store.annotator }), role: store.role }))
  const request = computed(() => {
    const { show, kinds, checks, search, slice, sort, sample, seed } = store.address
    return {
      dataset: store.dataset!,
      ...person.value,
      show, kinds: [...kinds], checks: [...checks], search, sort, seed,
      ...(slice === undefined ? {} : { slice: slice as SliceId }),
      ...(sample === undefined ? {} : { sample }),
    } satisfies Partial<QueueRequest>
  })
  const read = (wanted: number[]): Promise<AuditItem[]> => client.audits.read({ dataset: store.dataset!, items: wanted, ...person.value, ...(store.address.sort === 'influence' ? { influence: {} } : {}) })
  const cache = createReadAhead({ read, decode: item => decodePictures(picturesOf(item)) })

  const pending = computed<DecisionDraft | undefined>(() => {
    const of = shown.value
    return of && decisions.unsent.value.flatMap(({ drafts }) => drafts).findLast(one => one.record === of.record && one.kind === of.kind && one.index === of.index)
  })

  async function load(): Promise<void> {
    if (store.dataset === undefined)
      return
    const mine = ++asking
    const before = shown.value
    isStale = false
    isAsking = true
    isLoading.value = before === undefined
    try {
      const queue = await client.audits.queue(request.value)
      if (mine !== asking)
        return
      cache.clear()
      items.value = Int32Array.from(queue.items)
      notes.value = queue.notes
      error.value = undefined
      store.progress = store.annotator === '' ? undefined : { assigned: queue.assigned, decided: queue.decided }
      isOpenKnown = request.value.show === 'open' || queue.firstOpen < 0 || store.annotator === ''
      open = openItems(queue.firstOpen < 0 ? [] : queue.items)
      const place = await placeFor(before, queue.firstOpen)
      if (mine !== asking)
        return
      if (place >= 0)
        go(place)
      else
        end(queue.items.length > 0)
      isLoading.value = false
      isAsking = false
      if (!isOpenKnown)
        void knowOpen(mine).catch(() => undefined)
    }
    catch (reason) {
      if (mine !== asking)
        return
      error.value = errorSentence(reason)
      isLoading.value = false
      isAsking = false
    }
  }

  /** The probe that the address names or that was shown; else the first open one; else, where only decided ones are listed, the first. */
  async function placeFor(before: AuditItem | undefined, firstOpen: number): Promise<number> {
    const { record, kind, index, show } = store.address
    if (record !== undefined) {
      const isSame = before?.record === record && (kind === undefined || before.kind === kind) && before.index === index
      const place = isSame ? items.value.indexOf(before.item) : await placeOf(record, kind, index).catch(() => -1)
      if (place >= 0)
        return place
      if (!isSame)
        message.value = `Record ${record} is not in this list; it may be filtered out or not be part of the audit.`
    }
    return firstOpen >= 0 ? firstOpen : show === 'all' || show === 'open' || items.value.length === 0 ? -1 : 0
  }

  async function placeOf(record: string, kind?: AuditItem['kind'], probe = 0): Promise<number> {
    const { index } = await client.datasets.getRecord({ id: store.dataset!, record })
    return locate({ items: items.value, index, read, record, kind, probe })
  }

  /** Which of them are open is asked once a list, beside the work. */
  async function knowOpen(mine: number): Promise<void> {
    const { sample: _, ...whole } = request.value
    const found = await client.audits.queue({ ...whole, show: 'open', sort: 'order' })
    if (mine !== asking || isOpenKnown)
      return
    open = openItems(found.items)
    isOpenKnown = true
  }

  function end(hasItems: boolean): void {
    at.value = -1
    shown.value = undefined
    isDone.value = hasItems || (store.address.show === 'open' && (store.progress?.assigned ?? 0) > 0)
    store.set({ record: undefined, kind: undefined, index: 0 })
  }

  function go(place: number): void {
    const item = items.value[place]
    if (item === undefined)
      return
    at.value = place
    isDone.value = false
    undone.value = undefined
    const known = cache.get(item)
    if (known)
      show(known)
    else
      void fetch(place, item)
    void cache.want(wantedAround(items.value, place))
  }

  async function fetch(place: number, item: number): Promise<void> {
    if (shown.value?.item !== item)
      shown.value = undefined
    try {
      const found = await cache.ask(item)
      if (at.value === place && items.value[place] === item)
        show(found)
    }
    catch (reason) {
      if (at.value === place)
        error.value = errorSentence(reason)
    }
  }

  function show(item: AuditItem): void {
    shown.value = item
    error.value = undefined
    clock.restart()
    const { record, kind, index } = item
    store.set({ record, kind, index })
  }

  /** True: there is one, and it is shown now. */
  async function goToOpen(): Promise<void> {
    const from = at.value
    if (!isOpenKnown)
      await knowOpen(asking).catch(() => undefined)
    const place = nextOpen(items.value, from, open)
    if (place >= 0)
      go(place)
    else
      end(true)
  }

  function step(place: number): void {
    message.value = undefined
    // Before the end screen stands the last probe.
    if (at.value < 0 && place < 0)
      go(items.value.length - 1)
    else
      go(Math.min(Math.max(place, 0), items.value.length - 1))
  }

  async function jump(text: string): Promise<boolean> {
    const to = parseJump(text, items.value.length)
    if (!to)
      return false
    message.value = undefined
    if ('place' in to) {
      go(to.place)
      return true
    }
    try {
      const place = await placeOf(to.record)
      if (place >= 0)
        go(place)
      else
        message.value = `Record ${to.record} has no probe in this list. Take filters off to see all of them.`
      return place >= 0
    }
    catch {
      message.value = `There is no record '${to.record}' in this dataset. Records are named as in the Datasets view, like 00042.`
      return false
    }
  }

  /** What is on the disk now, in what is shown and counted. */
  function note(item: AuditItem, own: Decision | undefined): AuditItem {
    const { own: _, ...rest } = item
    const now: AuditItem = own === undefined ? rest : { ...rest, own }
    const wasOpen = isOpen(item), willBeOpen = isOpen(now)
    if (item.item < open.length)
      open[item.item] = willBeOpen ? 1 : 0
    if (wasOpen !== willBeOpen && store.progress)
      store.progress = { ...store.progress, decided: store.progress.decided + (willBeOpen ? -1 : 1) }
    cache.set(now)
    if (shown.value?.item === now.item)
      shown.value = now
    return now
  }

  async function say(change: Change, goesOn: boolean): Promise<void> {
    const item = shown.value
    if (!item || decisions.isSending.value)
      return
    message.value = undefined
    const draft = draftOf(item, change, crypto.randomUUID(), clock.seconds())
    awaited = { id: draft.id, goesOn, pressedAt: performance.now() }
    if (!await decisions.decide([draft]) && decisions.unsent.value.length === 0)
      awaited = undefined
  }

  decisions.onSaved((saved) => {
    const savedAt = performance.now()
    // A list that is on its way, and counts of what is not at hand, may be from before this: they are asked for again.
    isStale ||= !isActive || isAsking
    for (const decision of saved) {
      const item = [shown.value, ...cache.all()].find(one => one && isSame(one, decision))
      if (item)
        note(item, decision)
      else
        isStale = true
    }
    const answered = awaited && saved.some(({ id }) => id === awaited?.id) ? awaited : undefined
    void goOn(answered, savedAt).then(() => isStale && isActive ? load() : undefined)
  })
  async function goOn(answered: typeof awaited, savedAt: number): Promise<void> {
    if (!answered)
      return
    awaited = undefined
    undone.value = undefined
    if (answered.goesOn)
      await goToOpen()
    measure(answered.pressedAt, savedAt, () => shown.value !== undefined || at.value < 0)
  }

  async function undo(): Promise<void> {
    message.value = undefined
    const answer = await decisions.undo()
    const first = answer?.items[0]
    if (!answer || first === undefined) {
      if (answer)
        message.value = 'There is nothing left to undo.'
      return
    }
    for (const item of answer.items)
      cache.drop(item)
    if (answer.items.length > 1)
      await load()
    let place = items.value.indexOf(first)
    if (place < 0) {
      place = Math.max(at.value, 0)
      items.value = insertAt(items.value, place, first)
    }
    const before = answer.undone[0]
    const item = await cache.ask(first)
    if (before && answer.items.length === 1)
      note({ ...item, own: before }, item.own)
    go(place)
    undone.value = before
  }

  // Another person begins with the first probe that is open for them. Saying who one is keeps the place.
  watch(() => store.annotator, (_, before) => before === '' || store.set({ record: undefined, kind: undefined, index: 0 }))
  watch(() => JSON.stringify(request.value), () => void load())
  watch(() => connection.epoch, epoch => epoch > 0 && (error.value !== undefined || items.value.length === 0) && void load(), { immediate: true })
  // Kinds, assignment or reasons were changed.
  watch(() => JSON.stringify(store.settings), (now, before) => now !== undefined && before !== undefined && void load())
  // An address that was typed or gone back to.
  watch(() => [store.address.record, store.address.kind, store.address.index] as const, async ([record, kind, index]) => {
    const now = shown.value
    if (record === undefined || isLoading.value || (now?.record === record && (kind === undefined || now.kind === kind) && now.index === index))
      return
    const place = await placeOf(record, kind, index).catch(() => -1)
    if (place >= 0 && store.address.record === record)
      go(place)
  })
  // Other tabs and other people decide too: what changed while this one was not in sight is asked for when it is again.
  watch(() => store.version, () => isStale ||= !isActive)
  onDeactivated(() => isActive = false)
  onActivated(() => {
    isActive = true
    if (isStale)
      void load()
  })

  return { items, at, shown, isLoading, error, notes, isDone, pending, undone, message, go: step, goToOpen, jump, say, undo, load }
}

const isSame = (a: Pick<AuditItem, 'record' | 'kind' | 'index'>, b: Pick<AuditItem, 'record' | 'kind' | 'index'>): boolean => a.record === b.record && a.kind === b.kind && a.index === b.index

/** From the key to the frame that shows what follows from it; `waited` is what the disk took of it. */
function measure(pressedAt: number, savedAt: number, isShown: () => boolean): void {
  const look = (): void => {
    if (!isShown())
      return void requestAnimationFrame(look)
    const end = performance.now()
    performance.measure('audit-decision', { start: pressedAt, end, detail: { waited: savedAt - pressedAt, drawn: end - savedAt } })
  }
  void nextTick(() => requestAnimationFrame(look))
}
