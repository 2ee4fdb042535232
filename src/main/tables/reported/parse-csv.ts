// Comma-separated values (RFC 4180), as spreadsheets write them: also semicolons or tabs, a byte order mark, and lines of comment.

export interface CsvLine {
  /** Counted from 1, as an editor shows it. */
  readonly line: number
  readonly fields: readonly string[]
}

/** Lines of fields without blanks at their ends; empty lines and lines that begin with # are left out. */
export function parseCsv(text: string): { readonly lines: readonly CsvLine[], readonly separator: string } {
  const clean = text.replace(/^\uFEFF/, '')
  const separator = separatorOf(clean)
  const lines: CsvLine[] = []
  let fields: string[] = []
  let field = ''
  let quoted = false
  let line = 1
  let start = 1
  const endField = (): void => void (fields.push(field.trim()), field = '')
  const endLine = (): void => {
    endField()
    if (!fields[0]?.startsWith('#') && fields.some(value => value !== ''))
      lines.push({ line: start, fields })
    fields = []
  }
  for (let i = 0; i < clean.length; i++) {
    const character = clean[i]!
    if (character === '\n')
      line++
    if (quoted) {
      if (character !== '"')
        field += character
      else if (clean[i + 1] === '"')
        field += clean[++i]!
      else
        quoted = false
    }
    else if (character === '"' && field.trim() === '') {
      quoted = true
      field = ''
    }
    else if (character === separator) {
      endField()
    }
    else if (character === '\n') {
      endLine()
      start = line
    }
    else {
      field += character
    }
  }
  endLine()
  return { lines, separator }
}

/** Whichever of comma, semicolon and tab the heading has most of. */
function separatorOf(text: string): string {
  const heading = text.split('\n').find(line => line.trim() !== '' && !line.startsWith('#')) ?? ''
  const count = (separator: string): number => heading.split(separator).length
  return [',', ';', '\t'].reduce((best, separator) => count(separator) > count(best) ? separator : best)
}
