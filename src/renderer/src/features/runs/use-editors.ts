// The trained editors of the study, asked for again when one comes or goes.
import type { EditorInfo } from '@contract/editors.ts'
import { useClient } from '../../api/client.ts'
import { useFollow } from '../../api/follow.ts'
import { useAsked } from '../../api/use-asked.ts'
import type { Asked } from '../../api/use-asked.ts'

/** `source`: a change of it means that the list may be old. */
export function useEditors(source: () => unknown): { readonly list: Asked<EditorInfo[]>, readonly remove: (id: string) => Promise<void> } {
  const client = useClient()
  const list = useAsked(() => client.editors.list(), [source])
  useFollow(signal => client.workspace.watch(undefined, { signal }), (event) => {
    if (event.kind === 'changed' && event.noun === 'editors')
      void list.ask()
  })

  async function remove(id: string): Promise<void> {
    await client.editors.remove({ id })
    await list.ask()
  }

  return { list, remove }
}
