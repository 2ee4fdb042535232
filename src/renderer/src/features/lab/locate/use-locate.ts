// Starts, follows and cancels the trace or the sweep of the record on the bench.
import { computed, onScopeDispose, ref, shallowRef, watch } from 'vue'
import type { ComputedRef, Ref } from 'vue'
import type { LayerMap, TraceEvent } from '@contract/lab.ts'
import { useClient } from '../../../api/client.ts'
import { errorSentence } from '../../../lib/error-sentence.ts'
import type { Setting } from '../lane.ts'
import { sweptConfig } from './commands.ts'
import type { Place } from './commands.ts'
import { useLocateStore } from './locate-store.ts'
import type { Located } from './locate-store.ts'
import { emptySweep, foldSweep } from './sweep.ts'
import type { Sweep } from './sweep.ts'
import { emptyTrace, foldTrace } from './trace.ts'
import type { Trace } from './trace.ts'

export interface Locate {
  readonly located: ComputedRef<Located>
  /** Where an edit with the settings of the form acts; undefined while it is looked up. */
  readonly layers: Ref<LayerMap | undefined>
  readonly isRunning: ComputedRef<boolean>
  readonly trace: (edit: string | undefined) => Promise<void>
  readonly sweep: () => Promise<void>
  readonly cancel: () => void
  /** Queues a run per layer. Gives a sentence that says what was started, or why nothing was. */
  readonly sweepDataset: (limit: number | undefined) => Promise<{ readonly started: number, readonly sentence: string }>
}

const isGoing = (work: Trace | Sweep | undefined): boolean => work?.phase === 'opening' || work?.phase === 'running'
/** Cells come by the hundred; the page is drawn this often. */
const drawEveryMs = 100

export function useLocate(place: () => Place, setting: () => Setting): Locate {
  const client = useClient()
  const store = useLocateStore()
  const keyOf = ({ model, dataset, record }: Place): string => `${model}\n${dataset}\n${record}`
  const located = computed(() => store.kept.get(keyOf(place())) ?? {})
  let controller = new AbortController()
  const isRunning = computed(() => isGoing(located.value.trace) || isGoing(located.value.sweep))

  /** One piece of work at a time; a click on Cancel is answered at once. */
  function begin(which: 'trace' | 'sweep'): { key: string, signal: AbortSignal } {
    controller.abort()
    controller = new AbortController()
    const key = keyOf(place())
    controller.signal.addEventListener('abort', () => store.change(key, kept => {
      const work = kept[which]
      return isGoing(work) ? { ...kept, [which]: { ...work, phase: 'cancelled' } } : kept
    }), { once: true })
    return { key, signal: controller.signal }
  }

  async function trace(edit: string | undefined): Promise<void> {
    const { key, signal } = begin('trace')
    const { model, dataset, record } = place()
    const change = (patch: (trace: Trace) => Trace): void => store.change(key, kept => (kept.trace ? { ...kept, trace: patch(kept.trace) } : kept))
    store.change(key, kept => ({ ...kept, trace: emptyTrace(store.setting, edit) }))
    let waiting: TraceEvent[] = []
    const draw = (): void => {
      const taken = waiting
      waiting = []
      if (taken.length > 0 && !signal.aborted)
        change(now => foldTrace(now, taken))
    }
    const timer = setInterval(draw, drawEveryMs)
    try {
      const request = { model, dataset, record, ...store.setting, seed: setting().seed, ...(edit === undefined ? {} : { edit }) } as Parameters<typeof client.lab.trace>[0]
      for await (const event of await client.lab.trace(request, { signal }))
        waiting.push(event)
      draw()
    }
    catch (reason) {
      draw()
      if (!signal.aborted)
        change(now => ({ ...now, phase: 'failed', error: errorSentence(reason) }))
    }
    finally {
      clearInterval(timer)
    }
  }

  async function sweep(): Promise<void> {
    const { key, signal } = begin('sweep')
    const { model, dataset, record } = place()
    const { method, scope, seed } = setting()
    const config = sweptConfig(setting())
    const change = (patch: (sweep: Sweep) => Sweep): void => store.change(key, kept => (kept.sweep ? { ...kept, sweep: patch(kept.sweep) } : kept))
    store.change(key, kept => ({ ...kept, sweep: emptySweep({ method, scope, seed, config }) }))
    try {
      const request = { model, dataset, record, method: { id: method, config }, scope, seed } as Parameters<typeof client.lab.sweep>[0]
      for await (const event of await client.lab.sweep(request, { signal })) {
        if (!signal.aborted)
          change(now => foldSweep(now, event))
      }
    }
    catch (reason) {
      if (!signal.aborted)
        change(now => ({ ...now, phase: 'failed', error: errorSentence(reason) }))
    }
  }

  async function sweepDataset(limit: number | undefined): Promise<{ started: number, sentence: string }> {
    const { model, dataset } = place()
    const { method, scope, seed } = setting()
    try {
      const plan = { model, dataset, method: { id: method, config: sweptConfig(setting()) }, scope, seed, ...(limit === undefined ? {} : { limit }) }
      const { runs, refused } = await client.runs.sweep({ plan } as Parameters<typeof client.runs.sweep>[0])
      const left = refused.map(({ layer, reason }) => `Layer ${layer} is left out: ${reason}`).join(' ')
      return { started: runs.length, sentence: `${runs.length === 1 ? '1 run is' : `${runs.length} runs are`} queued, one a layer. ${left}`.trim() }
    }
    catch (reason) {
      return { started: 0, sentence: errorSentence(reason) }
    }
  }

  const layers = shallowRef<LayerMap>()
  const asked = ref(0)
  watch([() => place().model, () => JSON.stringify([setting().method, setting().config, setting().scope])], async () => {
    const turn = ++asked.value
    const { method, config, scope } = setting()
    try {
      const found = await client.lab.layers({ model: place().model, method: { id: method, config: { ...config } }, scope } as Parameters<typeof client.lab.layers>[0])
      if (turn === asked.value)
        layers.value = found
    }
    catch (reason) {
      // A setting that is being typed: what is wrong with it is said where it is typed.
      if (turn === asked.value)
        layers.value = { parts: layers.value?.parts.map(part => ({ ...part, edited: [] })) ?? [], refusal: errorSentence(reason) }
    }
  }, { immediate: true })

  watch(() => keyOf(place()), () => controller.abort())
  onScopeDispose(() => controller.abort())
  return { located, layers, isRunning, trace, sweep, cancel: () => controller.abort(), sweepDataset }
}
