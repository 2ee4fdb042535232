// Follows one edit from its first event to its last, as changes of its outcome.
import type { Client } from '../../api/client.ts'
import { errorSentence } from '../../lib/error-sentence.ts'
import type { EditPlan } from './lane.ts'
import { foldLabEvent, foldLosses } from './outcome.ts'
import type { Outcome } from './outcome.ts'

export type Change = (patch: (outcome: Outcome) => Outcome) => void

/** Losses are drawn this often: thousands of quick steps drawn one by one would leave no time for a click on Cancel. */
const drawEveryMs = 100

/** What the backend is asked; `onto` is the engine's name of the version underneath. */
export function requestOf({ method, config, editor, ...plan }: EditPlan, onto: string | undefined) {
  return { ...plan, method: { id: method, config: { ...config } }, ...(editor === undefined ? {} : { editor }), ...(onto === undefined ? {} : { onto }) }
}

/** Edits. Never rejects: a failure is the outcome's sentence, an abort its phase. */
export async function streamEdit(client: Client, plan: EditPlan, onto: string | undefined, signal: AbortSignal, change: Change): Promise<void> {
  let losses: number[] = []
  let drawing: ReturnType<typeof setTimeout> | undefined
  const draw = (): void => {
    clearTimeout(drawing)
    drawing = undefined
    const taken = losses
    losses = []
    if (taken.length > 0)
      change(outcome => foldLosses(outcome, taken))
  }
  change(outcome => ({ ...outcome, phase: 'opening' }))
  // A click is answered at once, whatever the engine is in the middle of.
  const stopped = (): void => change(outcome => outcome.phase === 'done' ? outcome : { ...outcome, phase: 'cancelled' })
  signal.addEventListener('abort', stopped, { once: true })
  try {
    for await (const event of await client.lab.edit(requestOf(plan, onto), { signal })) {
      if (signal.aborted)
        break
      if (event.kind === 'step') {
        losses.push(...event.earlier ?? [], event.loss)
        drawing ??= setTimeout(draw, drawEveryMs)
      }
      else {
        draw()
        change(outcome => foldLabEvent(outcome, event))
      }
    }
  }
  catch (reason) {
    if (!signal.aborted)
      change(outcome => ({ ...outcome, phase: 'failed', error: errorSentence(reason) }))
  }
  finally {
    signal.removeEventListener('abort', stopped)
  }
  clearTimeout(drawing)
  if (!signal.aborted)
    draw()
  change((outcome) => {
    if (outcome.phase === 'done' || outcome.phase === 'failed' || outcome.phase === 'cancelled')
      return outcome
    // A stream that ends without `done` was cut off.
    return signal.aborted ? { ...outcome, phase: 'cancelled' } : { ...outcome, phase: 'failed', error: 'The edit ended before it was finished. Try again.' }
  })
}
