// Saved views of the study.
import type { View } from '../../preload/contract/views.ts'
import type { Study } from '../workspace/open-workspace.ts'
import { listViews, removeView, writeView } from '../workspace/views.ts'

export interface ViewCases {
  /** Oldest first. */
  readonly list: () => Promise<View[]>
  readonly save: (view: Omit<View, 'id' | 'createdAt'>) => Promise<View>
  readonly remove: (id: string) => Promise<boolean>
}

export interface ViewCaseOptions {
  readonly study: Study
  readonly checkWritable: () => void
  /** Hears about files that cannot be read. */
  readonly warn: (sentence: string) => void
  readonly onChange: (id: string) => void
}

export function createViewCases({ study, checkWritable, warn, onChange }: ViewCaseOptions): ViewCases {
  return {
    async list() {
      const { views, broken } = await listViews(study)
      broken.forEach(({ reason }) => warn(reason))
      return views
    },
    async save(view) {
      checkWritable()
      const saved = await writeView(study, view)
      onChange(saved.id)
      return saved
    },
    async remove(id) {
      checkWritable()
      const removed = await removeView(study, id)
      if (removed)
        onChange(id)
      return removed
    },
  }
}
