// Says decisions to the backend: kept here until it has them on the disk, sent again after a gap, a reload or a press of Retry, never twice.
import { inject, provide, shallowRef, watch } from 'vue'
import type { InjectionKey, ShallowRef } from 'vue'
import type { Decision, DecisionDraft, Role } from '@contract/decisions.ts'
import { useClient, useConnection } from '../../api/client.ts'
import { errorSentence } from '../../lib/error-sentence.ts'
import { keep, keptKeys, readKept } from '../../lib/kept.ts'
import { useAuditStore } from './audit-store.ts'
import { createOutbox } from './outbox.ts'
import type { Outbox, Person, Stroke } from './outbox.ts'

export interface Undone {
  readonly undone: readonly Decision[]
  readonly items: readonly number[]
}

export interface Decisions {
  /** Under way or failed, oldest first. */
  readonly unsent: ShallowRef<readonly Stroke[]>
  readonly isSending: ShallowRef<boolean>
  /** Why the last attempt failed; what could not be sent stays in `unsent`. */
  readonly error: ShallowRef<string | undefined>
  /** Sent again by themselves after a gap or a reload; hears what was saved. */
  readonly onSaved: (hear: (saved: readonly Decision[]) => void) => void
  /** All of one stroke; undefined: not saved (nobody said who decides, or it is in `unsent`). */
  readonly decide: (drafts: readonly DecisionDraft[]) => Promise<readonly Decision[] | undefined>
  /** Takes this person's last stroke back; undefined: it could not be. */
  readonly undo: () => Promise<Undone | undefined>
  readonly retry: () => Promise<void>
  /** Forgets what could not be sent. */
  readonly discard: () => void
}

const key: InjectionKey<Decisions> = Symbol('decisions')

/** Of this view; its tabs ask with `useDecisions`. `as`: a role that does not follow the person's. */
export function provideDecisions(as?: Role): Decisions {
  const client = useClient()
  const connection = useConnection()
  const store = useAuditStore()
  const roleNow = (): Role => as ?? store.role
  const unsent = shallowRef<readonly Stroke[]>([])
  const isSending = shallowRef(false)
  const error = shallowRef<string>()
  const hearers = new Set<(saved: readonly Decision[]) => void>()
  let outbox: Outbox | undefined
  let person: Person | undefined

  /** Strokes one after the other; the first that fails stops the rest, so that their order stays. */
  async function send(): Promise<readonly Decision[] | undefined> {
    const [to, box] = [person, outbox]
    if (!to || !box || isSending.value)
      return undefined
    isSending.value = true
    let last: readonly Decision[] | undefined
    try {
      for (let stroke = box.list()[0]; stroke; stroke = box.list()[0]) {
        const { saved } = await client.audits.decide({ dataset: to.dataset, annotator: to.annotator, role: to.role, decisions: [...stroke.drafts] })
        box.remove(stroke.id)
        last = saved
        for (const hear of hearers)
          hear(saved)
      }
      error.value = undefined
    }
    catch (reason) {
      last = undefined
      if (box === outbox)
        error.value = errorSentence(reason)
    }
    isSending.value = false
    if (box === outbox)
      unsent.value = box.list()
    return last
  }

  async function decide(drafts: readonly DecisionDraft[]): Promise<readonly Decision[] | undefined> {
    // One at a time: what is under way has a screen to itself.
    if (isSending.value || drafts.length === 0 || !await store.whenNamed() || !outbox)
      return undefined
    outbox.add(drafts)
    unsent.value = outbox.list()
    return send()
  }

  async function undo(): Promise<Undone | undefined> {
    if (isSending.value || !await store.whenNamed())
      return undefined
    // What is not written yet is later than what is: it goes first.
    if (outbox && outbox.list().length > 0 && !await send())
      return undefined
    const to = person
    if (!to)
      return undefined
    isSending.value = true
    try {
      const answer = await client.audits.undo({ dataset: to.dataset, annotator: to.annotator, role: to.role })
      error.value = undefined
      return answer
    }
    catch (reason) {
      error.value = errorSentence(reason)
      return undefined
    }
    finally {
      isSending.value = false
    }
  }

  watch([() => store.dataset, () => store.annotator, roleNow] as const, ([dataset, annotator, role]) => {
    person = dataset === undefined || annotator === '' ? undefined : { dataset, annotator, role }
    outbox = person && createOutbox({ keys: keptKeys, read: readKept, keep }, person)
    unsent.value = outbox?.list() ?? []
    error.value = undefined
  }, { immediate: true, flush: 'sync' })
  watch([() => connection.epoch, () => store.dataset, () => store.annotator, roleNow], () => {
    if (connection.epoch > 0 && unsent.value.length > 0)
      void send()
  }, { immediate: true })

  const decisions: Decisions = {
    unsent, isSending, error, decide, undo,
    onSaved: hear => void hearers.add(hear),
    retry: async () => void await send(),
    discard() {
      for (const { id } of outbox?.list() ?? [])
        outbox?.remove(id)
      unsent.value = []
      error.value = undefined
    },
  }
  provide(key, decisions)
  return decisions
}

export function useDecisions(): Decisions {
  const decisions = inject(key)
  if (!decisions)
    throw new Error('internal: decisions are asked for outside the Audit view')
  return decisions
}
