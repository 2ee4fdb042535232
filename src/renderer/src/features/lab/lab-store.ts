// The Lab's bench: which record, and how it is to be edited.
import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import type { Dataset } from '@contract/datasets.ts'
import type { EditorInfo } from '@contract/editors.ts'
import type { MethodInfo, MetricInfo, VerdictInfo } from '@contract/methods.ts'
import type { EditScope, Model } from '@contract/models.ts'
import type { EditRecord } from '@contract/records.ts'
import { schemaDefaults } from '../../lib/schema-fields.ts'
import type { Setting } from './lane.ts'

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

  const method = computed(() => methods.value.find(one => one.id === methodId.value))
  /** What the method is made for, in the order of the buttons. */
  const ownScopes = computed(() => scopes.filter(one => method.value?.scopes?.includes(one) !== false))
  /** A method that is trained edits only where an editor was trained; undefined: it needs none. */
  const editor = computed(() => method.value?.trainingSchema ? editorFor(scope.value, methodId.value) ?? 'none' : undefined)
  const dataset = computed(() => datasets.value.find(one => one.id === datasetId.value))

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
  function editorFor(scopeOf: EditScope, methodOf: string | undefined): EditorInfo | undefined {
    const fingerprint = models.value.find(one => one.id === modelId.value)?.fingerprint
    const fitting = editors.value.filter(one => one.method === methodOf && one.scope === scopeOf && one.fingerprint === fingerprint)
    return fitting.sort((a, b) => b.createdAt.localeCompare(a.createdAt))[0]
  }

  /** The settings of the form with another scope. */
  function settingWith(scopeOf: EditScope): Setting | undefined {
    return methodId.value === undefined ? undefined : { method: methodId.value, config: config.value, scope: scopeOf, seed: seed.value, editor: editorFor(scopeOf, methodId.value)?.id }
  }

  /** Another method with its own settings; the form's, where it is the one in the form. The form's scope, if the method has it. */
  function settingOf(id: string): Setting {
    const info = methods.value.find(one => one.id === id)
    const scopeOf = info?.scopes?.includes(scope.value) === false ? info.scopes[0] ?? scope.value : scope.value
    return { method: id, config: id === methodId.value ? config.value : schemaDefaults(info?.configSchema ?? {}), scope: scopeOf, seed: seed.value, editor: editorFor(scopeOf, id)?.id }
  }

  return { isLoaded, datasets, models, methods, metrics, verdicts, method, ownScopes, editor, editorFor, settingWith, settingOf, modelId, methodId, config, scope, seed, showTokens, datasetId, record, position, recordError, dataset, setChoices }
})
