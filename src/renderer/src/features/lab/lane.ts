// One edit on the bench: what is edited how, on top of what, and what came of it.
import type { OwnFact } from '@contract/lab.ts'
import type { MethodInfo } from '@contract/methods.ts'
import type { EditScope } from '@contract/models.ts'
import type { EditRecord } from '@contract/records.ts'
import { changedKeys, schemaFields } from '../../lib/schema-fields.ts'
import { emptyOutcome } from './outcome.ts'
import type { Outcome } from './outcome.ts'

export const mostLanes = 4

/** How to edit. */
export interface Setting {
  readonly method: string
  readonly config: Readonly<Record<string, unknown>>
  readonly scope: EditScope
  readonly seed: number
  /** Trained editor, for methods that have one. */
  readonly editor?: string | undefined
}

/** An edit that can be made again. */
export interface EditPlan extends Setting {
  readonly model: string
  readonly dataset: string
  readonly record: string
  readonly fact?: OwnFact | undefined
}

export interface Lane {
  readonly id: string
  readonly plan: EditPlan
  /** Question and target, for lists. */
  readonly question: string
  readonly target: string
  /** The version it goes on top of. */
  readonly onto: string | undefined
  readonly outcome: Outcome
}

let count = 0

export function createLane(plan: EditPlan, record: EditRecord, onto: string | undefined): Lane {
  const { prompt, expected } = plan.fact ?? record.edit
  return { id: `lane-${++count}`, plan, question: prompt, target: expected, onto, outcome: emptyOutcome(plan.scope) }
}

/** `Steps 20, Learning rate 0.01`: the settings that are not the method's own. */
export function changedSettings({ config }: Pick<Setting, 'config'>, method: Pick<MethodInfo, 'configSchema'> | undefined): string[] {
  const fields = schemaFields(method?.configSchema ?? {})
  const changed = new Set(changedKeys(fields, config))
  return fields.filter(({ key }) => changed.has(key)).map(({ key, label }) => `${label} ${typeof config[key] === 'string' ? config[key] : JSON.stringify(config[key])}`)
}

/** The record as it is edited: with the user's own fact in its place, and then only the probes about something else. */
export function editedRecord(record: EditRecord, fact: OwnFact | undefined): EditRecord {
  if (!fact)
    return record
  const { unrelatedText, unrelatedImage } = record.probes
  const hash = /^[0-9a-f]{64}$/.test(fact.image ?? '') ? fact.image : undefined
  return {
    ...record,
    stated: '',
    edit: { prompt: fact.prompt, expected: fact.expected, form: fact.form, ...(fact.image === undefined ? {} : { image: { root: 'own', path: fact.image, ...(hash === undefined ? {} : { hash: hash as never }) } }) },
    probes: { ...(unrelatedText ? { unrelatedText } : {}), ...(unrelatedImage ? { unrelatedImage } : {}) },
  }
}
