// What the Audit view shows: whose audit of which dataset, in which role, which tab and queue; shared by all of its tabs.
import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import type { AuditStatus } from '@contract/agreement.ts'
import type { Dataset } from '@contract/datasets.ts'
import type { AuditSettings, Role } from '@contract/decisions.ts'
import type { DatasetId } from '@contract/identifiers.ts'
import { keep, readKept } from '../../lib/kept.ts'
import { startAddress } from './audit-address.ts'
import type { AuditAddress, QueueFilter } from './audit-address.ts'

const nameKey = 'mmedit.audit.annotator'
const roleKey = 'mmedit.audit.role'

export const useAuditStore = defineStore('audit', () => {
  const datasets = shallowRef<readonly Dataset[]>()
  const dataset = ref<DatasetId>()
  const address = shallowRef<AuditAddress>(startAddress)
  /** Plain text; empty: nobody has said yet. */
  const annotator = ref(readKept(nameKey) ?? '')
  const role = ref<Role>(readKept(roleKey) === 'adjudicator' ? 'adjudicator' : 'annotator')
  const settings = shallowRef<AuditSettings>()
  const status = shallowRef<AuditStatus>()
  /** Counts what changed in any audit: ask again. */
  const version = ref(0)
  /** Of this person, in this role; from the last queue, and counted on from there. */
  const progress = shallowRef<{ readonly assigned: number, readonly decided: number }>()
  /** Open while somebody is asked who they are. */
  const isAskingName = ref(false)
  let named: ((isNamed: boolean) => void) | undefined

  const current = computed(() => datasets.value?.find(({ id }) => id === dataset.value))
  const tab = computed(() => address.value.tab)
  /** May this page show what others decided? */
  const seesOthers = computed(() => role.value === 'adjudicator' || settings.value?.blind === false)

  function set(part: Partial<AuditAddress>): void {
    address.value = { ...address.value, ...part }
  }

  /** Another queue begins where its first open probe is, not at the probe that was looked at. */
  function setFilter(part: Partial<QueueFilter>): void {
    set({ ...part, record: undefined, kind: undefined, index: 0 })
  }

  /** Another dataset: settings, progress and the probe are of the old one. */
  function pick(id: DatasetId | undefined): void {
    if (dataset.value === id)
      return
    dataset.value = id
    settings.value = undefined
    status.value = undefined
    progress.value = undefined
    set({ checks: [], search: '', slice: undefined, record: undefined, kind: undefined, index: 0 })
  }

  function setPerson(name: string, as: Role = role.value): void {
    if (name.trim() !== annotator.value || as !== role.value)
      progress.value = undefined
    annotator.value = name.trim()
    role.value = as
    keep(nameKey, annotator.value)
    keep(roleKey, as)
  }

  /** Asks once who decides. False: the question was closed without an answer, so nothing can be decided. */
  function whenNamed(): Promise<boolean> {
    if (annotator.value !== '')
      return Promise.resolve(true)
    isAskingName.value = true
    return new Promise(resolve => named = resolve)
  }

  function closeName(): void {
    isAskingName.value = false
    named?.(annotator.value !== '')
    named = undefined
  }

  return {
    datasets, dataset, address, annotator, role, settings, status, version, progress, isAskingName,
    current, tab, seesOthers,
    set, setFilter, pick, setPerson, whenNamed, closeName,
  }
})
