// The name of a fix in results: a re-run says by it what it asked, so that a fix that was changed since is asked again.
import type { Fix } from '../../preload/contract/decisions.ts'
import { sha256, stableJson } from '../base/hash.ts'

/** Sixteen hex digits of the SHA-256 of its text and its picture's hash. */
export function fixHash({ prompt, image }: Fix): string {
  return sha256(stableJson({ ...(prompt === undefined ? {} : { prompt }), ...(image === undefined ? {} : { image }) })).slice(0, 16)
}
