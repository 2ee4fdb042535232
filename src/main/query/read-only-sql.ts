// May this text be run at all? One statement that begins like a question. The database refuses the rest a second time (duckdb.ts).

/** Statements that only read; FROM alone is DuckDB's short SELECT. */
const reading = ['SELECT', 'WITH', 'FROM', 'VALUES', 'DESCRIBE', 'DESC', 'SHOW', 'SUMMARIZE', 'EXPLAIN'] as const

/** Texts, quoted names and comments, each as one piece, so that nothing inside of them is taken for a word. */
const quoted = /\bE'(?:[^'\\]|\\[\s\S]|'')*'|'(?:[^']|'')*'|"(?:[^"]|"")*"|\$([A-Za-z_]*)\$[\s\S]*?\$\1\$/gi
const comments = /--[^\n]*|\/\*[\s\S]*?\*\//g

/** The text without comments, and texts and quoted names emptied: what is left are the words of the language. */
export function wordsOf(sql: string): string {
  const pieces = new RegExp(`${quoted.source}|${comments.source}`, 'gi')
  return sql.replace(pieces, piece => piece.startsWith('--') || piece.startsWith('/*') ? ' ' : piece.startsWith('"') ? '""' : '\'\'')
}

/** A sentence why this SQL is not run, or undefined. */
export function whyNotRun(sql: string): string | undefined {
  const words = wordsOf(sql).trim().replace(/(?:;\s*)+$/, '').replace(/^[\s(]+/, '')
  if (words === '')
    return 'The query is empty. Type a SELECT, for example: SELECT task, count(*) FROM records GROUP BY task.'
  if (words.includes(';'))
    return 'Only one statement is run at a time. Remove what follows the first semicolon.'
  const [first = ''] = /^[a-z]+/i.exec(words) ?? []
  const verb = first.toUpperCase()
  if (!(reading as readonly string[]).includes(verb))
    return `Queries only read: ${first === '' ? 'this' : `'${first.slice(0, 20)}'`} is not one of ${reading.join(', ')}.`
  const [, inner] = /^EXPLAIN\s+(?:ANALYZE\s+)?(?:\([^)]*\)\s*)?\(*\s*([a-z]+)/i.exec(words) ?? []
  if (verb === 'EXPLAIN' && (inner === undefined || !['SELECT', 'WITH', 'FROM', 'VALUES'].includes(inner.toUpperCase())))
    return `EXPLAIN is for queries that only read, not for '${(inner ?? '').slice(0, 20)}'.`
  return undefined
}

/** Do these words name the table? Rather once too often: a table that is not needed costs a moment, one that is missing a wrong answer. */
export function namesTable(sql: string, table: string): boolean {
  return new RegExp(`\\b${table}\\b`, 'i').test(sql) || /\bquery(?:_table)?\s*\(/i.test(sql)
}
