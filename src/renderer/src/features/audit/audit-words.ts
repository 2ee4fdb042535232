// The words of an audit: what is asked about each kind of probe, the guidelines that hold until somebody writes others, names of decisions.
import type { AuditSettings, Choice, Decision } from '@contract/decisions.ts'
import type { ProbeKind } from '@contract/records.ts'

export const defaultQuestions: Readonly<Record<ProbeKind, string>> = {
  textRephrase: 'Does the rephrased question still ask for the same fact?',
  imageRephrase: 'Does the rephrased picture still show the fact that the question is about?',
  unrelatedText: 'Is this question truly independent of the edited fact?',
  unrelatedImage: 'Are this picture and question truly independent of the edited fact?',
  portability: 'Does the answer to this question follow from the edited fact?',
}

const guidelines: Readonly<Record<ProbeKind, string>> = {
  textRephrase: `Keep it if somebody who knows the edited fact would give the target as the answer, in other words or a cruder style.
Reject it if it asks for something else, names the answer, cannot be understood, or has another correct answer.
Fix it if a small change of wording makes it ask for the same fact: correct the text and leave its style alone.
Choose unsure if it can be read both ways and nothing in the picture settles it.`,
  imageRephrase: `Keep it if the question can be answered with the target from this picture alone. Another style, angle or background is what a rephrase is for.
Reject it if what the question is about is missing, hidden, changed or several times there, or if the picture cannot be made out.
Fix it by giving another picture that shows the fact; the rephrased one stays where it is.
Choose unsure if you would have to know the original to see the fact here.`,
  unrelatedText: `Keep it if a model that learnt the edited fact should answer this exactly as before.
Reject it if it is about the same entity, if the edited fact changes its answer, or if its reference answer is wrong.
Fix it if a small change of wording makes it independent.`,
  unrelatedImage: `Keep it if a model that learnt the edited fact should answer this picture's question exactly as before.
Reject it if the picture shows the edited thing, if the edited fact changes the answer, or if the reference answer is wrong.
Fix it by another question or picture that has nothing to do with the edit.`,
  portability: `Keep it if its answer follows from the edited fact and from what everybody may be expected to know.
Reject it if the answer does not follow, is wrong, or can be had without the edited fact.
Fix it if a small change of wording makes it follow.`,
}

/** What the annotator is asked about a probe of this kind. */
export function questionFor(settings: Pick<AuditSettings, 'questions'> | undefined, kind: ProbeKind): string {
  const own = settings?.questions[kind]?.trim()
  return own === undefined || own === '' ? defaultQuestions[kind] : own
}

/** The audit's own guidelines, or the workbench's for this kind. */
export function guidelinesFor(settings: Pick<AuditSettings, 'guidelines'> | undefined, kind: ProbeKind): string {
  const own = settings?.guidelines.trim() ?? ''
  return own === '' ? guidelines[kind] : own
}

export const choiceWords: Readonly<Record<Choice, { readonly label: string, readonly done: string, readonly help: string }>> = {
  keep: { label: 'Keep', done: 'Kept', help: 'It is fair: it counts' },
  reject: { label: 'Reject', done: 'Rejected', help: 'It is not fair: it leaves the numbers' },
  fix: { label: 'Fix', done: 'Fixed', help: 'Say what should stand in its place' },
  unsure: { label: 'Unsure', done: 'Unsure', help: 'You cannot tell: it counts, and others decide' },
}

/** Kept; Rejected: Meaning changed; Fixed. '' if nothing was decided. */
export function sayDecision({ decision, reason }: Pick<Decision, 'decision' | 'reason'>, reasons: AuditSettings['reasons']): string {
  if (decision === 'none')
    return ''
  const label = reason === undefined ? undefined : reasons.find(({ id }) => id === reason)?.label ?? reason
  return label === undefined ? choiceWords[decision].done : `${choiceWords[decision].done}: ${label}`
}
