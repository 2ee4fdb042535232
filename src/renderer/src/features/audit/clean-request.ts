// What a cleaned dataset is asked with, and the command that asks the same.
import type { CleanRequest } from '@contract/audits.ts'
import { word } from '../../lib/command-of.ts'

export type CleanCounts = CleanRequest['counts']

export const cleanPolicies: readonly { readonly value: CleanCounts, readonly label: string, readonly help: string }[] = [
  { value: 'with-fixes', label: 'With fixes', help: 'Rejected probes leave, fixed ones say what their fix says.' },
  { value: 'without-rejected', label: 'Without rejected', help: 'Rejected probes leave, and so do those that need a fix.' },
  { value: 'double-kept', label: 'Double-kept', help: 'Of the audited kinds, only what two annotators kept and nobody settled otherwise stays.' },
]

export interface CleanForm {
  readonly counts: CleanCounts
  readonly whole: boolean
  /** As it was typed; empty: the dataset's id and the policy. */
  readonly name: string
}

export const startForm: CleanForm = { counts: 'with-fixes', whole: false, name: '' }

/** The request behind a form; a name of blanks is none. */
export function cleanRequest(dataset: CleanRequest['dataset'], { counts, whole, name }: CleanForm): Omit<CleanRequest, 'keep'> {
  return { dataset, counts, whole, ...(name.trim() === '' ? {} : { name: name.trim() }) }
}

export function cleanCommand({ dataset, counts, whole, name }: Omit<CleanRequest, 'keep'>): string {
  return ['npx mmedit audits export', `--dataset ${word(dataset)}`, `--counts ${counts}`, ...(whole ? ['--whole'] : []), ...(name === undefined ? [] : [`--name ${word(name)}`])].join(' ')
}

/** `/study/exports/x/diff.md` below `/study/exports/x` → `diff.md`. */
export const below = (path: string, folder: string): string => path.startsWith(folder) ? path.slice(folder.length + 1) : path
