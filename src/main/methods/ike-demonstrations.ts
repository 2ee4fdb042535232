// IKE's text: a new fact, and how it bears on a question (spec §3.6). No pictures; every prompt as the model reads it.
import type { EditRecord, Probe } from '../../preload/contract/records.ts'

/** What is to be believed: the edited question, as the model reads it, and its new answer. */
export interface Fact {
  readonly prompt: string
  readonly answer: string
}

/** A question or probe as the model reads it. */
export type PromptOf = (question: Pick<Probe, 'prompt' | 'form'>) => string

/** The text in front of an answer. */
export const asked = (fact: Fact, prompt: string): string => `New Fact: ${fact.prompt} ${fact.answer}\nPrompt: ${prompt}`

/** One finished demonstration. */
export const shown = (fact: Fact, prompt: string, answer: string): string => `${asked(fact, prompt)} ${answer}\n\n`

/** The fact asked for in its own words: every fact's first demonstration, and what similar ones are searched by. */
export const copied = (fact: Fact): string => shown(fact, fact.prompt, fact.answer)

/** Copy, update (the rephrased question) and retain (an unrelated one), as far as the record has the probes. */
export function demonstrationsOf({ edit, probes }: Pick<EditRecord, 'edit' | 'probes'>, promptOf: PromptOf): string[] {
  const fact: Fact = { prompt: promptOf(edit), answer: edit.expected }
  const others = [probes.textRephrase?.[0], probes.unrelatedText?.[0]].filter(probe => probe !== undefined)
  return [copied(fact), ...others.map(probe => shown(fact, promptOf(probe), probe.expected))]
}
