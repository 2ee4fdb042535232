// What the unedited model says, asked once per model and question and kept: in memory for a while, and in a store that the caller gives.
import { messageOf } from '../base/errors.ts'
import { sha256, sha256OfFile, stableJson } from '../base/hash.ts'
import type { Probe } from '../../preload/contract/records.ts'
import type { Answer, Model } from '../models/model.ts'
import { decodeAnswer, encodeAnswer } from './answer-file.ts'
import { questionOf } from './probes.ts'
import type { ResolveImage } from './probes.ts'

/** A place for bytes by name ("3f/3fa1….answer"); the caller chooses the folder and writes atomically. */
export interface AnswerStore {
  readonly read: (name: string) => Promise<Uint8Array | undefined>
  readonly write: (name: string, bytes: Uint8Array) => Promise<void>
}

export interface BaseAnswers {
  /** The unedited model's answer to the probe. */
  readonly answer: (probe: Probe, signal?: AbortSignal) => Promise<Answer>
  /** How many answers were found and how many had to be asked. */
  readonly counts: () => { readonly found: number, readonly asked: number }
}

export interface BaseAnswerOptions {
  readonly model: Model
  /** Of the checkpoint: another checkpoint answers differently. */
  readonly fingerprint: string
  readonly dataset: string
  readonly resolveImage: ResolveImage
  readonly store?: AnswerStore
  /** Most bytes kept in memory; 64 MiB by default. */
  readonly memoryBytes?: number
  /** Told, once, in a sentence when answers cannot be kept; the run goes on without. */
  readonly onProblem?: (sentence: string) => void
}

/**
 * The name holds everything the answer depends on: checkpoint, provider (its kernels round differently), dataset and the whole probe.
 * So a changed dataset or model finds nothing stale, and equal probes of two records share one answer.
 * @param content SHA-256 of the picture's bytes: a picture may be redrawn under its old path.
 */
export function answerName(options: Pick<BaseAnswerOptions, 'model' | 'fingerprint' | 'dataset'>, probe: Probe, content?: string): string {
  const { provider, device } = options.model.provider
  const { prompt, form, image, expected } = probe
  const picture = content ?? (image && (image.hash ?? { root: image.root, path: image.path }))
  const name = sha256(stableJson({ fingerprint: options.fingerprint, provider, device, dataset: options.dataset, prompt, form, picture, expected }))
  return `${name.slice(0, 2)}/${name.slice(0, 40)}.answer`
}

export function createBaseAnswers(options: BaseAnswerOptions): BaseAnswers {
  const { model, store, resolveImage, memoryBytes = 64 * 2 ** 20 } = options
  // A Map keeps the order of insertion; a hit is inserted again, so the first entry is the least recently used.
  const recent = new Map<string, Answer>()
  let size = 0
  let found = 0
  let asked = 0
  let hasComplained = false

  function remember(name: string, answer: Answer): void {
    recent.set(name, answer)
    size += sizeOf(answer)
    for (const [oldest, value] of recent) {
      if (size <= memoryBytes)
        break
      recent.delete(oldest)
      size -= sizeOf(value)
    }
  }

  function complain(what: string, error: unknown): void {
    if (!hasComplained)
      options.onProblem?.(`Base answers cannot be ${what}: ${messageOf(error)} The run goes on and asks the model again.`)
    hasComplained = true
  }

  async function readStored(name: string): Promise<Answer | undefined> {
    try {
      const bytes = await store?.read(name)
      return bytes && decodeAnswer(bytes)
    }
    catch (error) {
      complain('read', error)
      return undefined
    }
  }

  /** Undefined without a picture, or when it cannot be read: then asking the model says so. */
  async function contentOf({ image }: Probe): Promise<string | undefined> {
    try {
      return image && await sha256OfFile(resolveImage(image))
    }
    catch {
      return undefined
    }
  }

  return {
    counts: () => ({ found, asked }),
    async answer(probe, signal) {
      const name = answerName(options, probe, await contentOf(probe))
      const inMemory = recent.get(name)
      if (inMemory) {
        recent.delete(name)
        recent.set(name, inMemory)
        found++
        return inMemory
      }
      const stored = await readStored(name)
      if (stored) {
        found++
        remember(name, stored)
        return stored
      }
      const answer = await model.answer(questionOf(probe, resolveImage), probe.expected, signal && { signal })
      asked++
      remember(name, answer)
      await store?.write(name, encodeAnswer(answer)).catch((error: unknown) => complain('kept', error))
      return answer
    },
  }
}

const sizeOf = (answer: Answer): number => answer.positions.logits.byteLength + answer.top10.byteLength + 512
