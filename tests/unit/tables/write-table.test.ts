// Tables as files: numbers for programs, marks and captions for papers, and nothing in a cell that could break the format.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { escapeLatex } from '../../../src/main/tables/escape-latex.ts'
import { mainResults } from '../../../src/main/tables/main-results.ts'
import { writeCsv } from '../../../src/main/tables/write-csv.ts'
import { writeHtml } from '../../../src/main/tables/write-html.ts'
import { writeLatex } from '../../../src/main/tables/write-latex.ts'
import { writeMarkdown } from '../../../src/main/tables/write-markdown.ts'
import type { Delta } from '../../../src/preload/contract/comparison.ts'
import type { RunId } from '../../../src/preload/contract/identifiers.ts'
import type { Table } from '../../../src/preload/contract/tables.ts'
import { inputOf, metricsOf, runOf } from './finished-runs.ts'

const delta = (mean: number, adjusted: number): Delta => ({ mean, low: mean - 0.1, high: mean + 0.1, n: 20, test: 'mcnemar', p: adjusted / 3, adjusted, detectable: 0.2 })

/** Three rows: the baseline, one that differs from it and leads, one that was published elsewhere. */
const table: Table = {
  id: 'small',
  title: 'Small & fine',
  caption: 'Means of n = 20 records.',
  columns: [{ id: 'method', label: 'Method' }, { id: 'n', label: 'n' }, { id: 'rel', label: 'Rel.', group: 'Exact match (%)' }, { id: 'loc', label: 'M-Loc.', group: 'Exact match (%)' }],
  rows: [
    { id: 'a', run: 'a' as RunId, isBaseline: true, cells: { method: { text: 'MEND_1' }, n: { text: '20' }, rel: { text: '50.0 [40.0, 60.0]', mean: 0.5, low: 0.4, high: 0.6, n: 20 }, loc: { text: '90.0 [80.0, 95.0]', mean: 0.9, low: 0.8, high: 0.95, n: 20, best: true } } },
    { id: 'b', run: 'b' as RunId, cells: { method: { text: 'Fine|tuning' }, n: { text: '20' }, rel: { text: '100.0 [84.0, 100.0]', mean: 1, low: 0.84, high: 1, n: 20, best: true, delta: delta(0.5, 0.004) }, loc: { text: '85.0 [70.0, 90.0]', mean: 0.85, low: 0.7, high: 0.9, n: 20, delta: delta(-0.05, 0.6) } } },
    { id: 'reported/c', reported: 'A paper, Table 2', cells: { method: { text: 'SERAC' }, n: { text: '2093' }, rel: { text: '99.4', mean: 0.994 }, loc: { text: '–' } } },
  ],
  notes: ['A note with 5 % and a_b.'],
}
const origin = { provenance: '{"mmedit":1}', command: 'npx mmedit tables export small --runs a', definitions: ['Reliability: 1 or 0.'] }

describe('CSV', () => {
  it('has numbers in full, intervals, n, differences and tests in columns of their own, and says what was published elsewhere', () => {
    const [header, ...lines] = writeCsv(table).trimEnd().split('\r\n').map(line => line.split(','))
    const parts = ['', '_low', '_high', '_n', '_delta', '_delta_low', '_delta_high', '_delta_n', '_test', '_p', '_p_holm', '_detectable']
    expect(header).toEqual(['method', 'n', ...parts.map(part => `rel${part}`), ...parts.map(part => `loc${part}`), 'run', 'reported'])
    expect(lines[0]).toEqual(['MEND_1', '20', '0.5', '0.4', '0.6', '20', ...Array<string>(8).fill(''), '0.9', '0.8', '0.95', '20', ...Array<string>(8).fill(''), 'a', ''])
    expect(lines[1]!.slice(2, 14)).toEqual(['1', '0.84', '1', '20', '0.5', '0.4', '0.6', '20', 'mcnemar', String(0.004 / 3), '0.004', '0.2'])
    expect(lines[2]!.slice(0, 4)).toEqual(['SERAC', '2093', '0.994', ''])
    expect(writeCsv(table)).toContain(',"A paper, Table 2"\r\n')
  })

  it('quotes what needs quoting, and puts where it comes from into lines of comment', () => {
    const odd = { ...table, columns: [{ id: 'a', label: 'A' }], rows: [{ id: '1', cells: { a: { text: 'one, "two"\nthree' } } }, { id: '2', cells: { a: { text: '# no comment' } } }] }
    expect(writeCsv(odd)).toBe('a\r\n"one, ""two""\nthree"\r\n"# no comment"\r\n')
    const lines = writeCsv(table, origin).split('\r\n')
    expect(lines[0]).toBe('# mmedit-provenance {"mmedit":1}')
    expect(lines).toContain('# Written by: npx mmedit tables export small --runs a')
    expect(lines.filter(line => line !== '' && !line.startsWith('#'))).toEqual(writeCsv(table).trimEnd().split('\r\n'))
  })

  it('keeps the columns of a table of runs', () => {
    const [header, first] = writeCsv(mainResults.build(inputOf([{ run: runOf('text', { failedCount: 1 }), metrics: metricsOf(0.95, 0.8) }]))).split('\r\n')
    expect(header).toMatch(/^dataset,model,method,scope,records,reliability,reliability_low,reliability_high,reliability_n,text-generality,/)
    expect(first!.split(',').slice(0, 9)).toEqual(['e-vqa-eval', 'sample', 'Fine-tuning', 'text', '19', '0.95', '0.85', '1', '20'])
  })
})

/** Rows of the tabular as lists of fields, `\multicolumn` counted as what it spans. */
function fieldsOf(latex: string): string[][] {
  const body = latex.slice(latex.indexOf('\\begin{tabular}'), latex.indexOf('\\end{tabular}'))
  return body.split('\n').filter(line => line.endsWith('\\\\')).map(line => line.slice(0, -2).trim().split(/(?<!\\)&/).flatMap((field) => {
    const span = Number(/\\multicolumn\{(\d+)\}/.exec(field)?.[1] ?? 1)
    return [field.trim(), ...Array<string>(span - 1).fill('')]
  }))
}

const columnCount = (latex: string): number => {
  const [, spec = ''] = /\\begin\{tabular\}\{(.*)\}$/m.exec(latex) ?? []
  return spec.replace(/\[[^\]]*\]|@\{[^}]*\}|>\{[^}]*\}/g, '').length
}

/** Braces that are not escaped open before they close, and close. */
function isBalanced(latex: string): boolean {
  let depth = 0
  for (const character of latex.split('\n').filter(line => !line.startsWith('%')).join('\n').replace(/\\[{}\\]/g, '')) {
    depth += character === '{' ? 1 : character === '}' ? -1 : 0
    if (depth < 0)
      return false
  }
  return depth === 0
}

describe('LaTeX', () => {
  const latex = writeLatex(table, origin)

  it('has booktabs rules, siunitx columns as wide as their numbers, and headings over their columns', () => {
    expect(latex).toContain('\\begin{tabular}{lS[table-format=4.0,detect-weight=true,mode=text]S[table-format=3.1,detect-weight=true,mode=text]@{\\;}>{\\tiny}lS[table-format=2.1,detect-weight=true,mode=text]@{\\;}>{\\tiny}l}')
    expect(latex).toContain('\\multicolumn{2}{c}{} & \\multicolumn{4}{c}{Exact match (\\%)} \\\\\n    \\cmidrule(lr){3-6}')
    expect(latex).toContain('Method & {n} & \\multicolumn{2}{c}{Rel.} & \\multicolumn{2}{c}{M-Loc.} \\\\')
    for (const rule of ['\\toprule', '\\midrule', '\\bottomrule'])
      expect(latex).toContain(rule)
    expect(columnCount(latex)).toBe(6)
    for (const fields of fieldsOf(latex))
      expect(fields).toHaveLength(6)
    expect(isBalanced(latex)).toBe(true)
  })

  it('has bold best values, marks with their meaning, reported rows below a rule, caption, label and comments', () => {
    expect(fieldsOf(latex)).toContainEqual(['Fine\\textbar{}tuning', '20', '\\bfseries 100.0', '{\\scriptsize\\textsuperscript{\\ddag}}\\,[84.0, 100.0]', '85.0', '[70.0, 90.0]'])
    expect(latex).toContain('\\ddag{} p \\textless{} 0.01: differs from the baseline, after Holm\'s correction.')
    expect(latex).toContain('    \\midrule\n    SERAC\\textsuperscript{a} & 2093 & 99.4 &  & {--} &  \\\\')
    expect(latex).toContain('\\textsuperscript{a}~Reported elsewhere, not measured here: A paper, Table 2')
    expect(latex).toContain('\\caption[Small \\& fine]{Small \\& fine. Means of n = 20 records.}\n  \\label{tab:small}')
    expect(latex.split('\n')[0]).toBe('% mmedit-provenance {"mmedit":1}')
    expect(latex).toContain('% A note with 5 % and a_b.')
  })

  it('escapes', () => {
    expect(escapeLatex('a_b 5% {x} \\ ~ ^ – #$& < > |')).toBe('a\\_b 5\\% \\{x\\} \\textbackslash{} \\textasciitilde{} \\textasciicircum{} -- \\#\\$\\& \\textless{} \\textgreater{} \\textbar{}')
    expect(escapeLatex('KL(pre‖post) \'x\' ≥ 2')).toBe('KL(pre$\\Vert$post) `x\' $\\geq$ 2')
  })

  it('keeps its columns whatever stands in the cells', () => {
    fc.assert(fc.property(fc.array(fc.tuple(fc.string({ unit: 'binary' }), fc.string()), { minLength: 1, maxLength: 4 }), (texts) => {
      const hostile: Table = { ...table, caption: texts[0]![0], rows: texts.map(([a, b], i) => ({ id: String(i), cells: { ...table.rows[0]!.cells, method: { text: a }, n: { text: b } } })), notes: texts.map(([a]) => a) }
      const written = writeLatex(hostile, origin)
      expect(isBalanced(written)).toBe(true)
      for (const fields of fieldsOf(written))
        expect(fields).toHaveLength(columnCount(written))
    }), { numRuns: 40 })
  })
})

describe('Markdown', () => {
  const lines = writeMarkdown(table, origin).split('\n')

  it('has one line a row, differences in brackets, marks and sources explained', () => {
    expect(lines[0]).toBe('<!-- mmedit-provenance {"mmedit":1} -->')
    expect(lines).toContain('| Method | n | Rel. | M-Loc. |')
    expect(lines).toContain('| --- | ---: | ---: | ---: |')
    expect(lines).toContain('| MEND\\_1 (baseline) | 20 | 50.0 \\[40.0, 60.0\\] | **90.0 \\[80.0, 95.0\\]** |')
    expect(lines).toContain('| Fine\\|tuning | 20 | **100.0 \\[84.0, 100.0\\] (+50.0‡)** | 85.0 \\[70.0, 90.0\\] (−5.0) |')
    expect(lines).toContain('| SERAC <sup>a</sup> | 2093 | 99.4 | – |')
    expect(lines).toContain('* <sup>a</sup> Reported elsewhere, not measured here: A paper, Table 2')
    expect(lines).toContain('* Exact match (%): Rel., M-Loc.')
    expect(lines).toContain('**Small & fine.** Means of n = 20 records.')
  })

  it('keeps rows on a line and out of HTML', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => {
      const [row] = writeMarkdown({ ...table, rows: [{ id: 'x', cells: { ...table.rows[0]!.cells, method: { text } } }] }).split('\n').slice(4)
      expect(row!.split(/(?<!\\)(?:\\\\)*\|/)).toHaveLength(6)
      expect(row).not.toMatch(/(?<!\\)(?:\\\\)*</)
    }))
  })
})

describe('HTML', () => {
  it('has headings that belong to rows, columns and groups, and escapes', () => {
    const html = writeHtml({ ...table, rows: [...table.rows, { id: 'd', cells: { ...table.rows[0]!.cells, method: { text: '<b>&"' } } }] }, 't')
    expect(html).toContain('<th scope="colgroup" colspan="2">Exact match (%)</th>')
    expect(html).toContain('<th scope="col" class="number">Rel.</th>')
    expect(html).toContain('<th scope="row">&#60;b&#62;&#38;&#34;</th>')
    expect(html).toContain('<strong>100.0</strong> <small>[84.0, 100.0]</small><br><small>+50.0‡</small>')
    expect(html).toContain('<caption id="t-caption">Means of n = 20 records.</caption>')
  })
})
