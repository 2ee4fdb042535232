// The study's slices, and what can be done with them.
import { useClient } from '../../api/client.ts'
import { useFollow } from '../../api/follow.ts'
import { useAsked } from '../../api/use-asked.ts'
import type { Asked } from '../../api/use-asked.ts'
import type { Slice } from '@contract/slices.ts'

export function useSlices(): Asked<Slice[]> {
  const client = useClient()
  const list = useAsked(() => client.slices.list())
  useFollow(signal => client.workspace.watch(undefined, { signal }), (event) => {
    if (event.kind === 'changed' && event.noun === 'slices')
      void list.ask()
  })
  return list
}
