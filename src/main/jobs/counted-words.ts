// The sentences that go with numbers under a policy of the audit.
import type { Counted, Counts } from '../../preload/contract/comparison.ts'
import type { ProbeKind } from '../../preload/contract/records.ts'
import type { Run } from '../../preload/contract/runs.ts'
import type { Ruling } from '../audits/ruling.ts'
import type { ComparedRun } from './counted.ts'

const policies: Readonly<Record<Counts, string>> = {
  'all': 'All probes',
  'without-rejected': 'Without rejected probes',
  'with-fixes': 'With fixes applied',
  'double-kept': 'Only double-kept probes',
}
/** As a heading: "Without rejected probes". */
export const policyName = (counts: Counts): string => policies[counts]

const nouns: Readonly<Record<ProbeKind, readonly [one: string, many: string]>> = {
  textRephrase: ['text rephrase', 'text rephrases'],
  imageRephrase: ['image rephrase', 'image rephrases'],
  unrelatedText: ['unrelated text', 'unrelated texts'],
  unrelatedImage: ['unrelated image', 'unrelated images'],
  portability: ['portability question', 'portability questions'],
}

const countOf = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`
const isAre = (count: number): string => count === 1 ? 'is' : 'are'

/** "Without rejected probes: 6 of 360 probes are left out (4 text rephrases, 2 image rephrases), by the decisions of 2 annotators and 3 adjudications." */
export function countedSentence(counts: Counts, probes: Counted['probes'], rulings: readonly Ruling[]): string {
  if (rulings.length === 0)
    return `${policies[counts]}: there is no audit of the compared data, so all probes count.`
  const sum = (of: 'all' | 'left' | 'fixed' | 'waiting', kind?: ProbeKind): number => probes.reduce((total, one) => total + (kind === undefined || one.kind === kind ? one[of] : 0), 0)
  const kinds = [...new Set(probes.map(({ kind }) => kind))].filter(kind => sum('left', kind) > 0)
  const [left, fixed, waiting] = [sum('left'), sum('fixed'), sum('waiting')]
  const people = [...new Set(rulings.flatMap(({ annotators }) => annotators))].length
  const adjudications = rulings.reduce((total, ruling) => total + ruling.adjudications, 0)
  return [
    `${policies[counts]}: ${left === 0 ? 'none' : left} of ${countOf(sum('all'), 'probe')} ${isAre(left || 1)} left out`,
    kinds.length > 0 ? ` (${kinds.map(kind => countOf(sum('left', kind), ...nouns[kind])).join(', ')})` : '',
    waiting > 0 ? `, ${waiting} of them because ${waiting === 1 ? 'it waits' : 'they wait'} for a re-run` : '',
    fixed > 0 ? `; ${fixed} ${fixed === 1 ? 'counts with its fix' : 'count with their fixes'}` : '',
    `${waiting + fixed > 0 ? ';' : ','} by the decisions of ${people === 0 ? 'no annotator' : countOf(people, 'annotator')}${adjudications > 0 ? ` and ${countOf(adjudications, 'adjudication')}` : ''}.`,
  ].join('')
}

/** "'A', 'B' and 3 more" */
function names(runs: readonly Pick<Run, 'name'>[]): string {
  const shown = runs.slice(0, runs.length > 4 ? 3 : 4).map(({ name }) => `'${name}'`).join(', ')
  return runs.length > 4 ? `${shown} and ${runs.length - 3} more` : shown
}

/** What a reader must know beside the sentence. */
export function countedNotes(runs: readonly ComparedRun[], waiting: Counted['waiting']): string[] {
  const byReason = (reason: ComparedRun['counted']['reason']): Map<string, Run[]> => {
    const found = new Map<string, Run[]>()
    for (const { run } of runs.filter(({ counted }) => counted.reason === reason))
      found.set(run.plan.dataset, [...(found.get(run.plan.dataset) ?? []), run])
    return found
  }
  const assumed = runs.filter(({ counted }) => counted.isAssumed).map(({ run }) => run)
  const repairable = waiting.filter(({ reason }) => reason === undefined)
  const datasets = [...new Set(runs.filter(({ run }) => repairable.some(one => one.run === run.id)).map(({ run }) => run.plan.dataset))]
  return [
    ...[...byReason('gone')].map(([dataset, of]) => `Dataset '${dataset}' is no longer in the study, nor is its audit: all probes of ${names(of)} count.`),
    ...[...byReason('other records')].map(([dataset, of]) => `Made of other records than '${dataset}' holds now, which its audit is about: ${names(of)}. All of their probes count; run them again.`),
    ...[...new Map(runs.flatMap(({ run, counted: { ruling } }) => ruling && ruling.annotators.length + ruling.adjudications === 0 ? [[run.plan.dataset, ruling]] : [])).keys()].map(dataset => `Nobody has decided about a probe of '${dataset}' yet.`),
    ...(assumed.length > 0 ? [`${names(assumed)} did not write which records they were made of and are older than the import of their dataset: that its audit is about them is known by record ids only.`] : []),
    ...runs.flatMap(({ run, counted: { unknown } }) => unknown.length === 0
      ? []
      : [`Run '${run.name}' kept no scores of single probes: ${countOf(unknown.length, 'record')} with several probes of a kind ${unknown.length === 1 ? 'leaves' : 'leave'} the metric as a whole. Run it again to count the rest.`]),
    ...(repairable.length > 0
      ? [`${names(runs.flatMap(({ run }) => repairable.some(one => one.run === run.id) ? [run] : []))} ${repairable.length === 1 ? 'was' : 'were'} not asked every fixed probe yet. Re-run these with: ${datasets.map(dataset => `mmedit audits rerun --dataset ${dataset}`).join('; ')}`]
      : []),
    ...waiting.flatMap(({ reason, probes }) => reason === undefined ? [] : [`${countOf(probes, 'fixed probe')} ${probes === 1 ? 'is' : 'are'} left out of a run: ${reason}`]),
  ]
}

/** A run that asks fixed probes again stands among the rows only where it was chosen. */
export function repairNotes(runs: readonly Run[]): string[] {
  return runs.flatMap(({ name, plan }) => plan.repairs === undefined
    ? []
    : [`Run '${name}' asks only fixed probes again: it completes run '${plan.repairs}' and is no result by itself.`])
}
