// What a policy of the audit makes of a probe: the one rule that numbers and cleaned datasets both follow.
import type { Counts } from '../../preload/contract/comparison.ts'
import type { AuditBook } from './book.ts'

/** `fixed`: it stays, but asked as the audit's fix says. */
export type Standing = 'stays' | 'fixed' | 'leaves'

/**
 * By the contract's `Counts`. What nobody decided, is unsure, disputed or stale stays, except where only double-kept probes count;
 * kinds that the audit is not about always stay.
 */
export function standingOf({ settings, probes, finalOf }: Pick<AuditBook, 'settings' | 'probes' | 'finalOf'>, item: number, counts: Counts): Standing {
  if (counts === 'all' || !settings.kinds.includes(probes.kindOf(item)))
    return 'stays'
  const { state, keptBy } = finalOf(item)
  if (counts === 'double-kept')
    return state === 'keep' && keptBy >= 2 ? 'stays' : 'leaves'
  if (state === 'reject')
    return 'leaves'
  return state === 'fix' ? counts === 'with-fixes' ? 'fixed' : 'leaves' : 'stays'
}
