// The adjudicator's work list: which probes, what everybody said about the one that is looked at, what is left.
import { computed, ref, shallowRef, watch } from 'vue'
import type { ComputedRef, Ref, ShallowRef } from 'vue'
import type { AuditItem } from '@contract/audits.ts'
import type { Decision } from '@contract/decisions.ts'
import { useClient, useConnection } from '../../api/client.ts'
import { errorSentence } from '../../lib/error-sentence.ts'
import { useAdjudicateStore } from './adjudicate-store.ts'
import { useAuditStore } from './audit-store.ts'
import { decodePictures } from './decode-pictures.ts'
import { draftOf } from './draft.ts'
import type { Change } from './draft.ts'
import { picturesOf } from './probe-sides.ts'
import { insertAt, nextOpen, openItems } from './queue-list.ts'
import type { OpenItems } from './queue-list.ts'
import { createReadAhead, wantedAround } from './read-ahead.ts'
import { useActiveClock } from './use-active-clock.ts'
import type { Decisions } from './use-decisions.ts'
import { useOnReturn } from './use-on-return.ts'

export interface Adjudication {
  readonly items: ShallowRef<Int32Array>
  /** Place in `items`; −1: at the end. */
  readonly at: Ref<number>
  readonly shown: ShallowRef<AuditItem | undefined>
  /** Every line about the shown probe, oldest first. */
  readonly history: ShallowRef<readonly Decision[]>
  /** Still to be settled, by item; replaced with every change. */
  readonly open: ShallowRef<OpenItems>
  readonly left: ComputedRef<number>
  readonly isLoading: Ref<boolean>
  readonly error: Ref<string | undefined>
  readonly message: Ref<string | undefined>
  readonly go: (place: number) => void
  readonly goToOpen: () => void
  /** Records the final decision; goes on if `goesOn`. */
  readonly say: (change: Change, goesOn: boolean) => Promise<void>
  readonly undo: () => Promise<void>
  readonly load: () => Promise<void>
}

const role = 'adjudicator'
const isSettled = ({ final, own, content }: AuditItem): boolean => final?.by === 'adjudicator' || (own !== undefined && own.decision !== 'none' && own.content === content)

export function useAdjudication(decisions: Decisions, isAllowed: () => boolean): Adjudication {
  const client = useClient()
  const connection = useConnection()
  const store = useAuditStore()
  const work = useAdjudicateStore()
  const clock = useActiveClock()

  const items = shallowRef<Int32Array>(new Int32Array())
  const open = shallowRef<OpenItems>(new Uint8Array())
  const at = ref(-1)
  const shown = shallowRef<AuditItem>()
  const history = shallowRef<readonly Decision[]>([])
  const isLoading = ref(true)
  const error = ref<string>()
  const message = ref<string>()
  let asking = 0
  /** The decision that the screen waits for. */
  let awaited: { readonly id: string, readonly goesOn: boolean } | undefined

  const person = (): { annotator?: string, role: typeof role } => ({ role, ...(store.annotator === '' ? {} : { annotator: store.annotator }) })
  const request = computed(() => {
    const { show, kinds, said, differ } = work.list
    return { show, kinds: [...kinds], said: said.map(one => ({ ...one })), differ: differ ?? false }
  })
  const cache = createReadAhead({ read: wanted => client.audits.read({ dataset: store.dataset!, items: wanted, ...person() }), decode: item => decodePictures(picturesOf(item)) })
  const left = computed(() => items.value.reduce((sum, item) => sum + (open.value[item] ?? 0), 0))

  async function load(): Promise<void> {
    const { dataset } = store
    if (dataset === undefined || !isAllowed())
      return
    const mine = ++asking
    const before = shown.value
    isLoading.value = true
    try {
      const ask = { dataset, ...person(), ...request.value }
      const [queue, unsettled] = await Promise.all([
        client.audits.queue(ask),
        // What is disputed is open; of other lists, what this adjudicator has not decided.
        request.value.show === 'disputed' ? undefined : request.value.show === 'all' ? client.audits.queue({ ...ask, show: 'open' }) : undefined,
      ])
      if (mine !== asking)
        return
      cache.clear()
      items.value = Int32Array.from(queue.items)
      open.value = openItems((unsettled ?? queue).items)
      error.value = undefined
      isLoading.value = false
      const place = before ? items.value.indexOf(before.item) : -1
      if (place >= 0)
        go(place)
      else
        goToOpen()
    }
    catch (reason) {
      if (mine !== asking)
        return
      error.value = errorSentence(reason)
      isLoading.value = false
    }
  }

  function go(place: number): void {
    const item = items.value[Math.min(Math.max(place, 0), items.value.length - 1)]
    if (item === undefined)
      return end()
    at.value = items.value.indexOf(item)
    message.value = undefined
    void fetch(item)
    void cache.want(wantedAround(items.value, at.value))
  }

  function end(): void {
    at.value = -1
    shown.value = undefined
    history.value = []
  }

  async function fetch(item: number): Promise<void> {
    const known = cache.get(item)
    if (!known)
      shown.value = undefined
    try {
      const found = known ?? await cache.ask(item)
      if (items.value[at.value] !== item)
        return
      shown.value = found
      history.value = []
      error.value = undefined
      clock.restart()
      const lines = await client.audits.history({ dataset: store.dataset!, record: found.record, kind: found.kind, index: found.index, ...person() })
      if (shown.value?.item === item)
        history.value = lines
    }
    catch (reason) {
      if (items.value[at.value] === item)
        error.value = errorSentence(reason)
    }
  }

  function goToOpen(): void {
    const place = nextOpen(items.value, at.value, open.value)
    if (place >= 0)
      go(place)
    else
      end()
  }

  function setOpen(item: number, isOpen: boolean): void {
    const next = new Uint8Array(Math.max(open.value.length, item + 1))
    next.set(open.value)
    next[item] = isOpen ? 1 : 0
    open.value = next
  }

  async function say(change: Change, goesOn: boolean): Promise<void> {
    const item = shown.value
    if (!item || decisions.isSending.value)
      return
    message.value = undefined
    const draft = draftOf(item, change, crypto.randomUUID(), clock.seconds())
    awaited = { id: draft.id, goesOn }
    if (!await decisions.decide([draft]) && decisions.unsent.value.length === 0)
      awaited = undefined
  }

  /** Asks again what holds for a probe, and shows it if it is looked at. */
  async function refresh(item: number): Promise<AuditItem> {
    cache.drop(item)
    const found = await cache.ask(item)
    setOpen(item, !isSettled(found))
    if (shown.value?.item === item)
      shown.value = found
    return found
  }

  decisions.onSaved((saved) => {
    const answered = awaited && saved.some(({ id }) => id === awaited?.id) ? awaited : undefined
    const item = shown.value
    if (!answered || !item)
      return
    awaited = undefined
    const [own] = saved.slice(-1)
    setOpen(item.item, own?.decision === 'none')
    cache.drop(item.item)
    if (answered.goesOn)
      goToOpen()
    else
      void refresh(item.item).catch(() => undefined)
  })

  async function undo(): Promise<void> {
    message.value = undefined
    const answer = await decisions.undo()
    const first = answer?.items[0]
    if (first === undefined) {
      if (answer)
        message.value = 'There is nothing left to undo.'
      return
    }
    for (const item of answer?.items ?? [])
      cache.drop(item)
    if (!items.value.includes(first))
      items.value = insertAt(items.value, Math.max(at.value, 0), first)
    at.value = items.value.indexOf(first)
    try {
      const found = await cache.ask(first)
      setOpen(first, !isSettled(found))
      go(items.value.indexOf(first))
    }
    catch (reason) {
      error.value = errorSentence(reason)
    }
  }

  watch([request, () => store.dataset, () => store.annotator, isAllowed], () => {
    end()
    void load()
  })
  watch(() => connection.epoch, epoch => epoch > 0 && (error.value !== undefined || items.value.length === 0) && void load(), { immediate: true })
  useOnReturn(() => isLoading.value || void load())

  return { items, at, shown, history, open, left, isLoading, error, message, go, goToOpen, say, undo, load }
}
