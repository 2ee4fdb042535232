// The edits side by side on the bench.
import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import type { LabEvent } from '@contract/lab.ts'
import type { Lane } from './lane.ts'
import { foldLabEvent, isBusy } from './outcome.ts'
import type { Answers, Outcome } from './outcome.ts'

export const useLanesStore = defineStore('lab-lanes', () => {
  const lanes = shallowRef<readonly Lane[]>([])
  const isRunning = computed(() => lanes.value.some(({ outcome }) => isBusy(outcome)))
  /** What the unedited model says, from whichever lane asked it first. */
  const before = computed(() => Object.assign({}, ...[...lanes.value].reverse().map(({ outcome }) => outcome.before)) as Answers)
  /** All lanes edit the same: the record, or the user's own fact. */
  const fact = computed(() => lanes.value[0]?.plan.fact)
  const methodCount = computed(() => new Set(lanes.value.map(({ plan }) => plan.method)).size)

  function set(next: readonly Lane[]): void {
    lanes.value = next
  }

  const find = (id: string): Lane | undefined => lanes.value.find(lane => lane.id === id)

  function change(id: string, patch: (outcome: Outcome) => Outcome): void {
    lanes.value = lanes.value.map(lane => lane.id === id ? { ...lane, outcome: patch(lane.outcome) } : lane)
  }

  const apply = (id: string, event: LabEvent): void => change(id, outcome => foldLabEvent(outcome, event))

  return { lanes, isRunning, before, fact, methodCount, set, find, change, apply }
})
