// What one edit has told so far, folded from its events.
import type { AnswerView } from '@contract/answers.ts'
import type { LabEvent } from '@contract/lab.ts'
import type { Verdict } from '@contract/methods.ts'
import type { EditScope, ProviderReport } from '@contract/models.ts'
import type { Cost, Scores } from '@contract/runs.ts'
import { formatCount } from '../../lib/format.ts'
import { partId } from '../../lib/probes.ts'

export type Phase = 'waiting' | 'opening' | 'replaying' | 'asking' | 'editing' | 'checking' | 'done' | 'failed' | 'cancelled' | 'undone'

/** Part id (`edit-0`, `portability-1`) → answer. */
export type Answers = Readonly<Record<string, AnswerView>>
/** An edit underneath, asked again on top of this one. */
export type Retained = Omit<Extract<LabEvent, { kind: 'retained' }>, 'kind'>

export interface Outcome {
  readonly scope: EditScope
  readonly phase: Phase
  readonly losses: readonly number[]
  /** Of the unedited model. */
  readonly before: Answers
  /** Of the version that this edit went on top of, where there is one. */
  readonly under: Answers
  readonly after: Answers
  readonly scores: Scores
  readonly provider: ProviderReport | undefined
  readonly edit: string | undefined
  readonly elapsedMs: number | undefined
  readonly changed: Extract<LabEvent, { kind: 'done' }>['changed']
  readonly notes: readonly string[]
  readonly verdict: Verdict | undefined
  readonly cost: Cost | undefined
  readonly retained: readonly Retained[]
  /** Edits underneath that were made again first. */
  readonly replayed: number
  readonly error: string | undefined
}

export function emptyOutcome(scope: EditScope): Outcome {
  return {
    scope, phase: 'waiting', losses: [], before: {}, under: {}, after: {}, scores: {}, provider: undefined, edit: undefined, elapsedMs: undefined, changed: [], notes: [],
    verdict: undefined, cost: undefined, retained: [], replayed: 0, error: undefined,
  }
}

/** The outcome after some more steps. */
export const foldLosses = (outcome: Outcome, losses: readonly number[]): Outcome => ({ ...outcome, phase: 'editing', losses: [...outcome.losses, ...losses] })

/** The outcome after one more event; the old one is left as it was. */
export function foldLabEvent(outcome: Outcome, event: LabEvent): Outcome {
  switch (event.kind) {
    case 'opened':
      return { ...outcome, phase: 'asking', provider: event.provider }
    case 'replaying':
      return { ...outcome, phase: 'replaying', replayed: event.edits }
    case 'before': {
      const id = partId(event.probe.kind, event.probe.index)
      return { ...outcome, phase: 'asking', before: { ...outcome.before, [id]: event.answer }, ...(event.under ? { under: { ...outcome.under, [id]: event.under } } : {}) }
    }
    case 'step':
      return foldLosses(outcome, [...event.earlier ?? [], event.loss])
    case 'after':
      return { ...outcome, phase: 'checking', after: { ...outcome.after, [partId(event.probe.kind, event.probe.index)]: event.answer } }
    case 'scored':
      return { ...outcome, phase: 'checking', scores: event.scores }
    case 'retained':
      return { ...outcome, phase: 'checking', retained: [...outcome.retained, { edit: event.edit, record: event.record, question: event.question, answer: event.answer }] }
    case 'done':
      return { ...outcome, phase: 'done', edit: event.edit, elapsedMs: event.elapsedMs, changed: event.changed, notes: event.notes ?? [], verdict: event.verdict, cost: event.cost }
  }
}

export function isBusy(outcome: Outcome): boolean {
  return ['waiting', 'opening', 'replaying', 'asking', 'editing', 'checking'].includes(outcome.phase)
}

const phaseLabels: Readonly<Record<Exclude<Phase, 'replaying'>, string>> = {
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

export const phaseLabel = ({ phase, replayed }: Pick<Outcome, 'phase' | 'replayed'>): string =>
  phase === 'replaying' ? `Replaying ${formatCount(replayed, 'edit')} underneath` : phaseLabels[phase]
