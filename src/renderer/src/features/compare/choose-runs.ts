// Which runs stand in a comparison, in which order, and how the chooser groups them.
import type { Reported } from '@contract/reported.ts'
import type { Run } from '@contract/runs.ts'

/** The most runs that stand beside each other. */
export const mostRuns = 20
const scopes = ['text', 'vision', 'both']

export interface RunGroup { readonly dataset: string, readonly runs: readonly Run[] }
export interface ReportedGroup { readonly source: string, readonly rows: readonly Reported[] }

/** Newest first; trainings have no results of their own, and re-runs of fixes belong to the runs that they complete. */
export function finishedRuns(runs: readonly Run[]): Run[] {
  return runs.filter(run => run.status === 'finished' && run.plan.kind === 'score' && run.plan.repairs === undefined).sort((a, b) => b.createdAt.localeCompare(a.createdAt) || b.id.localeCompare(a.id))
}

/** Dataset, method, text before vision before both, older before newer. */
export function byStudy(a: Run, b: Run): number {
  return a.plan.dataset.localeCompare(b.plan.dataset)
    || a.plan.method.id.localeCompare(b.plan.method.id)
    || scopes.indexOf(a.plan.scope) - scopes.indexOf(b.plan.scope)
    || a.createdAt.localeCompare(b.createdAt)
    || a.id.localeCompare(b.id)
}

/** What is compared before anyone chose: everything, or of too many the newest of the newest run's dataset. `finished` is newest first. */
export function usualChoice(finished: readonly Run[]): string[] {
  const chosen = finished.length <= mostRuns ? finished : finished.filter(run => run.plan.dataset === finished[0]?.plan.dataset)
  return chosen.slice(0, mostRuns).map(run => run.id)
}

/** Runs whose name, method, scope, dataset, protocol or seed holds every word. */
export function matchRuns(runs: readonly Run[], search: string, scope: string | undefined): Run[] {
  const words = wordsOf(search)
  return runs.filter(({ name, id, plan }) => {
    const text = `${name} ${id} ${plan.method.id} ${plan.scope} ${plan.dataset} ${plan.model} ${plan.protocol} seed ${plan.seed}`.toLowerCase()
    return (scope === undefined || plan.scope === scope) && words.every(word => text.includes(word))
  })
}

export function groupRuns(runs: readonly Run[]): RunGroup[] {
  const sorted = [...runs].sort(byStudy)
  return [...new Set(sorted.map(run => run.plan.dataset as string))].map(dataset => ({ dataset, runs: sorted.filter(run => run.plan.dataset === dataset) }))
}

/** By what they come from, the user's own before those that ship. */
export function groupReported(rows: readonly Reported[], search: string): ReportedGroup[] {
  const words = wordsOf(search)
  const found = rows.filter(row => words.every(word => `${row.name} ${row.source} ${row.model} ${row.dataset} ${row.method} ${row.scope}`.toLowerCase().includes(word)))
  const sources = [...new Set([...found.filter(row => !row.shipped), ...found.filter(row => row.shipped)].map(row => row.source))]
  return sources.map(source => ({ source, rows: found.filter(row => row.source === source) }))
}

const wordsOf = (search: string): string[] => search.toLowerCase().split(/\s+/).filter(word => word !== '')
