// The form of a new run: what there is to choose from, what follows from a choice, and the start.
import { computed, reactive, ref, watch } from 'vue'
import type { ComputedRef, Ref } from 'vue'
import type { EditorInfo } from '@contract/editors.ts'
import type { MethodInfo } from '@contract/methods.ts'
import type { Run, RunPlan } from '@contract/runs.ts'
import { useClient } from '../../api/client.ts'
import { useAsked } from '../../api/use-asked.ts'
import { errorSentence } from '../../lib/error-sentence.ts'
import { formatInteger } from '../../lib/format.ts'
import { schemaDefaults } from '../../lib/schema-fields.ts'
import { emptyDraft, fittingEditors, planOf, startDataset } from './new-run.ts'
import type { Draft, RunPreset } from './new-run.ts'

export interface NewRun {
  readonly draft: Draft
  readonly methods: ComputedRef<readonly MethodInfo[]>
  readonly method: ComputedRef<MethodInfo | undefined>
  readonly models: ComputedRef<{ label: string, value: string }[]>
  readonly datasets: ComputedRef<{ label: string, value: string }[]>
  readonly recordCount: ComputedRef<number | undefined>
  readonly editors: ComputedRef<EditorInfo[]>
  readonly canTrain: ComputedRef<boolean>
  /** Why no run can be planned at all, or why the choices could not be loaded. */
  readonly missing: ComputedRef<string | undefined>
  readonly loadError: Ref<string | undefined>
  readonly reload: () => Promise<void>
  readonly isLoaded: ComputedRef<boolean>
  readonly error: Ref<string | undefined>
  readonly isStarting: Ref<boolean>
  readonly setKind: (kind: RunPlan['kind']) => void
  readonly start: () => Promise<Run | undefined>
}

export function useNewRun(show: Ref<boolean>, preset: () => RunPreset | undefined): NewRun {
  const client = useClient()
  const choices = useAsked(async () => {
    const [models, datasets, methods, editors] = await Promise.all([client.models.list(), client.datasets.list(), client.methods.list(), client.editors.list()])
    return { models, datasets, methods, editors }
  }, [show])
  const draft = reactive(emptyDraft())
  // A dialog may be open from the start: another view has sent what to plan.
  let isAwaitingLists = show.value
  const isStarting = ref(false)
  const error = ref<string>()

  const loaded = choices.data
  /** A training needs a method that trains. */
  const methods = computed(() => (loaded.value?.methods ?? []).filter(one => draft.kind === 'score' || one.trainingSchema !== undefined))
  const method = computed(() => methods.value.find(one => one.id === draft.method))
  const models = computed(() => (loaded.value?.models ?? []).map(one => ({ label: one.name, value: one.id as string })))
  const datasets = computed(() => (loaded.value?.datasets ?? []).map(one => ({ label: `${one.name} (${formatInteger(one.recordCount)})`, value: one.id as string })))
  const recordCount = computed(() => loaded.value?.datasets.find(one => one.id === draft.dataset)?.recordCount)
  const fingerprint = computed(() => loaded.value?.models.find(one => one.id === draft.model)?.fingerprint)
  const editors = computed(() => fittingEditors(loaded.value?.editors ?? [], draft.method, draft.scope, fingerprint.value))
  const canTrain = computed(() => (loaded.value?.methods ?? []).some(one => one.trainingSchema !== undefined))
  const missing = computed(() => {
    if (!loaded.value)
      return undefined
    if (models.value.length === 0)
      return 'This study has no model yet. Open one with the Models button at the top.'
    return datasets.value.length === 0 ? 'This study has no dataset yet. Import one in Datasets.' : undefined
  })

  function chooseMethod(id: string | undefined): void {
    draft.method = id
    draft.config = schemaDefaults(methods.value.find(one => one.id === id)?.configSchema ?? {})
  }

  function setKind(kind: RunPlan['kind']): void {
    if (draft.kind === kind)
      return
    draft.kind = kind
    draft.limit = undefined
    draft.dataset = startDataset(kind, loaded.value?.datasets ?? [])
    if (!method.value)
      chooseMethod(methods.value[0]?.id)
  }

  /** What the dialog was opened for; once more when the fresh lists are there, because they may have what was just trained. */
  function applyPreset({ kind, method: id, config, scope, seed, editor, model, dataset }: RunPreset): void {
    if (kind !== undefined)
      setKind(kind)
    if (id !== undefined && draft.method !== id && methods.value.some(one => one.id === id))
      chooseMethod(id)
    if (config !== undefined && draft.method === id)
      draft.config = { ...draft.config, ...config }
    draft.scope = scope ?? draft.scope
    draft.seed = seed ?? draft.seed
    draft.dataset = dataset ?? draft.dataset
    const trainedOn = loaded.value?.editors.find(one => one.id === editor)?.fingerprint
    draft.model = model ?? loaded.value?.models.find(one => one.fingerprint === trainedOn)?.id ?? draft.model
    draft.editor = editor ?? editors.value[0]?.id
  }

  async function start(): Promise<Run | undefined> {
    const plan = planOf(draft, method.value)
    if (!plan)
      return undefined
    isStarting.value = true
    error.value = undefined
    try {
      return await client.runs.start(plan)
    }
    catch (reason) {
      error.value = errorSentence(reason)
      return undefined
    }
    finally {
      isStarting.value = false
    }
  }

  watch(loaded, (now) => {
    if (!now)
      return
    draft.model ??= now.models[0]?.id
    draft.dataset ??= startDataset(draft.kind, now.datasets)
    if (draft.method === undefined)
      chooseMethod(methods.value[0]?.id)
  })
  watch([show, loaded], ([isShown], [wasShown]) => {
    const isFresh = isShown && !wasShown
    if (isShown && (isFresh || isAwaitingLists))
      applyPreset(preset() ?? {})
    isAwaitingLists = isFresh
    if (!isShown)
      error.value = undefined
  })
  watch(() => method.value?.id, () => {
    const now = method.value
    draft.training = schemaDefaults(now?.trainingSchema ?? {})
    if (now?.scopes?.includes(draft.scope) === false)
      draft.scope = now.scopes[0] ?? draft.scope
    if ((draft.protocol === 'batch' && now?.batch !== true) || (draft.protocol === 'sequential' && now?.chain !== true))
      draft.protocol = 'single'
  })
  // The newest editor that fits, unless the chosen one does.
  watch(editors, (fitting) => {
    if (!fitting.some(editor => editor.id === draft.editor))
      draft.editor = fitting[0]?.id
  }, { immediate: true })
  // A refused plan is changed and tried again: the sentence is about the old one.
  watch(draft, () => {
    error.value = undefined
  })

  return { draft, methods, method, models, datasets, recordCount, editors, canTrain, missing, loadError: choices.error, reload: choices.ask, isLoaded: computed(() => loaded.value !== undefined), error, isStarting, setKind, start }
}
