// How texts are compared in a search and when sorted: without case, accents and repeated blanks.

const isPlain = (text: string): boolean => !/[^\x20-\x7E]/.test(text)

/** "  Café  NOIR " → "cafe noir". Full-width and other compatibility forms are folded too. */
export function fold(text: string): string {
  // Most texts are plain ASCII, for which the general way is ten times as slow.
  const folded = isPlain(text) ? text.toLowerCase() : text.normalize('NFKD').replace(/\p{M}+/gu, '').toLowerCase()
  return /^\s|\s\s|[^\S ]|\s$/.test(folded) ? folded.replace(/\s+/g, ' ').trim() : folded
}

/** The words that all have to occur; at most 20. */
export function searchWords(search: string): string[] {
  const folded = fold(search)
  return folded === '' ? [] : folded.split(' ').slice(0, 20)
}
