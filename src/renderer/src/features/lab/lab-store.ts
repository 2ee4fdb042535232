// The Lab's bench: which record, which settings, and what each scope's edit gave.
import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import type { Dataset } from '@contract/datasets.ts'
import type { MethodInfo, MetricInfo } from '@contract/methods.ts'
import type { EditScope, Model } from '@contract/models.ts'
import type { EditRecord } from '@contract/records.ts'
import type { LabEvent } from '@contract/lab.ts'
import { schemaDefaults } from '../../lib/schema-fields.ts'
import { emptyOutcome, foldLabEvent, isBusy } from './outcome.ts'
import type { Outcome } from './outcome.ts'

export const scopes = ['text', 'vision', 'both'] as const satisfies readonly EditScope[]

export const useLabStore = defineStore('lab', () => {
  /** The backend has said what there is to choose from. */
  const isLoaded = ref(false)
  const datasets = shallowRef<readonly Dataset[]>([])
  const models = shallowRef<readonly Model[]>([])
  const methods = shallowRef<readonly MethodInfo[]>([])
  const metrics = shallowRef<readonly MetricInfo[]>([])
  const modelId = ref<string>()
  const methodId = ref<string>()
  const config = ref<Record<string, unknown>>({})
  const scope = ref<EditScope>('text')
  const seed = ref(0)
  const showTokens = ref(true)

  const datasetId = ref<string>()
  const record = shallowRef<EditRecord>()
  /** Place of the record in its dataset, from 0. */
  const position = ref<number>()
  const recordError = ref<string>()

  const outcomes = shallowRef<readonly Outcome[]>([])

  const dataset = computed(() => datasets.value.find(one => one.id === datasetId.value))
  const isRunning = computed(() => outcomes.value.some(isBusy))
  /** Base answers, from whichever edit asked for them first. */
  const before = computed(() => Object.assign({}, ...[...outcomes.value].reverse().map(outcome => outcome.before)) as Outcome['before'])

  function setChoices(choices: { datasets: readonly Dataset[], models: readonly Model[], methods: readonly MethodInfo[], metrics: readonly MetricInfo[] }): void {
    isLoaded.value = true
    datasets.value = choices.datasets
    models.value = choices.models
    methods.value = choices.methods
    metrics.value = choices.metrics
    if (!choices.models.some(model => model.id === modelId.value))
      modelId.value = choices.models[0]?.id
    if (!choices.methods.some(method => method.id === methodId.value)) {
      methodId.value = choices.methods[0]?.id
      config.value = schemaDefaults(choices.methods[0]?.configSchema ?? {})
    }
  }

  function begin(chosen: readonly EditScope[]): void {
    outcomes.value = chosen.map(emptyOutcome)
  }

  function change(scopeOf: EditScope, patch: (outcome: Outcome) => Outcome): void {
    outcomes.value = outcomes.value.map(outcome => outcome.scope === scopeOf ? patch(outcome) : outcome)
  }

  function apply(scopeOf: EditScope, event: LabEvent): void {
    change(scopeOf, outcome => foldLabEvent(outcome, event))
  }

  return { isLoaded, datasets, models, methods, metrics, modelId, methodId, config, scope, seed, showTokens, datasetId, record, position, recordError, outcomes, dataset, isRunning, before, setChoices, begin, change, apply }
})
