// What is compared: which runs, under which reading, in which figure.
import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import type { MetricInfo } from '@contract/methods.ts'
import type { Run } from '@contract/runs.ts'

const scopes = ['text', 'vision', 'both']

export const useCompareStore = defineStore('compare', () => {
  const runs = shallowRef<readonly Run[]>()
  const metrics = shallowRef<readonly MetricInfo[]>([])
  /** Undefined: every finished run. */
  const chosenIds = ref<readonly string[]>()
  const variant = ref('strict')
  const tableId = ref('main-results')
  const figureId = ref('metric-bars')

  const finished = computed(() => (runs.value ?? []).filter(run => run.status === 'finished' && run.plan.kind === 'score').sort((a, b) => b.createdAt.localeCompare(a.createdAt) || b.id.localeCompare(a.id)))
  /** In the table's order: dataset, then text before vision before both, then older before newer. */
  const shown = computed(() => finished.value
    .filter(run => chosenIds.value === undefined || chosenIds.value.includes(run.id))
    .sort((a, b) => a.plan.dataset.localeCompare(b.plan.dataset) || scopes.indexOf(a.plan.scope) - scopes.indexOf(b.plan.scope) || a.createdAt.localeCompare(b.createdAt) || a.id.localeCompare(b.id)))
  const shownIds = computed(() => shown.value.map(run => run.id as string))
  /** Where every run has a scope of its own, figures use the scopes' colours; otherwise the palette's order. */
  const colourNames = computed(() => {
    const chosen = shown.value.map(run => run.plan.scope)
    return new Set(chosen).size === chosen.length ? chosen.map(scope => `scope-${scope}`) : undefined
  })
  /** Every reading that a metric has, in the metrics' own order. */
  const variants = computed(() => {
    const found = new Map<string, MetricInfo['variants'][number]>()
    metrics.value.forEach(metric => metric.variants.forEach(one => found.has(one.id) || found.set(one.id, one)))
    return [...found.values()]
  })

  function toggle(id: string): void {
    const ids = shownIds.value
    chosenIds.value = ids.includes(id) ? ids.filter(one => one !== id) : [...ids, id]
  }

  return { runs, metrics, chosenIds, variant, tableId, figureId, finished, shownIds, colourNames, variants, toggle }
})
