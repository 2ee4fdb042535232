// Which record an iteration of a training uses: every record once an epoch, in an order of its own each time.
import type { Random } from '../base/random.ts'

const orders = new WeakMap<Random, { readonly epoch: number, readonly count: number, readonly order: readonly number[] }>()

/**
 * The place in 0 … count−1 of the record that iteration `iteration` (from 0) uses. It depends on the seed, the iteration and the count
 * alone, not on what was drawn before, so a resumed training goes on in the same order.
 */
export function recordAt(random: Random, iteration: number, count: number): number {
  if (count < 1)
    throw new Error('There are no records to learn from. Choose a dataset with train records.')
  const epoch = Math.floor(iteration / count)
  let known = orders.get(random)
  if (known?.epoch !== epoch || known.count !== count) {
    known = { epoch, count, order: random.fork(`epoch ${epoch}`).shuffle(Array.from({ length: count }, (_, i) => i)) }
    orders.set(random, known)
  }
  return known.order[iteration % count]!
}
