// The checks there are, what they found last, and running them.
import { computed } from 'vue'
import type { ComputedRef } from 'vue'
import type { CheckEvent, CheckInfo, CheckRequest, MadeCheck } from '@contract/findings.ts'
import { useClient } from '../../api/client.ts'
import { useAsked } from '../../api/use-asked.ts'
import type { Asked } from '../../api/use-asked.ts'
import { errorSentence } from '../../lib/error-sentence.ts'
import { useAuditStore } from './audit-store.ts'
import { useChecksStore } from './checks-store.ts'

export interface Checks {
  readonly infos: Asked<CheckInfo[]>
  readonly found: Asked<unknown>
  readonly made: ComputedRef<readonly MadeCheck[]>
  /** Runs checks of the shown dataset; returns when they are done, cancelled or failed. */
  readonly run: (request: Omit<CheckRequest, 'dataset'>) => Promise<void>
}

export function useChecks(): Checks {
  const client = useClient()
  const audit = useAuditStore()
  const store = useChecksStore()
  const infos = useAsked(() => client.audits.listChecks())
  const found = useAsked(
    async signal => audit.dataset === undefined ? undefined : client.audits.listFindings({ dataset: audit.dataset, limit: 1 }, { signal }),
    [() => audit.dataset, () => audit.version],
  )

  function hear(dataset: string, event: CheckEvent): void {
    if (event.kind === 'progress') {
      store.progress.set(event.check, event)
      return
    }
    store.progress.delete(event.kind === 'made' ? event.made.check : event.check)
    if (event.kind === 'failed')
      store.failures.set(`${dataset}/${event.check}`, event.reason)
    void found.ask()
  }

  async function run(request: Omit<CheckRequest, 'dataset'>): Promise<void> {
    const { dataset } = audit
    const signal = dataset === undefined ? undefined : store.begin(dataset, request.checks)
    if (dataset === undefined || !signal)
      return
    try {
      for await (const event of await client.audits.check({ dataset, ...request }, { signal })) {
        if (signal.aborted)
          break
        hear(dataset, event)
      }
    }
    catch (reason) {
      if (!signal.aborted)
        store.error = errorSentence(reason)
    }
    store.end()
    void found.ask()
  }

  return { infos, found, made: computed(() => found.data.value?.made ?? []), run }
}
