// Which records a training validates on: drawn once from the seed, the same ones on every resume.
import { createRandom } from '../base/random.ts'

/**
 * Keeps `count` items apart: the last of a shuffle by the seed. Both parts stay in their order.
 * Throws a sentence when nothing would be left to train on.
 */
export function splitForValidation<T>(items: readonly T[], count: number, seed: number): { training: T[], validation: T[] } {
  if (items.length <= count)
    throw new Error(`There are ${items.length} records to train on, and ${count} of them are to be kept for validation. Lower --training.validation-records or take more records.`)
  const kept = new Set(createRandom(seed).fork('validation').shuffle([...items.keys()]).slice(items.length - count))
  return { training: items.filter((_, i) => !kept.has(i)), validation: items.filter((_, i) => kept.has(i)) }
}
