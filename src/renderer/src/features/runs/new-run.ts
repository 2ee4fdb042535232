// What the form of a new run offers and what it sends: no widgets, no questions to the backend.
import type { Dataset } from '@contract/datasets.ts'
import type { EditorInfo } from '@contract/editors.ts'
import type { MethodInfo } from '@contract/methods.ts'
import type { EditScope, ProviderChoice } from '@contract/models.ts'
import type { Protocol, RunPlan } from '@contract/runs.ts'
import { formatCount, formatDate } from '../../lib/format.ts'
import { preferredDataset } from '../../lib/preferred-dataset.ts'
import { changedKeys, schemaFields } from '../../lib/schema-fields.ts'

export interface Draft {
  kind: RunPlan['kind']
  model: string | undefined
  dataset: string | undefined
  alsoFrom: string[]
  method: string | undefined
  config: Record<string, unknown>
  scope: EditScope
  protocol: Protocol
  group: number
  memory: string | undefined
  editor: string | undefined
  training: Record<string, unknown>
  limit: number | undefined
  seed: number
  provider: ProviderChoice
  name: string
}

/** What another place already knows about the run that is to be planned. */
export interface RunPreset extends Partial<Pick<RunPlan, 'kind' | 'scope' | 'seed'>> {
  readonly method?: string
  readonly config?: Readonly<Record<string, unknown>>
  readonly editor?: string
  readonly model?: string
  readonly dataset?: string
}

/** The address of another view says what to plan (`?plan={…}`); undefined for anything else. What has the wrong form is left out. */
export function presetOf(query: unknown): RunPreset | undefined {
  let said: unknown
  try {
    said = typeof query === 'string' ? JSON.parse(query) : undefined
  }
  catch {
    return undefined
  }
  if (typeof said !== 'object' || said === null || Array.isArray(said))
    return undefined
  const { kind, scope, seed, config, ...rest } = said as Record<string, unknown>
  const texts = Object.fromEntries((['method', 'editor', 'model', 'dataset'] as const).flatMap(key => typeof rest[key] === 'string' ? [[key, rest[key]]] : []))
  return {
    ...texts,
    ...(kind === 'score' || kind === 'train' ? { kind } : {}),
    ...(scope === 'text' || scope === 'vision' || scope === 'both' ? { scope } : {}),
    ...(typeof seed === 'number' && Number.isInteger(seed) && seed >= 0 ? { seed } : {}),
    ...(typeof config === 'object' && config !== null && !Array.isArray(config) ? { config: config as Record<string, unknown> } : {}),
  }
}

export const emptyDraft = (): Draft => ({
  kind: 'score', model: undefined, dataset: undefined, alsoFrom: [], method: undefined, config: {}, scope: 'text', protocol: 'single', group: 1,
  memory: undefined, editor: undefined, training: {}, limit: undefined, seed: 0, provider: 'auto', name: '',
})

export const protocolTexts: Readonly<Record<Protocol, { readonly label: string, readonly text: string, readonly group: string }>> = {
  single: { label: 'Single', text: 'Each record is edited into the unedited model, scored, and undone before the next one.', group: '' },
  batch: { label: 'Batch', text: 'Several records are edited at once, in one edit; then each of them is scored, and the edit is undone.', group: 'Records in one edit' },
  sequential: { label: 'Sequential', text: 'Edits stay: each is made on top of all earlier ones. Earlier edits are asked again on the way, so that forgetting shows.', group: 'Edits between two scorings' },
}

export interface ProtocolChoice { readonly value: Protocol, readonly label: string, readonly title: string, readonly disabled: boolean }

/** The three protocols; one that the method cannot follow is off, with the method's own reason. */
export function protocolChoices(method: Pick<MethodInfo, 'batch' | 'chain'> | undefined): ProtocolChoice[] {
  const reasons: Record<Protocol, true | string> = { single: true, batch: method?.batch ?? true, sequential: method?.chain ?? true }
  return (['single', 'batch', 'sequential'] as const).map((value) => {
    const reason = reasons[value]
    return { value, label: protocolTexts[value].label, title: reason === true ? protocolTexts[value].text : reason, disabled: reason !== true }
  })
}

export interface ScopeChoice { readonly value: EditScope, readonly label: string, readonly colour: string, readonly title: string, readonly disabled: boolean }

const scopeTexts = { text: ['Text', 'the language model only'], vision: ['Vision', 'the vision module only'], both: ['Both', 'both modules together'] } as const

/** The scopes that the method is made for; the others are off. */
export function scopeChoices(method: Pick<MethodInfo, 'label' | 'scopes'> | undefined): ScopeChoice[] {
  return (['text', 'vision', 'both'] as const).map((value) => {
    const [label, what] = scopeTexts[value]
    const disabled = method?.scopes?.includes(value) === false
    return { value, label, colour: `var(--scope-${value})`, title: disabled ? `${method?.label ?? 'The method'} is not made for ${what}.` : `Change ${what}`, disabled }
  })
}

/** Trained editors of a method and scope that fit the checkpoint, newest first. */
export function fittingEditors(editors: readonly EditorInfo[], method: string | undefined, scope: EditScope, fingerprint: string | undefined): EditorInfo[] {
  return editors
    .filter(editor => editor.method === method && editor.scope === scope && (fingerprint === undefined || editor.fingerprint === fingerprint))
    .sort((a, b) => b.createdAt.localeCompare(a.createdAt) || b.id.localeCompare(a.id))
}

export function editorLabel({ steps, datasets, createdAt }: EditorInfo): string {
  return `${formatCount(steps, 'step')} on ${datasets.join(' and ')}, ${formatDate(createdAt)}`
}

/** Before anyone chose: records to evaluate for scoring, records to learn from for training. */
export function startDataset(kind: RunPlan['kind'], datasets: readonly Pick<Dataset, 'id' | 'task'>[]): string | undefined {
  const train = datasets.filter(one => /train/.test(one.id))
  return kind === 'train' && train.length > 0 ? preferredDataset(train) : preferredDataset(datasets)
}

/** What `runs.start` is asked with; undefined while something necessary is not chosen. */
export function planOf(draft: Draft, method: MethodInfo | undefined): StartPlan | undefined {
  const { kind, model, dataset, scope, seed, provider, limit, protocol, group, memory, editor } = draft
  if (model === undefined || dataset === undefined || !method || draft.method === undefined)
    return undefined
  const name = draft.name.trim()
  const isTraining = kind === 'train'
  return {
    kind, model, dataset, method: { id: draft.method, config: draft.config }, scope, seed, provider,
    ...(isTraining
      ? { training: draft.training, alsoFrom: draft.alsoFrom.filter(id => id !== dataset) }
      : { protocol, group: protocol === 'single' ? 1 : group, ...(memory === undefined ? {} : { memory }), ...(editor === undefined || !method.trainingSchema ? {} : { editor }) }),
    ...(limit === undefined ? {} : { limit }),
    ...(name === '' ? {} : { name }),
  }
}

export type StartPlan = Pick<RunPlan, 'kind' | 'method' | 'scope' | 'seed' | 'provider'> & { model: string, dataset: string }
  & Partial<Pick<RunPlan, 'training' | 'protocol' | 'group' | 'limit' | 'name'>> & { alsoFrom?: string[], memory?: string, editor?: string }

/** How many settings of a form are not the default. */
export const changedCount = (schema: Readonly<Record<string, unknown>> | undefined, values: Readonly<Record<string, unknown>>): number =>
  schema ? changedKeys(schemaFields(schema), values).length : 0
