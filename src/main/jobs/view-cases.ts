// Saved views of the study.
import type { View } from '../../preload/contract/views.ts'
import type { Study } from '../workspace/open-workspace.ts'
import { notYet } from './not-yet.ts'

export interface ViewCases {
  readonly list: () => Promise<View[]>
  readonly save: (view: Omit<View, 'id' | 'createdAt'>) => Promise<View>
  readonly remove: (id: string) => Promise<boolean>
}

export function createViewCases(_options: { readonly study: Study, readonly checkWritable: () => void, readonly onChange: (id: string) => void }): ViewCases {
  const fail = (): never => {
    throw notYet('Saving views')
  }
  return { list: fail, save: fail, remove: fail }
}
