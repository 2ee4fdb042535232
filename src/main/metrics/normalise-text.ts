// When are two freely written answers the same? Case, spacing, Unicode form and punctuation at the ends do not count.

/** NFKC, lower case, one blank between words, no punctuation at either end: " A Red  car." → "a red car". */
export function normaliseText(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/\s+/gu, ' ')
    .replace(/^[\s\p{P}]+|[\s\p{P}]+$/gu, '')
}

/** Is the free answer the target? What metrics count and what the Lab marks. */
export const sameText = (answer: string, target: string): boolean => normaliseText(answer) === normaliseText(target)
