// Audits as text: aligned tables with intervals, confusion tables, and what was exported and merged.
import { describe, expect, it } from 'vitest'
import type { CheckEvent } from '../../../src/preload/contract/findings.ts'
import { agreementOf } from '../../../src/main/audits/agreement.ts'
import { statusOf } from '../../../src/main/audits/status.ts'
import { parseCommand } from '../../../src/main/terminal/parse-command.ts'
import { forPeople, notesOf } from '../../../src/main/terminal/print.ts'
import { checkLines, linesFor } from '../../../src/main/terminal/search-lines.ts'
import type { DatasetId } from '../../../src/preload/contract/identifiers.ts'
import { beginMs, bookOf, lineAbout, linesOf, probesOf } from '../audits/book-of.ts'

const probes = probesOf(4)
const text = (value: unknown): string[] => forPeople(value).split('\n')

describe('an audit\'s status', () => {
  it('is a line a dataset and a line an annotator', () => {
    const book = bookOf(probes, [...linesOf(probes, 'anna', 'krfu'), ...linesOf(probes, 'ben', 'kk')], { assignment: { annotators: ['anna', 'ben', 'cleo'], each: 2, seed: 0 } })
    const status = statusOf({ ...book, notes: ['Something.'] }, { id: 'edits' as DatasetId, name: 'Edits' }, 12)
    expect(text([status])).toEqual([
      'dataset  probes  undecided  keep  reject  fix  unsure  disputed  stale  double  lines  findings',
      '───────  ──────  ─────────  ────  ──────  ───  ──────  ────────  ─────  ──────  ─────  ────────',
      'edits         8          4     1       0    1       1         1      0       2      6        12',
      '',
      'dataset  annotator  assigned  decided     %',
      '───────  ─────────  ────────  ───────  ────',
      expect.stringMatching(/^edits {4}anna +[56] +4 {2}[\d.]+$/) as string,
      expect.stringMatching(/^edits {4}ben +[56] +2 {2}[\d.]+$/) as string,
      expect.stringMatching(/^edits {4}cleo +[56] +0 +0\.0$/) as string,
      '',
      'Something.',
    ])
    expect(text([status, { ...status, dataset: 'other' as DatasetId, annotators: [] }]).slice(-2)).toEqual(['edits: Something.', 'other: Something.'])
    expect(forPeople([])).toBe('None.')
  })
})

describe('agreement', () => {
  it('is a table of coefficients with intervals, confusion tables and pace', () => {
    const slow = [0, 40, 80, 120].map((seconds, item) => lineAbout(probes, item, 'anna', item === 1 ? 'reject' : 'keep', { at: new Date(beginMs + seconds * 1000).toISOString(), seconds: 40 }))
    const lines = text(agreementOf(bookOf(probes, [...slow, ...linesOf(probes, 'ben', 'krrk')], { kinds: ['textRephrase', 'imageRephrase'] }), 'decision'))
    expect(lines.slice(0, 5)).toEqual([
      'Agreement on decisions', '',
      'kind            annotators  n  Percent agreement (%)  Cohen\'s κ               Fleiss\' κ               Krippendorff\'s α       Gwet\'s AC1',
      '──────────────  ──────────  ─  ─────────────────────  ──────────────────────  ──────────────────────  ─────────────────────  ────────────────────',
      'All kinds       anna, ben   4  75.0 [0.0, 100.0]      0.500 [−0.718, 1.000]   0.467 [−1.000, 1.000]   0.533 [−0.845, 1.000]  0.704 [−0.329, 1.000]',
    ].map(line => expect.stringContaining(line.slice(0, 60)) as string))
    const at = lines.indexOf('All kinds: rows anna, columns ben')
    expect(lines.slice(at, at + 7)).toEqual([
      'All kinds: rows anna, columns ben',
      '          keep  reject  fix  unsure', '  ──────  ────  ──────  ───  ──────', '  keep       2       1    0       0', '  reject     0       1    0       0', '  fix        0       0    0       0', '  unsure     0       0    0       0',
    ])
    expect(lines.find(line => line.startsWith('anna '))).toMatch(/^anna +8 +4 +3 +1 +0 +0 +0 +0 +40\.0 +90$/)
    expect(lines.find(line => line.startsWith('ben '))).toMatch(/^ben +8 +4 +2 +2 +0 +0 +0 +0 +– +360$/)
    expect(lines.at(-1)).toMatch(/^Intervals are 95 %/)
    expect(lines.find(line => line.startsWith('Text rephrase '))).toMatch(/ 2 {2}50\.0 \[0\.0, 100\.0\] +0\.000 +−0\.333 \[−1\.000, 1\.000\] /)
  })
  it('names all of many annotators by their number, and shows tables of all kinds only', () => {
    const lines = text(agreementOf(bookOf(probes, ['anna', 'ben', 'cleo', 'dora'].flatMap(name => linesOf(probes, name, 'krkr'))), 'fair'))
    expect(lines[0]).toBe('Agreement on what is fair: keep against reject and fix')
    expect(lines.find(line => line.includes('all 4'))).toMatch(/^All kinds +all 4 +4 +100\.0 \[\d\d\.\d, 100\.0\] +– +1\.000 \[0\.\d+, 1\.000\]/)
    expect(lines.filter(line => line.includes(': rows '))).toHaveLength(6)
    expect(lines).toContain('Tables by kind: --json.')
  })
  it('says what is missing', () => {
    expect(text(agreementOf(bookOf(probes, []), 'decision'))).toEqual(['Agreement on decisions', '', 'Nobody has decided anything yet. Agreement needs two annotators who judge the same probes.'])
  })
})

describe('what was written and taken', () => {
  it('what holds for a record is a line a probe', () => {
    const fix = { prompt: 'a b', image: 'ab'.repeat(32) }
    const states = [
      { record: '00001', kind: 'textRephrase', index: 0, item: 1, final: { state: 'reject', by: 'one', keptBy: 0, reason: 'other' }, reason: 'Other' },
      { record: '00001', kind: 'portability', index: 1, item: 2, final: { state: 'fix', by: 'agreement', keptBy: 0, fix } },
    ]
    expect(text(states).slice(2).map(line => line.trim().split(/ {2,}/))).toEqual([['00001', 'Text rephrase', 'reject', 'one', 'Other'], ['00001', 'Portability 2', 'fix', 'agreement', 'a b; picture abababababab…']])
  })

  it('an export is its folder, its counts and what to do next; its notes are said beside it', () => {
    const cleaned = { folder: '/e/x', file: '/e/x/eval.json', files: ['a'], records: 1200, removedRecords: 1, removedProbes: 30, fixedProbes: 0, kept: true, notes: ['One note.'] }
    expect(text(cleaned)).toEqual(['/e/x', '1,200 records; 1 record and 30 probes left out, 0 probes fixed.', 'Import it with: mmedit datasets import /e/x/eval.json'])
    expect(text({ ...cleaned, kept: false })).toEqual(['Nothing was written; it would go to /e/x', '1,200 records; 1 record and 30 probes left out, 0 probes fixed.'])
    expect(notesOf(cleaned)).toEqual(['One note.'])
  })
  it('a merge is its counts and notes', () => {
    expect(text({ files: 2, added: 1, known: 1, annotators: ['ben'], notes: ['One note.'] })).toEqual(['1 decision of ben added from 2 files; 1 was known before.', 'One note.'])
    expect(text({ files: 1, added: 0, known: 1234, annotators: [], notes: [] })).toEqual(['Nothing new from 1 file; 1,234 were known before.'])
    expect(text({ files: 1, added: 2, known: 0, annotators: ['ben', 'cleo'], notes: [] })).toEqual(['2 decisions of ben, cleo added from 1 file.'])
  })
  it('findings are a line each with the whole sentence, and when the checks looked', () => {
    const made = { check: 'same-text', at: '2026-11-01T09:00:00.000Z', count: 2, seconds: 1, isCurrent: false, notes: [] }
    const sentence = `The rephrase is the original: '${'x'.repeat(80)}'.`
    expect(text({ total: 2, made: [made], findings: [{ check: 'same-text', record: '00001', kind: 'textRephrase', index: 1, sentence }, { check: 'same-text', record: '00002', sentence: 'All of it.' }] })).toEqual([
      expect.stringMatching(/^check +record +probe/) as string, expect.stringMatching(/^─/) as string,
      `same-text   00001  Text rephrase 2  ${sentence}`, 'same-text   00002  all              All of it.', '', '2 findings.', '',
      'check      found  looked at', expect.stringMatching(/^─/) as string, 'same-text      2  2026-11-01T09:00:00.000Z  the dataset has changed since: check again',
    ])
    expect(text({ total: 300, made: [made], findings: [], notes: ['One note.'] })).toContain('0 of 300 findings; --offset and --limit show others.')
    expect(text({ total: 0, made: [], findings: [] })).toEqual(['No check has looked at this dataset yet: mmedit audits check runs them.'])
  })
  it('checks are a line each, progress goes elsewhere', () => {
    const shown: string[] = []
    const lines = checkLines({ show: line => shown.push(line), end: () => shown.push('end') })
    const made = { check: 'same-text', at: '', count: 1234, seconds: 1.26, isCurrent: true, notes: ['Only of questions.'] }
    const events: CheckEvent[] = [{ kind: 'progress', check: 'same-text', done: 1000, total: 2000 }, { kind: 'made', made }, { kind: 'made', made: { ...made, count: 0, notes: [] } }, { kind: 'failed', check: 'base-right', reason: 'It needs a model.' }]
    expect(events.map(lines)).toEqual([[], ['same-text: 1,234 found in 1.3 s', '  Only of questions.'], ['same-text: nothing found in 1.3 s'], ['base-right: failed. It needs a model.']])
    expect(shown).toEqual(['same-text: 1,000 of 2,000', 'end', 'end', 'end'])
    expect(() => linesFor('audits', 'check')!({ kind: 'nonsense' })).toThrow()
  })
})

it('commands take the sample dataset where none is named, and merge a word without a name', () => {
  expect(parseCommand(['audits', 'merge', '/tmp/ben.jsonl'])).toMatchObject({ kind: 'call', input: { dataset: 'e-vqa-eval', from: '/tmp/ben.jsonl' } })
  expect(parseCommand(['audits', 'agreement', '--by', 'fair'])).toMatchObject({ input: { dataset: 'e-vqa-eval', by: 'fair' }, command: { writes: false } })
  expect(parseCommand(['audits', 'status'])).toMatchObject({ input: {} })
  expect(parseCommand(['audits', 'export', '--counts', 'without-rejected'])).toMatchObject({ input: { dataset: 'e-vqa-eval', counts: 'without-rejected' }, command: { writes: true } })
  // Elsewhere a file to repeat is one way of several.
  expect(() => parseCommand(['tables', 'get', 'x', '/tmp/a.csv'])).toThrow('one word too many')
})
