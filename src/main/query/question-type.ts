// What a prompt asks for, by its words. English, as the datasets are.
import type { Probe } from '../../preload/contract/records.ts'

/** The first that fits counts. */
const types: readonly (readonly [string, RegExp])[] = [
  ['colour', /\b(?:what|which) (?:is the )?colou?rs?\b|\bcolou?r of\b/],
  ['how many', /\bhow many\b|\bnumber of\b|^count\b/],
  ['yes or no', /^(?:is|are|am|was|were|do|does|did|can|could|will|would|should|has|have|had|may|might|isn't|aren't|doesn't|don't)\b/],
  ['where', /^where\b|\b(?:on|at|in) the (?:left|right|top|bottom|middle|front|back|upper|lower)\b|\b(?:on top|left side|right side|upper|lower) /],
  ['who', /^(?:who|whose|whom)\b/],
  ['when', /^when\b|\bwhat (?:time|year|day|season)\b/],
  ['why', /^why\b/],
  ['kind', /\b(?:what|which) (?:kind|type|sort|group|brand|breed|sport|animal|category)\b|\bkind of thing\b/],
  ['how', /^how\b/],
  ['which', /^which\b/],
  ['what', /^what\b|^what's\b|^name\b/],
]

/** "What colour is the car?" → "colour"; a caption prompt is "caption", anything unknown "other". */
export function questionType({ prompt, form }: Pick<Probe, 'prompt' | 'form'>): string {
  if (form === 'caption')
    return 'caption'
  const asked = prompt.toLowerCase().trimStart()
  return types.find(([, pattern]) => pattern.test(asked))?.[0] ?? 'other'
}
