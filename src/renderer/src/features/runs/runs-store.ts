// The study's runs, newest first, and what is known of the one that is open.
import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import type { MethodInfo, MetricInfo } from '@contract/methods.ts'
import type { Run, RunEvent, RunMetrics } from '@contract/runs.ts'

export const useRunsStore = defineStore('runs', () => {
  const all = shallowRef<readonly Run[]>()
  const openId = ref<string>()
  const metrics = shallowRef<RunMetrics>({})
  const metricInfos = shallowRef<readonly MetricInfo[]>([])
  const methodInfos = shallowRef<readonly MethodInfo[]>([])
  /** Grows with every result of the open run: what is shown of its results may be old. */
  const resultCount = ref(0)

  const open = computed(() => all.value?.find(run => run.id === openId.value))

  function setAll(runs: readonly Run[]): void {
    all.value = [...runs].sort((a, b) => b.createdAt.localeCompare(a.createdAt) || b.id.localeCompare(a.id))
  }

  /** Puts one run in its place; an unknown one is new. */
  function put(run: Run): void {
    const others = (all.value ?? []).filter(one => one.id !== run.id)
    setAll([...others, run])
  }

  function drop(id: string): void {
    all.value = all.value?.filter(run => run.id !== id)
  }

  function apply(event: RunEvent): void {
    if (event.kind === 'run')
      put(event.run)
    else
      resultCount.value += 1
  }

  return { all, openId, open, metrics, metricInfos, methodInfos, resultCount, setAll, put, drop, apply }
})
