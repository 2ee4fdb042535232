// When are two freely written answers the same? Case, spacing, Unicode form and punctuation at the ends do not count.

/** NFKC, lower case, one blank between words, no punctuation at either end: " A Red  car." → "a red car". */
export function normaliseText(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/\s+/gu, ' ')
    .replace(/^[\s\p{P}]+|[\s\p{P}]+$/gu, '')
}
