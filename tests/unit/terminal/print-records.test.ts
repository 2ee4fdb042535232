import { describe, expect, it } from 'vitest'
import { RecordPage } from '../../../src/preload/contract/datasets.ts'
import type { DatasetId } from '../../../src/preload/contract/identifiers.ts'
import { forPeople } from '../../../src/main/terminal/print.ts'
import { commands } from '../../../src/main/terminal/procedures.ts'
import { parseCommand } from '../../../src/main/terminal/parse-command.ts'

const linesOf = (value: unknown): string[] => forPeople(value).split('\n')

describe('answers to SQL', () => {
  const columns = [{ name: 'task', type: 'VARCHAR', kind: 'text' }, { name: 'mean', type: 'DOUBLE', kind: 'number' }]
  it('are an aligned table with its size below', () => {
    expect(linesOf({ columns, rows: [['e-vqa', 0.123456789], ['e-ic', null], ['x', -2]], truncated: true, elapsedMs: 12.4 })).toEqual([
      'task       mean', '─────  ────────', 'e-vqa  0.123457', 'e-ic', 'x            -2', '', '3 rows, and more: raise --limit in 12 ms'])
    expect(linesOf({ columns, rows: [], truncated: false, elapsedMs: 0.2 })).toEqual(['task  mean', '', '0 rows in < 1 ms'])
  })
  it('tables are listed with their columns', () => {
    expect(linesOf([{ name: 'records', summary: 'All of them', rowCount: 2, columns: [{ name: 'task', type: 'VARCHAR', kind: 'text', summary: 'What for' }] }])).toEqual([
      'records: All of them (2 rows)', '  column  type', '  ──────  ───────  ────────', '  task    VARCHAR  What for'])
  })
  it('take the query as a word', () => {
    expect(parseCommand(['queries', 'run', 'SELECT 1', '--limit', '5'])).toMatchObject({ kind: 'call', input: { sql: 'SELECT 1', limit: 5 } })
    expect(parseCommand(['slices', 'worst', 'run-01', '--least', '20'])).toMatchObject({ kind: 'call', input: { run: 'run-01', least: 20 } })
    expect(parseCommand(['slices', 'save', '--name', 'Red', '--facets', 'answer=red', '--sql', 'SELECT record FROM records'])).toMatchObject({ input: { name: 'Red', filter: { facets: { answer: ['red'] } }, sql: 'SELECT record FROM records' } })
    expect(parseCommand(['datasets', 'list-records', '--by', 'prompt', '--descending'])).toMatchObject({ input: { sort: { by: 'prompt', descending: true } } })
    expect(commands.filter(({ noun, verb }) => noun === 'slices' && verb === 'save').map(({ positional }) => positional)).toEqual([undefined])
  })
})

describe('records and slices', () => {
  it('are listed by what they ask, with counts below', () => {
    const record = (id: string, prompt: string): object => ({ id, index: 0, task: 'e-vqa', edit: { prompt, form: 'question', expected: 'cat' }, stated: 'dog', probes: {} })
    const page = RecordPage.parse({ total: 1234, records: [record('00000', 'what is it?'), record('00001', 'where?')], datasets: ['a', 'b'], facets: [{ facet: 'answer', label: 'Target answer', values: [{ value: 'cat', count: 1200 }, { value: 'dog', count: 34 }] }], results: [{ verdict: 'proper', scores: {} }, null] })
    expect(linesOf(page)).toEqual([
      'dataset  record  task   prompt       target  stated  verdict', '───────  ──────  ─────  ───────────  ──────  ──────  ───────',
      'a         00000  e-vqa  what is it?  cat     dog     proper', 'b         00001  e-vqa  where?       cat     dog     –', '', '2 of 1,234 records', '', 'answer: cat 1,200, dog 34'])
    expect(forPeople({ ...page, datasets: ['a', 'a'] as DatasetId[] })).not.toContain('dataset')
  })
  it('slices say what they hold; views are not taken for slices', () => {
    const slice = { id: 'red', name: 'Red', filter: { search: 'x', facets: { answer: ['red', 'pink'] }, records: ['1', '2'] }, sql: 'SELECT record\nFROM records', createdAt: '2026' }
    expect(linesOf([slice]).at(-1)).toBe('red    Red   any      answer: red, pink; search \'x\'; 2 records; SQL SELECT record…')
    expect(linesOf([{ id: 'v', name: 'V', screen: 'datasets', address: '/datasets', createdAt: '2026' }])[0]).toBe('id  name  screen    address    createdAt')
  })
  it('the worst come with interval, difference and adjusted p', () => {
    expect(linesOf({ slices: [{ label: 'Task = E-IC', filter: { facets: { task: ['E-IC'] } }, estimate: { mean: 0.5, low: 0.4, high: 0.6, n: 1200 }, rest: 0.75, difference: -0.25, p: 0.00001, adjusted: 0.02 }], looked: 3, notes: ['One note.'] })).toEqual([
      'slice            n  mean                   rest  difference  p        adjusted', '───────────  ─────  ────────────────────  ─────  ──────────  ───────  ────────',
      'Task = E-IC  1,200  0.500 [0.400, 0.600]  0.750      −0.250  < 0.001     0.020', '', 'One note.'])
    expect(forPeople({ slices: [], looked: 0, notes: ['Too few.'] })).toBe('Too few.')
  })
})
