// Who is right where, in words: one letter a run, r right and w wrong.

export interface Group { readonly pattern: string | undefined, readonly label: string, readonly count: number }

/** The four groups of two runs, in the order of a two by two table; those that no record is in are there with 0. */
export function pairGroups(patterns: readonly { pattern: string, count: number }[]): Group[] {
  const countOf = (pattern: string): number => patterns.find(one => one.pattern === pattern)?.count ?? 0
  return [
    { pattern: 'rr', label: 'Both right', count: countOf('rr') },
    { pattern: 'rw', label: 'Only A right', count: countOf('rw') },
    { pattern: 'wr', label: 'Only B right', count: countOf('wr') },
    { pattern: 'ww', label: 'Both wrong', count: countOf('ww') },
  ]
}

/** "All right", "All wrong", "Only 2 right", "Only 3 wrong", "1, 4 right": runs are numbered from 1. */
export function patternLabel(pattern: string): string {
  const right = places(pattern, 'r')
  const wrong = places(pattern, 'w')
  if (wrong.length === 0)
    return 'All right'
  if (right.length === 0)
    return 'All wrong'
  if (wrong.length === 1)
    return `Only ${wrong[0]} wrong`
  return right.length === 1 ? `Only ${right[0]} right` : `${right.join(', ')} right`
}

const places = (pattern: string, letter: string): number[] => [...pattern].flatMap((one, i) => one === letter ? [i + 1] : [])
