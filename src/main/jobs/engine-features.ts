// What records are compared by: the mean of what the language model is shown of a picture, or the model's own features of a text.
import { throwIfAborted, yieldToEvents } from '../base/async.ts'
import { messageOf } from '../base/errors.ts'
import type { Model } from '../models/model.ts'
import { meanRow } from '../models/pooling.ts'
import { normalised, ownTextEncoder } from '../models/text-encoder.ts'
import type { JobOf } from './protocol.ts'
import type { JobContext } from './serve-jobs.ts'

// Texts between two looks at the signal.
const chunk = 32

/** One event an item, in order: its feature [width] of length 1, or why it has none. */
export async function computeFeatures(model: Model, { by, items }: JobOf<'features'>, { report, signal }: JobContext<'features'>): Promise<null> {
  const failed = (at: number) => (error: unknown): void => report({ kind: 'unreadable', at, reason: messageOf(error) })
  if (by === 'image') {
    for (const [at, file] of items.entries()) {
      throwIfAborted(signal)
      await model.look(file).then(({ values, rows, width }) => report({ kind: 'feature', at, values: normalised(meanRow(values, rows, width)) }), failed(at))
      await yieldToEvents()
    }
    return null
  }
  const encoder = ownTextEncoder(model)
  for (let from = 0; from < items.length; from += chunk) {
    throwIfAborted(signal)
    const vectors = await encoder.embedAll(items.slice(from, from + chunk))
    vectors.forEach((values, i) => report({ kind: 'feature', at: from + i, values }))
    await yieldToEvents()
  }
  return null
}
