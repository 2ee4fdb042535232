// What checks ask of the opened model: features of pictures (kept with those that neighbours are found by) and the unedited answers.
import { join } from 'node:path'
import type { ProviderChoice } from '../../preload/contract/models.ts'
import type { Probe } from '../../preload/contract/records.ts'
import type { CheckedDataset, CheckModel } from '../checks/check.ts'
import { openFeatureStore } from './feature-store.ts'
import type { ComputeFeatures, Content } from './feature-store.ts'
import type { Lab } from './lab.ts'
import type { Asked } from './protocol.ts'

export interface CheckModelOptions {
  readonly lab: Pick<Lab, 'stream'>
  /** Id or folder. */
  readonly model: string
  readonly fingerprint: string
  readonly provider: ProviderChoice
  /** Features are kept here, under the model's fingerprint. */
  readonly folder: string
  readonly dataset: CheckedDataset
  readonly hashOf: (path: string) => Promise<string | undefined>
  readonly signal: AbortSignal
}

// Questions of one job: between two of them the engine may serve somebody else.
const askedAtOnce = 24

export function createCheckModel({ lab, model, fingerprint, provider, folder, dataset, hashOf, signal }: CheckModelOptions): CheckModel {
  const compute: ComputeFeatures = async function* (items, stop) {
    for await (const event of lab.stream<'features'>(model, provider, () => ({ kind: 'features', by: 'image', items: [...items] }), stop))
      yield event
  }

  async function* ask(probes: readonly Probe[]): AsyncGenerator<Asked> {
    const questions = await Promise.all(probes.map(async ({ prompt, form, image, expected }) => {
      const found = image && await dataset.pictureOf(image)
      // A question whose picture is gone is not asked without it.
      return found && 'reason' in found ? undefined : { prompt, form, expected, ...(found ? { image: found.path } : {}) }
    }))
    const known = questions.flatMap((question, at) => question ? [{ question, at }] : [])
    if (known.length === 0)
      return
    for await (const event of lab.stream<'ask'>(model, provider, () => ({ kind: 'ask', dataset: dataset.id, questions: known.map(({ question }) => question) }), signal))
      yield { ...event, at: known[event.at]!.at }
  }

  return {
    async features(paths, progress) {
      const contents = await Promise.all(paths.map(async (path): Promise<Content | undefined> => {
        const hash = await hashOf(path)
        return hash === undefined ? undefined : { hash, item: path }
      }))
      const work = openFeatureStore(join(folder, fingerprint, `${dataset.id}-image.f32`)).complete(contents.filter(content => content !== undefined), compute, signal)
      for (;;) {
        const { done, value } = await work.next()
        if (done)
          return contents.map(content => content && value.get(content.hash))
        progress(value.total === 0 ? 0 : Math.floor(value.done / value.total * paths.length))
      }
    },
    async answers(probes, progress) {
      const answers = new Array<{ text: string, isRight: boolean } | undefined>(probes.length).fill(undefined)
      for (let from = 0; from < probes.length; from += askedAtOnce) {
        let done = from
        for await (const event of ask(probes.slice(from, from + askedAtOnce))) {
          if ('text' in event)
            answers[from + event.at] = { text: event.text, isRight: event.isRight }
          progress(++done)
        }
      }
      return answers
    },
  }
}
