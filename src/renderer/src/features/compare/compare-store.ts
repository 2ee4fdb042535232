// What is compared: which runs, under which reading, in which figure.
import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import type { MetricInfo } from '@contract/methods.ts'
import type { Run } from '@contract/runs.ts'

export const useCompareStore = defineStore('compare', () => {
  const runs = shallowRef<readonly Run[]>()
  const metrics = shallowRef<readonly MetricInfo[]>([])
  /** Undefined: every finished run. */
  const chosenIds = ref<readonly string[]>()
  const variant = ref('strict')
  const figureId = ref('metric-bars')

  const finished = computed(() => (runs.value ?? []).filter(run => run.status === 'finished').sort((a, b) => b.createdAt.localeCompare(a.createdAt) || b.id.localeCompare(a.id)))
  const shownIds = computed(() => chosenIds.value === undefined ? finished.value.map(run => run.id as string) : chosenIds.value.filter(id => finished.value.some(run => run.id === id)))
  /** Every reading that a metric has, in the metrics' own order. */
  const variants = computed(() => {
    const found = new Map<string, MetricInfo['variants'][number]>()
    metrics.value.forEach(metric => metric.variants.forEach(one => found.has(one.id) || found.set(one.id, one)))
    return [...found.values()]
  })

  function toggle(id: string): void {
    const shown = shownIds.value
    chosenIds.value = shown.includes(id) ? shown.filter(one => one !== id) : [...shown, id]
  }

  return { runs, metrics, chosenIds, variant, figureId, finished, shownIds, variants, toggle }
})
