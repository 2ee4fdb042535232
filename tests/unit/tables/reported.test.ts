// Results reported elsewhere: both spellings of the reference toolkit, published tables as CSV, and the paper's Table 2 number by number.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { metricNamed } from '../../../src/main/tables/reported/metric-names.ts'
import { parseCsv } from '../../../src/main/tables/reported/parse-csv.ts'
import { reportedFormats } from '../../../src/main/tables/reported/index.ts'
import { reportedNotes } from '../../../src/main/tables/reported/notes.ts'
import { resultsJson } from '../../../src/main/tables/reported/results-json.ts'
import { tableCsv } from '../../../src/main/tables/reported/table-csv.ts'

const given = { model: 'BLIP-2', dataset: 'E-VQA', method: 'MEND', scope: 'text' }

describe('results.json', () => {
  it('reads the trainer\'s means, and says which reading they are', () => {
    const { rows, problems } = resultsJson.read('{"results": {"inner/acc_val": 0.9893, "edit/acc_val": 0.9884, "image_rephrase/acc_val": 0.988, "loc/acc_val": 0.99, "image_loc/acc_val": 0.7908, "port/acc_val": 0.4, "loss/total_edit_val": 0.03, "time/edit_val": 0.875}}', given)
    expect(problems).toEqual([])
    expect(rows).toEqual([{
      ...given,
      variant: 'easyedit',
      metrics: { 'reliability': 0.9893, 'text-generality': 0.9884, 'image-generality': 0.988, 'text-locality': 0.99, 'image-locality': 0.7908, 'portability': 0.4 },
      notes: [
        expect.stringContaining('reference trainer') as string,
        'Reliability and generalities are token accuracy if the run\'s YAML had exact_match: False, and exact match if True; results.json does not say which.',
        expect.stringContaining('ten ranks in order for pictures') as string,
        'The file also holds: loss/total_edit_val 0.03, time/edit_val 0.875.',
      ],
    }])
  })

  it.each([
    ['image_rephrase_acc', 'always scores token accuracy'],
    ['rephrase_image_acc', 'honours exact_match'],
  ])('reads the editor\'s cases with %s: means over cases, lists of one number too', (imageKey, note) => {
    const post = (value: number) => ({ rewrite_acc: [value], rephrase_acc: value, [imageKey]: value, locality_acc: 1, multimodal_locality_acc: 0.25 })
    const { rows, problems } = resultsJson.read(JSON.stringify([{ case_id: 0, pre: post(0), post: post(1) }, { case_id: 1, post: post(0) }]), given)
    expect(problems).toEqual([])
    expect(rows[0]).toMatchObject({ n: 2, variant: 'easyedit', metrics: { 'reliability': 0.5, 'text-generality': 0.5, 'image-generality': 0.5, 'text-locality': 1, 'image-locality': 0.25 } })
    expect(rows[0]!.notes.join(' ')).toContain(note)
  })

  it('says what is no share, and reads the rest', () => {
    const { rows, problems } = resultsJson.read('{"inner/acc_val": NaN, "edit/acc_val": 98.8, "loc/acc_val": -0.1, "image_loc/acc_val": 0.5, "text": "NaN stays"}', {})
    expect(rows).toMatchObject([{ model: 'not stated', metrics: { 'image-locality': 0.5 } }])
    expect(problems).toEqual([
      '\'inner/acc_val\' is not a number and is left out.',
      '\'edit/acc_val\' is 98.8, outside of 0 to 1, and is left out.',
      '\'loc/acc_val\' is -0.1, outside of 0 to 1, and is left out.',
    ])
    expect(resultsJson.read('[{"rewrite_acc": 2, "locality_acc": 1}, {"rewrite_acc": "x"}]', {}).problems).toEqual(['\'rewrite_acc\' of 2 of 2 cases is no number from 0 to 1 and is left out.'])
  })

  it('refuses what has none of the keys', () => {
    expect(() => resultsJson.read('{"accuracy": 1}', {})).toThrow('It holds none of the keys that the reference toolkit writes')
    expect(() => resultsJson.read('{', {})).toThrow(/JSON/)
  })
})

describe('CSV', () => {
  const read = (text: string) => tableCsv.read(text, {})

  it.each([
    ['Rel.', '95.5', 0.955, 'Read as percent, because values go up to 95.5.'],
    ['T-Gen.', '0.955', 0.955, 'Read as shares, because no value is above 1.'],
    ['Reliability (%)', '0.5', 0.005, 'Read as percent, as the headings say.'],
    ['M-Locality', '0.5%', 0.005, 'Read as percent, because values carry a %.'],
    ['image-locality (share)', '1', 1, 'Read as shares, as the headings say.'],
  ])('reads %s %s as %s', (heading, text, value, note) => {
    const { rows, problems } = read(`model,dataset,method,scope,${heading}\nM,D,MEND,text,${text}\n`)
    expect(problems).toEqual([])
    expect(Object.values(rows[0]!.metrics)).toEqual([value])
    expect(rows[0]!.notes).toEqual([note])
  })

  it('decides for the table as a whole: a tenth of a percent stands beside 98.8', () => {
    expect(read('method,Rel.,T-Gen.\nFT,0.10,0.00\nMEND,98.80,98.60\n').rows.map(({ metrics }) => metrics)).toEqual([{ 'reliability': 0.001, 'text-generality': 0 }, { 'reliability': 0.988, 'text-generality': 0.986 }])
    expect(read('method,Rel.\nMEND,1.2\n').problems).toEqual(['The largest value is 1.2, so the table was read as percent. If it holds shares, write \'(share)\' behind the metric\'s heading.'])
  })

  it('takes what spreadsheets write: semicolons, decimal commas, quotes, a byte order mark', () => {
    expect(read('\uFEFFModel;Dataset;Method;Module;n;Rel.;M-Loc.;Source\r\n"BLIP-2; OPT";E-VQA;MEND;text;2.093;99,4;–;"A ""paper"""\r\n').rows).toMatchObject([
      { model: 'BLIP-2; OPT', dataset: 'E-VQA', method: 'MEND', scope: 'text', n: 2093, source: 'A "paper"', metrics: { reliability: 0.994 } },
    ])
  })

  it('takes several notes', () => {
    expect(read('method,Rel.,notes\nMEND,99,One. | Two.\n').rows[0]!.notes).toEqual(['One.', 'Two.', 'Read as percent, because values go up to 99.'])
  })

  it('loses nothing in silence: one sentence each', () => {
    const { rows, problems } = read('method,dataset,Rel. (%),BLEU,rel\nMEND,D,101,3,5\nMEND,D,99\nMEND,D,99,4\nMEND,D,98\nKE,D,many,1,2,3\n')
    expect(rows.map(({ metrics }) => metrics.reliability)).toEqual([0.99, 0.98])
    expect(problems).toEqual([
      'Column \'BLEU\' is no metric that is known here and is not read.',
      'Column \'rel\' is there twice; the later one is not read.',
      'Line 2: 101 under \'Rel. (%)\' is outside of 0 to 100 % and is left out.',
      'Line 2 has no value and is left out.',
      'Line 6: \'many\' under \'Rel. (%)\' is no number and is left out.',
      'Line 6 has 6 fields, the heading 5; the last ones are not read. Is a text with \',\' without quotes?',
      'Line 6 has no value and is left out.',
      'Line 4 repeats line 3 (MEND, not stated, not stated, D) and is left out.',
      'Line 5 repeats line 3 (MEND, not stated, not stated, D) with other values; both are kept.',
    ])
  })

  it('refuses a table without a metric', () => {
    expect(() => read('a,b\n1,2\n')).toThrow('No column of it is a metric.')
    expect(() => read('')).toThrow('It is empty.')
  })

  it('counts lines as an editor does', () => {
    expect(parseCsv('a,b\n\n# note\n"x\ny",1\nz,2').lines).toEqual([{ line: 1, fields: ['a', 'b'] }, { line: 4, fields: ['x\ny', '1'] }, { line: 6, fields: ['z', '2'] }])
  })
})

it('says below a table what is to be said of its reported rows, once, and of which', () => {
  const row = (method: string, notes: string[]) => ({ id: method, name: method, source: 's', model: 'm', dataset: 'd', method, scope: 'text', variant: 'unknown', metrics: {}, notes, shipped: false })
  expect(reportedNotes([row('KE', ['All.', 'Read as percent.']), row('MEND', ['All.', 'M-Gen. from elsewhere.']), row('IKE', ['M-Gen. from elsewhere.', 'All.'])])).toEqual(['Reported rows: All.', 'Reported rows of MEND, IKE: M-Gen. from elsewhere.'])
  expect(reportedNotes([])).toEqual([])
})

it('knows the names of the five scores', () => {
  for (const [name, id] of [['T-Gen', 'text-generality'], ['m_loc', 'image-locality'], ['Locality', 'text-locality'], ['Portability', 'portability'], ['image_rephrase/acc', 'image-generality']] as const)
    expect(metricNamed(name)?.id).toBe(id)
  expect(metricNamed('BLEU')).toBeUndefined()
})

it('asks JSON first, then CSV', () => {
  expect(reportedFormats.all.find(({ match }) => match('a', '[{"rewrite_acc": 1}]'))?.id).toBe('results-json')
  expect(reportedFormats.all.find(({ match }) => match('a.csv', 'method,Rel.'))?.id).toBe('table-csv')
  expect(reportedFormats.all.find(({ match }) => match('a', 'prose'))).toBeUndefined()
})

// Spec §5.1, order Rel. / T-Gen. / T-Loc. / M-Loc., E-VQA then E-IC; §5.2 for M-Gen.
const paper = `
BLIP-2 OPT | Base | 0.00 / 0.00 / 100.0 / 100.0 | 0.00 / 0.00 / 100.0 / 100.0
BLIP-2 OPT | FT (vision block) | 60.98 / 49.79 / 100.0 / 8.47 | 18.94 / 5.86 / 100.0 / 8.40
BLIP-2 OPT | FT (last layer) | 58.66 / 49.22 / 21.67 / 3.06 | 16.60 / 3.50 / 24.96 / 7.12
BLIP-2 OPT | Knowledge Editor | 80.00 / 77.40 / 93.79 / 66.43 | 5.60 / 4.40 / 95.00 / 64.32
BLIP-2 OPT | IKE | 99.95 / 91.59 / 13.16 / 1.88 | 96.70 / 78.20 / 13.36 / 2.17
BLIP-2 OPT | SERAC | 99.40 / 99.40 / 100.0 / 1.33 | 99.70 / 99.68 / 100.0 / 6.84
BLIP-2 OPT | MEND | 99.40 / 98.80 / 99.94 / 96.65 | 96.11 / 95.82 / 94.54 / 70.84
MiniGPT-4 | Base | 0.00 / 0.00 / 100.0 / 100.0 | 0.00 / 0.00 / 100.0 / 100.0
MiniGPT-4 | FT (vision block) | 36.3 / 0.3 / 100.0 / 9.29 | 3.10 / 0.00 / 100.0 / 8.56
MiniGPT-4 | FT (last layer) | 0.10 / 0.00 / 72.60 / 15.75 | 0.00 / 0.00 / 53.50 / 12.68
MiniGPT-4 | Knowledge Editor | 91.80 / 89.00 / 96.91 / 67.83 | 34.40 / 29.20 / 97.30 / 64.36
MiniGPT-4 | IKE | 100.0 / 94.89 / 13.46 / 3.67 | 90.90 / 81.60 / 14.23 / 4.68
MiniGPT-4 | SERAC | 87.70 / 87.60 / 100.0 / 14.22 | 91.74 / 91.43 / 100.0 / 4.56
MiniGPT-4 | MEND | 98.80 / 98.60 / 98.23 / 81.08 | 96.55 / 96.08 / 98.41 / 75.25
`.trim().split('\n').flatMap((line) => {
  const [model, method, ...cells] = line.split(' | ') as [string, string, string, string]
  return cells.map((cell, i) => ({ model, method, dataset: ['E-VQA', 'E-IC'][i]!, values: cell.split(' / ').map(Number) }))
})
const imageGenerality: Readonly<Record<string, readonly number[]>> = {
  'E-VQA, MiniGPT-4': [88.60, 99.95, 88.10, 99.60],
  'E-VQA, BLIP-2 OPT': [74.60, 99.79, 99.20, 99.40],
  'E-IC, MiniGPT-4': [13.60, 91.00, 91.47, 93.35],
  'E-IC, BLIP-2 OPT': [1.60, 96.55, 99.72, 93.48],
}

it('ships the paper\'s Table 2, every number of it, and M-Gen. from the README marked as such', () => {
  const { rows, problems } = tableCsv.read(readFileSync(join(import.meta.dirname, '../../../resources/reported/mmedit-table-2.csv'), 'utf8'), {})
  expect(problems).toEqual([])
  expect(rows).toHaveLength(28)
  for (const { model, method, dataset, values } of paper) {
    const row = rows.find(row => row.model === model && row.method === method && row.dataset === dataset)!
    const { reliability, 'text-generality': generality, 'text-locality': text, 'image-locality': image, 'image-generality': readme } = row.metrics
    expect([reliability, generality, text, image].map(value => Number((value! * 100).toFixed(4)))).toEqual(values)
    const place = ['Knowledge Editor', 'IKE', 'SERAC', 'MEND'].indexOf(method)
    expect(readme === undefined ? undefined : Number((readme * 100).toFixed(4))).toBe(place < 0 ? undefined : imageGenerality[`${dataset}, ${model}`]![place])
    expect(row.notes.join(' ').includes('commit a0e981e')).toBe(place >= 0)
    expect(row).toMatchObject({ variant: 'unknown', n: dataset === 'E-VQA' ? 2093 : 1000, source: expect.stringContaining('arXiv:2310.08475') as string, scope: method === 'Base' ? 'none' : method.includes('vision') ? 'vision' : 'text' })
  }
})
