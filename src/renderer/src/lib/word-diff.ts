// What changed between two sentences, word by word: the longest common subsequence of words, compared without case and punctuation.

export interface DiffPart {
  readonly kind: 'same' | 'removed' | 'added'
  readonly text: string
}

/** Words longer texts are compared by: beyond it the table of n × m numbers would be felt. */
const mostWords = 2000

/** Words with the blank behind them, so that joining them gives the text again. */
function wordsOf(text: string): string[] {
  return text.match(/\S+\s*/gu) ?? []
}

/** What a word is compared by. Punctuation alone is compared as it is. */
function keyOf(word: string): string {
  const plain = word.normalize('NFKC').toLowerCase().replace(/[\s\p{P}]+/gu, '')
  return plain === '' ? word.trim() : plain
}

/**
 * Parts of `before` and `after` in reading order; what was removed stands before what was added in its place. Joining all but the added
 * ones gives `before`, and joining the added and the same ones gives `after` but for case, punctuation and blanks of equal words.
 */
export function diffWords(before: string, after: string): DiffPart[] {
  const a = wordsOf(before).slice(0, mostWords), b = wordsOf(after).slice(0, mostWords)
  const aKeys = a.map(keyOf), bKeys = b.map(keyOf)
  const width = b.length + 1
  // lengths[i, j]: longest common subsequence of a[i …] and b[j …].
  const lengths = new Uint16Array((a.length + 1) * width)
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--)
      lengths[i * width + j] = aKeys[i] === bKeys[j] ? 1 + lengths[(i + 1) * width + j + 1]! : Math.max(lengths[(i + 1) * width + j]!, lengths[i * width + j + 1]!)
  }
  const parts: { kind: DiffPart['kind'], text: string }[] = []
  const push = (kind: DiffPart['kind'], text: string): void => {
    const last = parts.at(-1)
    if (last?.kind === kind)
      last.text += text
    else
      parts.push({ kind, text })
  }
  let removed = '', added = ''
  const flush = (): void => {
    if (removed !== '')
      push('removed', removed)
    if (added !== '')
      push('added', added)
    removed = added = ''
  }
  let i = 0, j = 0
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && aKeys[i] === bKeys[j]) {
      flush()
      push('same', b[j]!)
      i++
      j++
    }
    else if (j === b.length || (i < a.length && lengths[(i + 1) * width + j]! >= lengths[i * width + j + 1]!)) {
      removed += a[i++]!
    }
    else {
      added += b[j++]!
    }
  }
  flush()
  return parts
}
