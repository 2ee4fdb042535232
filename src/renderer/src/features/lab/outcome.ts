// What one edit has told so far, folded from its events.
import type { AnswerView } from '@contract/answers.ts'
import type { LabEvent } from '@contract/lab.ts'
import type { Verdict } from '@contract/methods.ts'
import type { EditScope, ProviderReport } from '@contract/models.ts'
import type { Cost, Scores } from '@contract/runs.ts'
import { partId } from '../../lib/probes.ts'

export type Phase = 'waiting' | 'opening' | 'asking' | 'editing' | 'checking' | 'done' | 'failed' | 'cancelled' | 'undone'

export interface Outcome {
  readonly scope: EditScope
  readonly phase: Phase
  readonly losses: readonly number[]
  /** Part id (`edit-0`, `portability-1`) → answer. */
  readonly before: Readonly<Record<string, AnswerView>>
  readonly after: Readonly<Record<string, AnswerView>>
  readonly scores: Scores
  readonly provider: ProviderReport | undefined
  readonly edit: string | undefined
  readonly elapsedMs: number | undefined
  readonly changed: Extract<LabEvent, { kind: 'done' }>['changed']
  readonly notes: readonly string[]
  readonly verdict: Verdict | undefined
  readonly cost: Cost | undefined
  readonly error: string | undefined
}

export function emptyOutcome(scope: EditScope): Outcome {
  return { scope, phase: 'waiting', losses: [], before: {}, after: {}, scores: {}, provider: undefined, edit: undefined, elapsedMs: undefined, changed: [], notes: [], verdict: undefined, cost: undefined, error: undefined }
}

/** The outcome after some more steps. */
export const foldLosses = (outcome: Outcome, losses: readonly number[]): Outcome => ({ ...outcome, phase: 'editing', losses: [...outcome.losses, ...losses] })

/** The outcome after one more event; the old one is left as it was. */
export function foldLabEvent(outcome: Outcome, event: LabEvent): Outcome {
  switch (event.kind) {
    case 'opened':
      return { ...outcome, phase: 'asking', provider: event.provider }
    case 'before':
      return { ...outcome, phase: 'asking', before: { ...outcome.before, [partId(event.probe.kind, event.probe.index)]: event.answer } }
    case 'step':
      return foldLosses(outcome, [event.loss])
    case 'after':
      return { ...outcome, phase: 'checking', after: { ...outcome.after, [partId(event.probe.kind, event.probe.index)]: event.answer } }
    case 'scored':
      return { ...outcome, phase: 'checking', scores: event.scores }
    case 'done':
      return { ...outcome, phase: 'done', edit: event.edit, elapsedMs: event.elapsedMs, changed: event.changed, notes: event.notes ?? [], verdict: event.verdict, cost: event.cost }
  }
}

export function isBusy(outcome: Outcome): boolean {
  return ['waiting', 'opening', 'asking', 'editing', 'checking'].includes(outcome.phase)
}

export const phaseLabels: Readonly<Record<Phase, string>> = {
  waiting: 'Waiting',
  opening: 'Opening the model',
  asking: 'Asking before the edit',
  editing: 'Editing',
  checking: 'Asking after the edit',
  done: 'Done',
  failed: 'Failed',
  cancelled: 'Cancelled',
  undone: 'Undone',
}
