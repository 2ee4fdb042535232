// Prompts that give the answer away: the expected answer stands in them word for word.
import { defineCheck } from './check.ts'
import type { Found } from './check.ts'
import { eachRecord, probesOf } from './walk.ts'
import { holdsWords, isCommonWord, plainText, quoted } from './words.ts'

export const targetInPrompt = defineCheck({
  id: 'target-in-prompt',
  label: 'Target contained in the prompt',
  summary: 'The expected answer stands in the prompt as whole words. Questions that offer a choice ("… or …") and answers of common words only (yes, left, in) are left alone.',
  severity: 'likely',
  needsModel: false,
  version: 1,
  async run(input) {
    const findings = await eachRecord(input, (record) => {
      const { id, edit } = record
      const found: Found[] = givesAway(edit.prompt, edit.expected) ? [{ record: id, sentence: `The edit's prompt contains the target ${quoted(edit.expected)}: ${quoted(edit.prompt)}.` }] : []
      for (const { kind, index, probe } of probesOf(record, ['textRephrase', 'imageRephrase', 'portability'])) {
        // What the edit itself is found for need not be said again of a probe with its words.
        const isSaid = found.length > 0 && probe.prompt === edit.prompt && probe.expected === edit.expected && found[0]?.kind === undefined
        if (!isSaid && givesAway(probe.prompt, probe.expected))
          found.push({ record: id, kind, index, sentence: `The prompt contains the ${kind === 'portability' ? 'expected answer' : 'target'} ${quoted(probe.expected)}: ${quoted(probe.prompt)}.` })
      }
      return found
    })
    return { findings, notes: [] }
  },
})

/** A choice is offered with its answer in it; that is how such questions are. */
function givesAway(prompt: string, expected: string): boolean {
  const answer = plainText(expected)
  const plain = plainText(prompt)
  return holdsWords(plain, answer) && !holdsWords(plain, 'or') && !answer.split(' ').every(isCommonWord)
}
