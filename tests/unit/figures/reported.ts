// A result reported elsewhere, by hand.
import type { Reported } from '../../../src/preload/contract/reported.ts'

export function reportedOf(id: string, metrics: Record<string, number>): Reported {
  return { id, name: id, source: 'a paper', model: 'blip2', dataset: 'e-vqa', method: id, scope: 'text', variant: 'strict', n: 200, metrics, notes: [], shipped: false }
}
