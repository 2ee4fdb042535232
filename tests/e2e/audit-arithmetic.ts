// What the audit walk expects, worked out from the study's files alone: nothing here uses the program's own code.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

interface Line { readonly record: string, readonly status: string, readonly scores: Readonly<Record<string, Readonly<Record<string, number>>>> }
export interface DecisionLine { readonly record: string, readonly kind: string, readonly decision: string, readonly reason?: string, readonly role: string, readonly fix?: { readonly prompt?: string } }

const linesIn = <T>(file: string): T[] => readFileSync(file, 'utf8').split('\n').filter(line => line !== '').map(line => JSON.parse(line) as T)

/** The run of this name: its folder's name. */
export function runNamed(study: string, name: string): string {
  const found = readdirSync(join(study, 'runs')).filter(id => !id.startsWith('.') && (JSON.parse(readFileSync(join(study, 'runs', id, 'run.json'), 'utf8')) as { name: string }).name === name)
  if (found.length !== 1)
    throw new Error(`${found.length} runs are called '${name}'.`)
  return found[0]!
}

/** Record → strict score of a metric. */
export function scoresOf(study: string, run: string, metric: string): Map<string, number> {
  return new Map(linesIn<Line>(join(study, 'runs', run, 'results.jsonl')).flatMap(({ record, status, scores }) => {
    const value = status === 'done' ? scores[metric]?.['strict'] : undefined
    return value === undefined ? [] : [[record, value]]
  }))
}

export const decisionsOf = (study: string, dataset: string, file: string): DecisionLine[] => linesIn(join(study, 'audits', dataset, `${file}.jsonl`))

/** Mean in percent with one decimal, as tables write it, without these records and with these values in place of others. */
export function meanText(scores: ReadonlyMap<string, number>, without: readonly string[], instead: ReadonlyMap<string, number> = new Map()): { text: string, n: number } {
  const values = [...scores].flatMap(([record, value]) => without.includes(record) && !instead.has(record) ? [] : [instead.get(record) ?? value])
  return { text: (100 * values.reduce((sum, value) => sum + value, 0) / values.length).toFixed(1), n: values.length }
}

/** Cohen (1960): (p_o − p_e) / (1 − p_e). */
export function cohen(pairs: readonly (readonly [string, string])[]): { percent: number, kappa: number } {
  const share = (test: (pair: readonly [string, string]) => boolean): number => pairs.filter(test).length / pairs.length
  const observed = share(([a, b]) => a === b)
  const expected = [...new Set(pairs.flat())].reduce((sum, label) => sum + share(([a]) => a === label) * share(([, b]) => b === label), 0)
  return { percent: observed, kappa: (observed - expected) / (1 - expected) }
}
