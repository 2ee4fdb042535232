// Every automatic check, the gravest first.
import { registry } from '../base/registry.ts'
import { baseRight } from './base-right.ts'
import type { Check } from './check.ts'
import { duplicateRecords } from './duplicate-records.ts'
import { missingPictures } from './missing-pictures.ts'
import { pictureOverlap } from './picture-overlap.ts'
import { sameAsOriginal } from './same-as-original.ts'
import { sharedEntity } from './shared-entity.ts'
import { targetInPrompt } from './target-in-prompt.ts'
import { textOverlap } from './text-overlap.ts'
import { unlikePictures } from './unlike-pictures.ts'

export const checks = registry<Check>(
  'check',
  missingPictures,
  sameAsOriginal,
  duplicateRecords,
  textOverlap,
  pictureOverlap,
  targetInPrompt,
  sharedEntity,
  unlikePictures,
  baseRight,
)
