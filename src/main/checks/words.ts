// Texts as checks compare and quote them.

const isPlain = (text: string): boolean => !/[^\x20-\x7E]/.test(text)

/**
 * Unicode form, case, accents in composed form, invisible signs, punctuation and blanks do not count: "What’s this?" → "what s this". Signs
 * that are no punctuation stay (+, $). A text of nothing else is given as it is, so that "?" and "!" differ.
 */
export function plainText(text: string): string {
  // Most texts are plain ASCII, for which the general way is several times as slow.
  const plain = isPlain(text)
    ? text.toLowerCase().replace(/[!-#%-*,-/:;?@[-\]_{}]+/g, ' ').replace(/ {2,}/g, ' ').trim()
    : text.normalize('NFKC').replace(/\p{Cf}+/gu, '').toLowerCase().replace(/[\p{P}\s]+/gu, ' ').trim()
  return plain === '' ? text.trim() : plain
}

/** Do these words stand in the text one after another, as whole words? Both plain. */
export const holdsWords = (plain: string, words: string): boolean => words !== '' && ` ${plain} `.includes(` ${words} `)

// Articles, pronouns, prepositions, conjunctions, auxiliaries, question words, answers that say nothing about an entity, and what follows an
// apostrophe ('s, n't).
const common = new Set(`
a an the this that these those it its he she they them his her their there here one
of in on at to from by for with without about into onto over under above below between next near behind
and or but nor not if then than as so too very just only also both either
is are was were be been being am do does did done has have had can could will would shall should may might must
who whom whose what which when where why how many much
yes no none nothing true false unknown left right top bottom
i you we my your our me us
nq question questions answer answers
s t re ve ll d m
`.trim().split(/\s+/))

/** A word that many questions share; it says nothing about what they are about. */
export const isCommonWord = (word: string): boolean => common.has(word)

const longest = 90

/** The text in quotation marks, on one line, shortened where it is long. */
export function quoted(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim()
  const letters = [...line]
  return `'${letters.length > longest ? `${letters.slice(0, longest - 1).join('')}…` : line}'`
}

/** A file name in quotation marks; its end tells more than its beginning. */
export function quotedPath(path: string): string {
  const letters = [...path]
  return `'${letters.length > longest ? `…${letters.slice(1 - longest).join('')}` : path}'`
}

const mostListed = 3

/** "record a", "records a and b", "records a, b, c and 4 more"; without a noun, only the list. */
export function listed(items: readonly string[], noun?: string): string {
  const shown = items.length > mostListed ? [...items.slice(0, mostListed), `${items.length - mostListed} more`] : items
  const list = shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1) ?? ''}`
  return noun === undefined ? list : `${noun}${items.length === 1 ? '' : 's'} ${list}`
}

/** A word without its plural ending, as simple as that: "buses" → "bus", "cherries" → "cherry", "dogs" → "dog"; "glass" stays. */
export function stem(word: string): string {
  if (word.length > 4 && word.endsWith('ies'))
    return `${word.slice(0, -3)}y`
  if (word.length > 4 && /(?:s|x|z|ch|sh)es$/.test(word))
    return word.slice(0, -2)
  return word.length > 3 && /[^su]s$/.test(word) && !word.endsWith('is') ? word.slice(0, -1) : word
}

/** What a text is about: stems of its words without those that many texts share, each once, in order. */
export const contentStems = (text: string): string[] => stemsOfPlain(plainText(text))

/** The same of a text that is plain already. */
export function stemsOfPlain(plain: string): string[] {
  const stems = new Set<string>()
  for (const word of plain.split(' ')) {
    if (!isCommonWord(word) && /[\p{L}\p{N}]/u.test(word))
      stems.add(stem(word))
  }
  return [...stems]
}
