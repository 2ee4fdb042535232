// The study's runs, newest first, and what is known of the one that is open.
import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import type { MethodInfo, MetricInfo, VerdictInfo } from '@contract/methods.ts'
import type { Run, RunEvent, RunSummary, TrainingStep } from '@contract/runs.ts'
import { withStep } from './training-option.ts'

const nothing: RunSummary = { metrics: {}, verdicts: {} }

export const useRunsStore = defineStore('runs', () => {
  const all = shallowRef<readonly Run[]>()
  const openId = ref<string>()
  const summary = shallowRef<RunSummary>(nothing)
  /** Loss curves of the open run, if it is a training. */
  const steps = shallowRef<readonly TrainingStep[]>([])
  const metricInfos = shallowRef<readonly MetricInfo[]>([])
  const methodInfos = shallowRef<readonly MethodInfo[]>([])
  const verdictInfos = shallowRef<readonly VerdictInfo[]>([])
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
    else if (event.kind === 'step')
      steps.value = withStep(steps.value, event.step)
    else
      resultCount.value += 1
  }

  /** Another run is looked at: nothing is known of it yet. */
  function forgetOpen(): void {
    summary.value = nothing
    steps.value = []
  }

  return { all, openId, open, summary, steps, metricInfos, methodInfos, verdictInfos, resultCount, setAll, put, drop, apply, forgetOpen }
})
