// What holds for a probe, from what everybody says about it. The rules are those of the contract's `Final`.
import type { Decision, Final, Fix } from '../../preload/contract/decisions.ts'

const undecided: Final = { state: 'undecided', by: 'nobody', keptBy: 0 }

const sameFix = (a: Fix | undefined, b: Fix | undefined): boolean => a?.prompt === b?.prompt && a?.image === b?.image

/** `said`: the line that holds of every annotator; `settled`: of every adjudicator; `content`: hash of the probe as the dataset has it now. */
export function finalOf(said: readonly Decision[], settled: readonly Decision[], content: string): Final {
  const [votes, verdicts] = [said, settled].map(lines => lines.filter(({ decision }) => decision !== 'none')) as [Decision[], Decision[]]
  const current = votes.filter(line => line.content === content)
  const keptBy = current.filter(({ decision }) => decision === 'keep').length
  const last = verdicts.filter(line => line.content === content).reduce<Decision | undefined>((latest, line) => latest && latest.at > line.at ? latest : line, undefined)
  if (last)
    return stateOf(last, 'adjudicator', keptBy)
  const [first, ...others] = current
  if (!first)
    return votes.length + verdicts.length > 0 ? { ...undecided, state: 'stale' } : undecided
  if (others.length === 0)
    return stateOf(first, 'one', keptBy)
  const isAlike = others.every(({ decision, fix }) => decision === first.decision && (decision !== 'fix' || sameFix(fix, first.fix)))
  if (!isAlike)
    return { state: 'disputed', by: 'nobody', keptBy }
  // Rejected by all, but for different reasons: none of them is everybody's.
  const { reason, ...agreed } = stateOf(first, 'agreement', keptBy)
  return reason !== undefined && others.every(line => line.reason === reason) ? { ...agreed, reason } : agreed
}

function stateOf({ decision, reason, fix }: Decision, by: Final['by'], keptBy: number): Final {
  return {
    state: decision === 'none' ? 'undecided' : decision,
    by,
    keptBy,
    ...(decision === 'reject' && reason !== undefined ? { reason } : {}),
    ...(decision === 'fix' && fix ? { fix } : {}),
  }
}
