// What the audit of a dataset holds for the probes of the record that is looked at; nothing where nobody began one.
import { computed, onScopeDispose } from 'vue'
import type { ComputedRef } from 'vue'
import type { ProbeStates } from '@contract/audits.ts'
import type { DatasetId } from '@contract/identifiers.ts'
import { useClient } from '../../api/client.ts'
import { useFollow } from '../../api/follow.ts'
import { useAsked } from '../../api/use-asked.ts'
import { throttle } from '../../lib/throttle.ts'
import type { Row } from './datasets-store.ts'

const intervalMs = 1_000

export function useStates(row: () => Row | undefined): ComputedRef<ProbeStates> {
  const client = useClient()
  const key = computed(() => `${row()?.dataset ?? ''}/${row()?.record.id ?? ''}`)
  const asked = useAsked(async (signal) => {
    const now = row()
    const of = key.value
    // What cannot be read is said in the Audit view; the record does not wait for it.
    const states = now ? await client.audits.listStates({ dataset: now.dataset as DatasetId, record: now.record.id }, { signal }).catch(() => []) : []
    return { of, states }
  }, [key])
  const askSoon = throttle(() => void asked.ask(), intervalMs)
  useFollow(signal => client.workspace.watch(undefined, { signal }), (event) => {
    if (event.kind === 'changed' && event.noun === 'audits' && (event.id === undefined || event.id === row()?.dataset))
      askSoon.call()
  })
  onScopeDispose(askSoon.stop)
  return computed(() => asked.data.value?.of === key.value ? asked.data.value.states : [])
}
