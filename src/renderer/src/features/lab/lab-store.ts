// The Lab's bench: which record, which settings, and what each scope's edit gave.
import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import type { Dataset } from '@contract/datasets.ts'
import type { EditorInfo } from '@contract/editors.ts'
import type { MethodInfo, MetricInfo, VerdictInfo } from '@contract/methods.ts'
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
  const verdicts = shallowRef<readonly VerdictInfo[]>([])
  const editors = shallowRef<readonly EditorInfo[]>([])
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

  const method = computed(() => methods.value.find(one => one.id === methodId.value))
  /** What the method is made for, in the order of the buttons. */
  const ownScopes = computed(() => scopes.filter(one => method.value?.scopes?.includes(one) !== false))
  /** A method that is trained edits only where an editor was trained; undefined: it needs none. */
  const editor = computed(() => method.value?.trainingSchema ? editorFor(scope.value) ?? 'none' : undefined)
  const dataset = computed(() => datasets.value.find(one => one.id === datasetId.value))
  const isRunning = computed(() => outcomes.value.some(isBusy))
  /** Base answers, from whichever edit asked for them first. */
  const before = computed(() => Object.assign({}, ...[...outcomes.value].reverse().map(outcome => outcome.before)) as Outcome['before'])

  function setChoices(choices: { datasets: readonly Dataset[], models: readonly Model[], methods: readonly MethodInfo[], metrics: readonly MetricInfo[], verdicts: readonly VerdictInfo[], editors: readonly EditorInfo[] }): void {
    isLoaded.value = true
    datasets.value = choices.datasets
    models.value = choices.models
    methods.value = choices.methods
    metrics.value = choices.metrics
    verdicts.value = choices.verdicts
    editors.value = choices.editors
    if (!choices.models.some(model => model.id === modelId.value))
      modelId.value = choices.models[0]?.id
    if (!choices.methods.some(method => method.id === methodId.value)) {
      methodId.value = choices.methods[0]?.id
      config.value = schemaDefaults(choices.methods[0]?.configSchema ?? {})
    }
  }

  watch(ownScopes, (own) => {
    if (!own.includes(scope.value))
      scope.value = own[0] ?? 'text'
  })

  /** The newest trained editor that fits the method, the scope and the checkpoint. */
  function editorFor(scopeOf: EditScope): EditorInfo | undefined {
    const fingerprint = models.value.find(one => one.id === modelId.value)?.fingerprint
    const fitting = editors.value.filter(one => one.method === methodId.value && one.scope === scopeOf && one.fingerprint === fingerprint)
    return fitting.sort((a, b) => b.createdAt.localeCompare(a.createdAt))[0]
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

  return { isLoaded, datasets, models, methods, metrics, verdicts, method, ownScopes, editor, editorFor, modelId, methodId, config, scope, seed, showTokens, datasetId, record, position, recordError, outcomes, dataset, isRunning, before, setChoices, begin, change, apply }
})
