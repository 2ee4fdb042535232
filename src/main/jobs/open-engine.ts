// A new engine process with a model in it. Providers are tested once per program: later engines are told what was found.
import type { ProviderChoice, ProviderReport } from '../../preload/contract/models.ts'
import type { EngineClient } from './engine-client.ts'
import type { Opened } from './protocol.ts'

export interface Checkpoint {
  readonly folder: string
  readonly fingerprint: string
  readonly provider: ProviderChoice
}

export interface OpenEngine {
  readonly engine: EngineClient
  readonly opened: Opened
}

/** Throws a sentence (and leaves no process behind) if the model cannot be opened. */
export type EngineOpener = (checkpoint: Checkpoint, signal?: AbortSignal) => Promise<OpenEngine>

/** `answersFolder`: where engines keep base answers. */
export function createEngineOpener(createEngine: () => EngineClient, answersFolder: string): EngineOpener {
  const reports = new Map<ProviderChoice, ProviderReport>()
  return async ({ folder, fingerprint, provider }, signal) => {
    signal?.throwIfAborted()
    const engine = createEngine()
    try {
      const known = reports.get(provider)
      const opened = await engine.ask<'open'>({ kind: 'open', folder, fingerprint, answersFolder, provider, ...(known ? { known } : {}) }, signal)
      reports.set(provider, opened.provider)
      return { engine, opened }
    }
    catch (error) {
      await engine.dispose()
      throw error
    }
  }
}
