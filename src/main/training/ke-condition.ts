/** What Knowledge Editor is told of an edit: "old answer >> new answer || question" (spec §1.1), as tokens in both directions. */

import type { Example, FeedValue, Model } from '../models/model.ts'
import { padded } from './bi-lstm.ts'
import { keInputs } from './ke-network.ts'
import type { KeShape } from './ke-network.ts'

/** @param before what the unedited model answers. */
export const conditionText = (before: string, { question, expected }: Example): string => `${before.trim()} >> ${expected} || ${question.prompt}`

/** Feeds of the network: the tokens' embeddings in the model's table, or their ids for a table of the network's own. */
export async function conditionFeeds(model: Pick<Model, 'tokensOf' | 'embeddingsOf'>, shape: KeShape, text: string): Promise<Record<string, FeedValue>> {
  const ids = model.tokensOf(text).slice(0, shape.tokens)
  if (shape.vocabulary === 0) {
    const { values, width } = await model.embeddingsOf(ids)
    const { sequences, mask } = padded(values, width, shape.tokens)
    return { [keInputs.sequences]: sequences, [keInputs.mask]: mask }
  }
  // Padding looks up row 0, which the mask keeps out.
  const { sequences, mask } = padded(Float32Array.from(ids), 1, shape.tokens)
  const data = BigInt64Array.from(sequences.data as Float32Array, BigInt)
  return { [keInputs.sequences]: { data, dims: [2, shape.tokens] }, [keInputs.mask]: mask }
}
