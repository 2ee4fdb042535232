// Questions to the unedited model, one after the other; what runs have asked before is found and not asked again.
import { throwIfAborted } from '../base/async.ts'
import { messageOf } from '../base/errors.ts'
import { sameText } from '../metrics/normalise-text.ts'
import type { BaseAnswers } from '../runs/base-answers.ts'
import type { JobOf } from './protocol.ts'
import type { JobContext } from './serve-jobs.ts'

/** One event a question, in order. A question that cannot be answered (its picture is gone) does not stop the others. */
export async function answerQuestions({ questions }: JobOf<'ask'>, base: Pick<BaseAnswers, 'answer'>, { report, signal }: JobContext<'ask'>): Promise<null> {
  for (const [at, { image, ...question }] of questions.entries()) {
    throwIfAborted(signal)
    try {
      // A question's picture is a path already.
      const { generated: { text } } = await base.answer({ ...question, ...(image === undefined ? {} : { image: { root: '', path: image } }) }, signal)
      report({ at, text, isRight: sameText(text, question.expected) })
    }
    catch (error) {
      throwIfAborted(signal)
      report({ at, reason: messageOf(error) })
    }
  }
  return null
}
