// What the Lab has to choose from, asked again when the study changes.
import { watch } from 'vue'
import type { Ref } from 'vue'
import { useClient } from '../../api/client.ts'
import { useFollow } from '../../api/follow.ts'
import { useAsked } from '../../api/use-asked.ts'
import { useLabStore } from './lab-store.ts'

const nouns: readonly string[] = ['datasets', 'models', 'editors']

/** @returns why the choices could not be loaded. */
export function useLab(): Ref<string | undefined> {
  const client = useClient()
  const store = useLabStore()

  const choices = useAsked(async () => {
    const [datasets, models, methods, metrics, verdicts, editors] = await Promise.all([client.datasets.list(), client.models.list(), client.methods.list(), client.metrics.list(), client.metrics.verdicts(), client.editors.list()])
    return { datasets, models, methods, metrics, verdicts, editors }
  })

  useFollow(signal => client.workspace.watch(undefined, { signal }), (event) => {
    if (event.kind === 'changed' && nouns.includes(event.noun))
      void choices.ask()
  })

  watch(choices.data, (loaded) => {
    if (loaded)
      store.setChoices(loaded)
  })
  return choices.error
}
