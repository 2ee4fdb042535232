// The draft of the audit's settings, what it would come to, and saving it.
import { computed, ref, shallowRef, watch } from 'vue'
import type { ComputedRef, Ref, ShallowRef } from 'vue'
import type { ProbeKind } from '@contract/records.ts'
import { useClient } from '../../api/client.ts'
import { errorSentence } from '../../lib/error-sentence.ts'
import { useAuditStore } from './audit-store.ts'
import { draftOf, isChanged, problemsOf, settingsOf } from './settings-draft.ts'
import type { SettingsDraft, SettingsField } from './settings-draft.ts'

export interface SettingsForm {
  readonly draft: ShallowRef<SettingsDraft | undefined>
  readonly set: (part: Partial<SettingsDraft>) => void
  readonly problems: ComputedRef<Partial<Record<SettingsField, string>>>
  readonly isDirty: ComputedRef<boolean>
  /** Probes of the dataset by kind; undefined until they are counted. */
  readonly counts: ShallowRef<ReadonlyMap<ProbeKind, number> | undefined>
  /** Reason id → decisions that give it. */
  readonly uses: ShallowRef<ReadonlyMap<string, number>>
  readonly error: Ref<string | undefined>
  readonly isSaving: Ref<boolean>
  /** True once it is saved. */
  readonly save: () => Promise<boolean>
}

const literal = (text: string): string => `'${text.replaceAll('\'', '\'\'')}'`

/** A fresh draft whenever `show` becomes true. */
export function useSettings(show: Ref<boolean>): SettingsForm {
  const client = useClient()
  const store = useAuditStore()
  const draft = shallowRef<SettingsDraft>()
  const counts = shallowRef<ReadonlyMap<ProbeKind, number>>()
  const uses = shallowRef<ReadonlyMap<string, number>>(new Map())
  const error = ref<string>()
  const isSaving = ref(false)

  async function count(dataset: string): Promise<void> {
    const ask = async (sql: string): Promise<Map<string, number>> => new Map((await client.queries.run({ sql })).rows.map(([key, number]) => [String(key), Number(number)]))
    try {
      counts.value = await ask(`select kind, count(*)::integer from probes where dataset = ${literal(dataset)} group by kind`) as ReadonlyMap<ProbeKind, number>
      uses.value = await ask(`select reason, count(*)::integer from decisions where dataset = ${literal(dataset)} and reason is not null group by reason`)
    }
    catch {
      // Only the preview and the marks of used reasons are missing; ids are kept either way.
    }
  }

  async function save(): Promise<boolean> {
    if (!draft.value || store.dataset === undefined)
      return false
    isSaving.value = true
    error.value = undefined
    try {
      store.settings = await client.audits.saveSettings({ dataset: store.dataset, settings: settingsOf(draft.value) })
      return true
    }
    catch (reason) {
      error.value = errorSentence(reason)
      return false
    }
    finally {
      isSaving.value = false
    }
  }

  watch(show, (isShown) => {
    if (!isShown || !store.settings || store.dataset === undefined)
      return
    draft.value = draftOf(store.settings)
    error.value = undefined
    counts.value = undefined
    void count(store.dataset)
  }, { immediate: true })

  return {
    draft, counts, uses, error, isSaving, save,
    set(part) {
      if (draft.value)
        draft.value = { ...draft.value, ...part }
    },
    problems: computed(() => draft.value ? problemsOf(draft.value) : {}),
    isDirty: computed(() => draft.value !== undefined && store.settings !== undefined && isChanged(draft.value, store.settings)),
  }
}
