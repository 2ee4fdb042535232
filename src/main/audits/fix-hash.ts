// Under which name an answer to a fixed probe is kept: the same fix of the same probe is asked once.
import type { Fix } from '../../preload/contract/decisions.ts'
import { sha256 } from '../base/hash.ts'

/** Sixteen hex digits of the SHA-256 of the fix and of what it stands in for; `content`: hash of the probe as the dataset has it. */
export const fixHash = (content: string, { prompt, image }: Fix): string =>
  sha256(JSON.stringify([content, prompt ?? null, image ?? null])).slice(0, 16)
