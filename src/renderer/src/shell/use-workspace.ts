// Asks for the study and the engine, and follows what changes.
import { watch } from 'vue'
import { useClient, useConnection } from '../api/client.ts'
import { useFollow } from '../api/follow.ts'
import { errorSentence } from '../lib/error-sentence.ts'
import { useWorkspaceStore } from './workspace-store.ts'

export function useWorkspace(): void {
  const client = useClient()
  const connection = useConnection()
  const store = useWorkspaceStore()

  async function ask(): Promise<void> {
    try {
      const [workspace, engine] = await Promise.all([client.workspace.get(), client.workspace.engine()])
      store.workspace = workspace
      store.engine = engine
      store.error = undefined
    }
    catch (reason) {
      store.error = errorSentence(reason)
    }
  }

  watch(() => connection.epoch, (epoch) => {
    if (epoch > 0)
      void ask()
  }, { immediate: true })
  useFollow(signal => client.workspace.watch(undefined, { signal }), event => store.apply(event))
}
