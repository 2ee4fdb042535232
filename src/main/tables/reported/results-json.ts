// results.json of the reference toolkit: means of its trainer (`inner/acc_val`, …) or the cases of its editor (`rewrite_acc`, …). Spec §2.1–2.3.
import { defineReportedFormat, notStated } from './format.ts'
import type { Given, ReportedRow } from './format.ts'
import { isShare, metricNamed } from './metric-names.ts'

type Values = Readonly<Record<string, unknown>>

const isObject = (value: unknown): value is Values => typeof value === 'object' && value !== null && !Array.isArray(value)
/** The trainer says which loader a mean is over. */
const metricOf = (key: string): ReturnType<typeof metricNamed> => /\/acc(?:_val)?$|_acc$/.test(key) ? metricNamed(key.replace(/_val$/, '')) : undefined
const hasScores = (value: unknown): value is Values => isObject(value) && Object.keys(value).some(key => metricOf(key))

export const resultsJson = defineReportedFormat({
  id: 'results-json',
  label: 'results.json',
  summary: 'Means that EasyEdit\'s or VLKEB\'s trainer wrote, or the list of cases of its editor; both spellings of the keys.',
  match: (fileName, text) => /\.json$/i.test(fileName) || /^\s*[[{]/.test(text),
  read(text, given) {
    const value = parsePython(text)
    const cases = casesOf(value)
    if (cases)
      return readCases(cases, given)
    const means = [value, ...(isObject(value) ? [value['results'], value['metrics'], value['val_stats']] : [])].find(hasScores)
    if (!means)
      throw new Error('It holds none of the keys that the reference toolkit writes (inner/acc_val, edit/acc_val, image_rephrase/acc_val, loc/acc_val, image_loc/acc_val, or rewrite_acc, rephrase_acc, …). Choose results.json of a final evaluation.')
    return readMeans(means, given)
  },
})

/** JSON as Python writes it: NaN and Infinity become null. */
function parsePython(text: string): unknown {
  return JSON.parse(text.replace(/"(?:\\.|[^"\\])*"|-?\b(?:NaN|Infinity)\b/g, token => token.startsWith('"') ? token : 'null')) as unknown
}

/** The editor's list, one entry a case, its scores under `post` or at the top. */
function casesOf(value: unknown): Values[] | undefined {
  const list = [value, ...(isObject(value) ? [value['results'], value['metrics']] : [])].find(Array.isArray) as unknown[] | undefined
  const scores = list?.map(entry => isObject(entry) && isObject(entry['post']) ? entry['post'] : entry)
  return scores?.some(hasScores) ? scores.map(entry => isObject(entry) ? entry : {}) : undefined
}

const unnamed = (given: Given): Pick<ReportedRow, 'model' | 'dataset' | 'method' | 'scope'> =>
  ({ model: given.model ?? notStated, dataset: given.dataset ?? notStated, method: given.method ?? notStated, scope: given.scope ?? notStated })

function readMeans(means: Values, given: Given): { rows: ReportedRow[], problems: string[] } {
  const metrics: Record<string, number> = {}
  const problems: string[] = []
  const rest: string[] = []
  for (const [key, value] of Object.entries(means)) {
    const metric = metricOf(key)
    if (!metric)
      rest.push(typeof value === 'number' ? `${key} ${Number(value.toPrecision(6))}` : key)
    else if (typeof value !== 'number')
      problems.push(`'${key}' is not a number and is left out.`)
    else if (isShare(metric) && (value < 0 || value > 1))
      problems.push(`'${key}' is ${value}, outside of 0 to 1, and is left out.`)
    else if (metric.id in metrics)
      problems.push(`'${key}' repeats ${metric.label} (${metrics[metric.id]}) with ${value} and is left out.`)
    else
      metrics[metric.id] = value
  }
  const isTrainer = Object.keys(means).some(key => key.includes('/acc'))
  const notes = [
    ...(isTrainer
      ? [
          'Means of the reference trainer over its validation records, every position teacher-forced.',
          'Reliability and generalities are token accuracy if the run\'s YAML had exact_match: False, and exact match if True; results.json does not say which.',
          'Localities are EasyEdit\'s: all positions, one rank for text, ten ranks in order for pictures.',
        ]
      : editorNotes('image_rephrase_acc' in means, 'rephrase_image_acc' in means)),
    ...(rest.length > 0 ? [`The file also holds: ${rest.join(', ')}.`] : []),
  ]
  return { rows: Object.keys(metrics).length === 0 ? [] : [{ ...unnamed(given), variant: 'easyedit', metrics, notes }], problems }
}

function editorNotes(isEditor: boolean, isIke: boolean): string[] {
  return [
    ...(isIke && !isEditor
      ? ['Written by EasyEdit\'s editor for IKE, which honours exact_match of the YAML: reliability and generalities are token accuracy or exact match; the file does not say which.']
      : ['Written by EasyEdit\'s editor, which always scores token accuracy, whatever exact_match says.']),
    'Localities are EasyEdit\'s: all positions, right-aligned, one rank for text, ten ranks in order for pictures. The editor does not restore weights between the records of a data set.',
  ]
}

/** A tensor or list of one number is that number. */
function numberOf(value: unknown): number | undefined {
  const inner = Array.isArray(value) && value.length === 1 ? value[0] as unknown : value
  return typeof inner === 'number' ? inner : undefined
}

function readCases(cases: readonly Values[], given: Given): { rows: ReportedRow[], problems: string[] } {
  const values = new Map<string, number[]>()
  const wrong = new Map<string, number>()
  cases.forEach((entry) => {
    for (const [key, value] of Object.entries(entry)) {
      const metric = metricOf(key)
      if (!metric)
        continue
      const number = numberOf(value)
      if (number === undefined || (isShare(metric) && (number < 0 || number > 1)))
        wrong.set(key, (wrong.get(key) ?? 0) + 1)
      else
        values.set(metric.id, [...(values.get(metric.id) ?? []), number])
    }
  })
  const keys = new Set(cases.flatMap(entry => Object.keys(entry)))
  const targets = ['reliability', 'text-generality', 'image-generality'].flatMap(id => values.get(id) ?? [])
  const areWhole = targets.every(value => value === 0 || value === 1)
  const isIke = keys.has('rephrase_image_acc') && !keys.has('image_rephrase_acc')
  const metrics = Object.fromEntries([...values].map(([id, all]) => [id, all.reduce((sum, value) => sum + value, 0) / all.length]))
  const counts = new Set([...values.values()].map(all => all.length))
  return {
    rows: values.size === 0
      ? []
      : [{
          ...unnamed(given),
          variant: 'easyedit',
          n: cases.length,
          metrics,
          notes: [
            `Mean over ${cases.length} cases of the reference editor.`,
            ...editorNotes(!isIke, isIke),
            ...(isIke && !areWhole ? ['Some cases score between 0 and 1, so it is token accuracy here.'] : []),
            ...(counts.size > 1 ? [`Not every case has every score: ${[...values].map(([id, all]) => `${id} ${all.length}`).join(', ')}.`] : []),
          ],
        }],
    problems: [...wrong].map(([key, count]) => `'${key}' of ${count} of ${cases.length} cases is no number from 0 to 1 and is left out.`),
  }
}
