// Every automatic check, the gravest first.
import { registry } from '../base/registry.ts'
import type { Check } from './check.ts'
import { missingPictures } from './missing-pictures.ts'
import { sameAsOriginal } from './same-as-original.ts'
import { targetInPrompt } from './target-in-prompt.ts'

export const checks = registry<Check>(
  'check',
  missingPictures,
  sameAsOriginal,
  targetInPrompt,
)
