// Fixed probes that a finished run waits for, and the re-runs that complete it.
import { computed, onScopeDispose, ref, watch } from 'vue'
import type { ComputedRef, Ref } from 'vue'
import type { Run } from '@contract/runs.ts'
import { useClient } from '../../api/client.ts'
import { useFollow } from '../../api/follow.ts'
import { useAsked } from '../../api/use-asked.ts'
import { errorSentence } from '../../lib/error-sentence.ts'
import { throttle } from '../../lib/throttle.ts'
import { useRunsStore } from './runs-store.ts'

export interface RepairsOf {
  /** The run that this one completes; undefined: none, or it was removed. */
  readonly original: ComputedRef<Run | undefined>
  /** Re-runs that complete this one, oldest first. */
  readonly repairs: ComputedRef<readonly Run[]>
  readonly isUnderWay: ComputedRef<boolean>
  /** Fixed probes that nobody asked this run yet; `reason`: why they cannot be. */
  readonly waiting: ComputedRef<{ readonly probes: number, readonly reason?: string | undefined } | undefined>
  readonly isStarting: Ref<boolean>
  readonly error: Ref<string | undefined>
  readonly rerun: () => Promise<void>
}

const auditIntervalMs = 1_000

export function useRepairs(run: () => Run): RepairsOf {
  const client = useClient()
  const store = useRunsStore()
  const isStarting = ref(false)
  const error = ref<string>()
  const changes = ref(0)

  const original = computed(() => store.all?.find(({ id }) => id === run().plan.repairs))
  const repairs = computed(() => (store.all ?? []).filter(({ plan }) => plan.repairs === run().id).reverse())
  const isUnderWay = computed(() => repairs.value.some(({ status }) => status === 'waiting' || status === 'running'))
  const question = computed(() => {
    const { id, status, plan } = run()
    const isAsked = status === 'finished' && plan.kind === 'score' && plan.repairs === undefined
    return isAsked ? `${id} ${plan.dataset} ${changes.value} ${repairs.value.map(one => `${one.id} ${one.status}`).join()}` : ''
  })
  const asked = useAsked(async (signal) => {
    if (question.value === '')
      return undefined
    const { id, plan: { dataset } } = run()
    const [audit] = await client.audits.status({ dataset }, { signal })
    if (!audit || audit.states.fix === 0)
      return undefined
    const { counted } = await client.tables.get({ id: 'main-results', runs: [id], counts: 'with-fixes' }, { signal })
    const found = counted?.waiting.find(one => one.run === id)
    return found && { ...found, question: question.value }
  }, [question])
  // What was found for another run says nothing about this one.
  const waiting = computed(() => asked.data.value?.run === run().id && question.value !== '' ? asked.data.value : undefined)

  async function rerun(): Promise<void> {
    const { id, plan: { dataset } } = run()
    isStarting.value = true
    error.value = undefined
    try {
      const { runs, refused } = await client.audits.rerun({ dataset, runs: [id] })
      runs.forEach(store.put)
      error.value = refused[0]?.reason
    }
    catch (reason) {
      error.value = errorSentence(reason)
    }
    isStarting.value = false
  }

  const soon = throttle(() => {
    changes.value += 1
  }, auditIntervalMs)
  useFollow(signal => client.workspace.watch(undefined, { signal }), (event) => {
    if (event.kind === 'changed' && event.noun === 'audits')
      soon.call()
  })
  watch(() => run().id, () => {
    error.value = undefined
  })
  onScopeDispose(soon.stop)
  return { original, repairs, isUnderWay, waiting, isStarting, error, rerun }
}
