// The two fonts of printed figures. Their files come with the program, so PDF and PNG look the same everywhere.
import { createRequire } from 'node:module'
import type { Print } from '../../preload/contract/figures.ts'
import { coverageOf } from './font-coverage.ts'

type FontName = Print['font']

export interface PrintFont {
  /** As SVG names it, with what to take where it is not installed. */
  readonly family: string
  readonly name: string
  /** Weight and slant → file inside its package. */
  readonly files: Readonly<Record<'regular' | 'bold' | 'italic' | 'boldItalic', string>>
}

const fonts: Readonly<Record<FontName, PrintFont>> = {
  sans: {
    family: 'Inter, Helvetica, Arial, sans-serif',
    name: 'Inter',
    files: {
      regular: '@expo-google-fonts/inter/400Regular/Inter_400Regular.ttf',
      bold: '@expo-google-fonts/inter/600SemiBold/Inter_600SemiBold.ttf',
      italic: '@expo-google-fonts/inter/400Regular_Italic/Inter_400Regular_Italic.ttf',
      boldItalic: '@expo-google-fonts/inter/600SemiBold_Italic/Inter_600SemiBold_Italic.ttf',
    },
  },
  serif: {
    family: 'STIX Two Text, Times New Roman, Times, serif',
    name: 'STIX Two Text',
    files: {
      regular: '@expo-google-fonts/stix-two-text/400Regular/STIXTwoText_400Regular.ttf',
      bold: '@expo-google-fonts/stix-two-text/600SemiBold/STIXTwoText_600SemiBold.ttf',
      italic: '@expo-google-fonts/stix-two-text/400Regular_Italic/STIXTwoText_400Regular_Italic.ttf',
      boldItalic: '@expo-google-fonts/stix-two-text/600SemiBold_Italic/STIXTwoText_600SemiBold_Italic.ttf',
    },
  },
}

/** The font with its files as paths on this machine. */
export function printFont(font: FontName): PrintFont {
  const { resolve } = createRequire(import.meta.url)
  const { files, ...rest } = fonts[font]
  return { ...rest, files: { regular: resolve(files.regular), bold: resolve(files.bold), italic: resolve(files.italic), boldItalic: resolve(files.boldItalic) } }
}

/** The other font: it has some signs that the first has not (STIX Two Text has no ≤ and no →). */
export const secondFont = (font: FontName): PrintFont => printFont(font === 'sans' ? 'serif' : 'sans')

const entities: Readonly<Record<string, string>> = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': '\'' }
const textPattern = /<text\b([^>]*)>([^<]*)<\/text>/g
const lettersOf = (content: string): number[] => Array.from(content.replace(/&(?:amp|lt|gt|quot|#39);/g, entity => entities[entity] ?? entity), letter => letter.codePointAt(0) ?? 32)

/** The SVG with every text that the font cannot set, but the other one can, in the other one; and the characters that neither has. */
export function withSecondFont(svg: string, font: FontName): { readonly svg: string, readonly missing: readonly string[] } {
  const [first, second] = [printFont(font), secondFont(font)]
  const [hasFirst, hasSecond] = [coverageOf(first.files.regular), coverageOf(second.files.regular)]
  const missing = new Set<string>()
  const changed = svg.replace(textPattern, (text, attributes: string, content: string) => {
    const letters = lettersOf(content)
    const lacking = letters.filter(letter => !hasFirst(letter))
    for (const letter of lacking.filter(letter => !hasSecond(letter)))
      missing.add(String.fromCodePoint(letter))
    return lacking.some(hasSecond) ? `<text${attributes.replaceAll(first.family, second.family)}>${content}</text>` : text
  })
  return { svg: changed, missing: [...missing] }
}
