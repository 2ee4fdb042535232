// How texts are compared in a search: without case, accents and repeated blanks.

/** "  Café  NOIR " → "cafe noir". Full-width and other compatibility forms are folded too. */
export function fold(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}+/gu, '').toLowerCase().replace(/\s+/g, ' ').trim()
}

/** The words that all have to occur; at most 20. */
export function searchWords(search: string): string[] {
  const folded = fold(search)
  return folded === '' ? [] : folded.split(' ').slice(0, 20)
}
