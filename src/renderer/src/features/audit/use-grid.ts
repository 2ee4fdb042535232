// The grid: the same list as the queue, many of its probes decided in one stroke, and the stroke taken back.
import { computed, ref, shallowRef, watch } from 'vue'
import type { Ref, ShallowRef } from 'vue'
import type { SliceId } from '@contract/identifiers.ts'
import { useClient, useConnection } from '../../api/client.ts'
import { errorSentence } from '../../lib/error-sentence.ts'
import { formatCount, formatInteger } from '../../lib/format.ts'
import { useAuditStore } from './audit-store.ts'
import { draftOf } from './draft.ts'
import type { Change } from './draft.ts'
import { chunksOf, keepIn, noSelection } from './grid-selection.ts'
import type { GridSelection } from './grid-selection.ts'
import { isOpen } from './queue-list.ts'
import { useDecisions } from './use-decisions.ts'
import { useGridPages } from './use-grid-pages.ts'
import type { GridPages } from './use-grid-pages.ts'
import { useOnReturn } from './use-on-return.ts'

/** A batch that is being written, or stopped half way. */
export interface BatchState {
  readonly batch: string
  readonly change: Change
  readonly rest: readonly number[]
  readonly done: number
  readonly total: number
}

export interface Grid extends GridPages {
  readonly items: ShallowRef<Int32Array>
  readonly selection: ShallowRef<GridSelection>
  /** Place that is looked at. */
  readonly place: Ref<number>
  readonly isLoading: Ref<boolean>
  readonly error: Ref<string | undefined>
  readonly message: Ref<string | undefined>
  readonly notes: ShallowRef<readonly string[]>
  readonly running: ShallowRef<BatchState | undefined>
  readonly isSaving: Ref<boolean>
  /** Says the same about all of these items, as one stroke. */
  readonly decide: (items: readonly number[], change: Change) => Promise<void>
  /** Goes on with a batch that stopped half way. */
  readonly resume: () => Promise<void>
  readonly undo: () => Promise<void>
  readonly load: () => Promise<void>
}

const most = 5_000

export function useGrid(): Grid {
  const client = useClient()
  const connection = useConnection()
  const store = useAuditStore()
  const decisions = useDecisions()

  const items = shallowRef<Int32Array>(new Int32Array())
  const selection = shallowRef<GridSelection>(noSelection)
  const place = ref(0)
  const isLoading = ref(true)
  const isSaving = ref(false)
  const error = ref<string>()
  const message = ref<string>()
  const notes = shallowRef<readonly string[]>([])
  const running = shallowRef<BatchState>()
  const pages = useGridPages(() => items.value, sentence => error.value = sentence)
  let asking = 0

  const person = computed(() => ({ ...(store.annotator === '' ? {} : { annotator: store.annotator }), role: store.role }))
  const request = computed(() => {
    const { show, kinds, checks, search, slice, sort, sample, seed } = store.address
    return { dataset: store.dataset!, ...person.value, show, kinds: [...kinds], checks: [...checks], search, sort, seed, ...(slice === undefined ? {} : { slice: slice as SliceId }), ...(sample === undefined ? {} : { sample }) }
  })

  async function load(): Promise<void> {
    if (store.dataset === undefined)
      return
    const mine = ++asking
    const before = items.value[place.value]
    isLoading.value = true
    try {
      const queue = await client.audits.queue(request.value)
      if (mine !== asking)
        return
      items.value = Int32Array.from(queue.items)
      notes.value = queue.notes
      error.value = undefined
      selection.value = keepIn(selection.value, items.value)
      place.value = before === undefined ? 0 : Math.max(0, items.value.indexOf(before))
      store.progress = store.annotator === '' ? undefined : { assigned: queue.assigned, decided: queue.decided }
    }
    catch (reason) {
      if (mine !== asking)
        return
      error.value = errorSentence(reason)
    }
    isLoading.value = false
  }

  /** One request: what is known of these items, then the lines about them. False: they are not on the disk. */
  async function write(part: readonly number[], { change, batch }: BatchState): Promise<boolean> {
    const { probes } = await client.audits.listProbes({ dataset: store.dataset!, items: [...part], ...person.value })
    const drafts = probes.map(probe => ({ ...draftOf(probe, change, crypto.randomUUID(), 0), batch }))
    const saved = await decisions.decide(drafts)
    if (!saved)
      return false
    if (store.progress) {
      const opened = probes.filter(isOpen).length
      const stillOpen = saved.filter(line => line.decision === 'none').length
      store.progress = { ...store.progress, decided: store.progress.decided + opened - stillOpen }
    }
    return true
  }

  async function run(begun: BatchState): Promise<void> {
    let state = running.value = begun
    isSaving.value = true
    message.value = undefined
    try {
      for (const part of chunksOf(begun.rest, most)) {
        if (!await write(part, state))
          break
        state = running.value = { ...state, done: state.done + part.length, rest: state.rest.slice(part.length) }
      }
    }
    catch (reason) {
      error.value = errorSentence(reason)
    }
    isSaving.value = false
    if (state.rest.length === 0) {
      message.value = `${formatCount(state.total, 'probe')} decided in one stroke.`
      running.value = undefined
    }
    else if (state.done === 0 && decisions.unsent.value.length === 0) {
      running.value = undefined
    }
    else {
      message.value = `${formatInteger(state.done)} of ${formatCount(state.total, 'probe')} are saved.`
    }
  }

  async function decide(chosen: readonly number[], change: Change): Promise<void> {
    if (isSaving.value || decisions.isSending.value || chosen.length === 0 || store.dataset === undefined || !await store.whenNamed())
      return
    await run({ batch: crypto.randomUUID(), change, rest: chosen, done: 0, total: chosen.length })
  }

  async function resume(): Promise<void> {
    // What was stopped by a gap goes first: it is the beginning of the rest.
    if (!running.value || isSaving.value)
      return
    if (decisions.unsent.value.length > 0)
      await decisions.retry()
    if (decisions.unsent.value.length === 0)
      await run(running.value)
  }

  async function undo(): Promise<void> {
    if (isSaving.value)
      return
    isSaving.value = true
    const answer = await decisions.undo()
    isSaving.value = false
    if (!answer)
      return
    running.value = undefined
    message.value = answer.items.length === 0 ? 'There is nothing left to undo.' : `Taken back: ${formatCount(answer.items.length, 'decision')}.`
    pages.refresh(answer.items)
    const [first] = answer.items
    const at = first === undefined ? -1 : items.value.indexOf(first)
    if (at >= 0)
      place.value = at
    const queue = await client.audits.queue({ ...request.value, sample: 1 }).catch(() => undefined)
    if (queue && store.annotator !== '')
      store.progress = { assigned: queue.assigned, decided: queue.decided }
  }

  decisions.onSaved(pages.put)
  watch(() => JSON.stringify(request.value), () => {
    message.value = undefined
    void load()
  })
  watch(() => JSON.stringify(store.settings), (now, before) => now !== undefined && before !== undefined && void load())
  watch(() => connection.epoch, epoch => epoch > 0 && (error.value !== undefined || items.value.length === 0) && void load(), { immediate: true })
  useOnReturn(() => isLoading.value || void load())

  return { ...pages, items, selection, place, isLoading, error, message, notes, running, isSaving, decide, resume, undo, load }
}
