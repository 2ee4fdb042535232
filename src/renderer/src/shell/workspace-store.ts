// The open study, the engine's state, and a counter per noun that says: ask again.
import { defineStore } from 'pinia'
import { reactive, ref, shallowRef } from 'vue'
import type { EngineStatus, Workspace, WorkspaceEvent } from '@contract/workspace.ts'

export const useWorkspaceStore = defineStore('workspace', () => {
  const workspace = shallowRef<Workspace>()
  const engine = shallowRef<EngineStatus>({ state: 'none' })
  const error = ref<string>()
  const versions = reactive({ datasets: 0, models: 0, editors: 0, runs: 0, slices: 0, views: 0, reported: 0, audits: 0 })

  function apply(event: WorkspaceEvent): void {
    if (event.kind === 'engine')
      engine.value = event.engine
    else
      versions[event.noun] += 1
  }

  return { workspace, engine, error, versions, apply }
})
