// The views of the rail, in order; Alt and the number opens one.
import type { IconName } from '../ui/icons.ts'

export interface ViewEntry {
  readonly name: string
  readonly label: string
  readonly icon: IconName
}

export const views: readonly ViewEntry[] = [
  { name: 'datasets', label: 'Datasets', icon: 'datasets' },
  { name: 'lab', label: 'Lab', icon: 'lab' },
  { name: 'runs', label: 'Runs', icon: 'runs' },
  { name: 'compare', label: 'Compare', icon: 'compare' },
  { name: 'audit', label: 'Audit', icon: 'audit' },
]
