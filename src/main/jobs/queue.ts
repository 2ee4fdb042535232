// The queue of runs: one at a time, each in an engine process of its own, every finished record on disk before anyone hears of it.
import type { RunId } from '../../preload/contract/identifiers.ts'
import type { Run, RunEvent, RunPlan } from '../../preload/contract/runs.ts'
import { now } from '../base/log.ts'
import { messageOf } from '../base/errors.ts'
import { createBroadcast } from './channel.ts'
import { checkAllowed, withStatus } from './run-state.ts'
import type { RunStore } from './run-store.ts'
import { workRun } from './work-run.ts'
import type { WorkOptions } from './work-run.ts'

export interface QueueOptions extends WorkOptions {
  /** Throws a sentence if this process may not write to the study. */
  readonly checkWritable: () => void
  readonly onChange?: (id: RunId) => void
}

export interface Queue {
  readonly list: () => readonly Run[]
  readonly get: (id: RunId) => Run
  readonly start: (plan: RunPlan) => Promise<Run>
  readonly pause: (id: RunId) => Promise<Run>
  readonly resume: (id: RunId) => Promise<Run>
  readonly cancel: (id: RunId) => Promise<Run>
  readonly remove: (id: RunId) => Promise<boolean>
  /** The run as it is, then every change and every finished record. */
  readonly watch: (id: RunId, signal?: AbortSignal) => AsyncGenerator<RunEvent, void, undefined>
  /** Pauses what is running and waits for it. */
  readonly close: (reason: string) => Promise<void>
}

/** Why the current run was told to stop. */
interface Stop { readonly status: 'paused' | 'cancelled', readonly reason?: string }

interface Current {
  readonly id: RunId
  readonly controller: AbortController
  stop?: Stop
  readonly done: Promise<void>
}

/** A queue of these runs (from `readRuns`) that waits for work. */
export function createQueue(known: readonly Run[], options: QueueOptions): Queue {
  const { store } = options
  const runs = new Map<RunId, Run>(known.map(run => [run.id, run]))
  const waiting: RunId[] = []
  const news = createBroadcast<{ readonly id: RunId, readonly event: RunEvent }>()
  let current: Current | undefined
  let isClosed = false

  const isoNow = (): string => new Date(now()).toISOString()
  const get = (id: RunId): Run => {
    const run = runs.get(id)
    if (!run)
      throw new Error(`There is no run '${id}' in this study. Known: ${[...runs.keys()].join(', ') || 'none'}.`)
    return run
  }
  const announce = (run: Run): Run => {
    runs.set(run.id, run)
    news.send({ id: run.id, event: { kind: 'run', run } })
    options.onChange?.(run.id)
    return run
  }
  /** Changes a run on disk first, then for everybody. */
  const change = async (run: Run): Promise<Run> => {
    await store.save(run)
    await store.appendEvent(run.id, run.status, run.reason)
    // The logs of the run that is going stay open until its turn ends.
    if (current?.id !== run.id)
      await store.close(run.id)
    return announce(run)
  }

  async function work(id: RunId, controller: AbortController): Promise<void> {
    try {
      const reason = await workRun({ ...options, get: () => get(id), change, announce, tell: event => news.send({ id, event }) }, controller.signal)
      await change(withStatus(get(id), 'finished', reason, isoNow()))
    }
    catch (error) {
      const { status, reason } = current?.stop ?? { status: 'failed' as const, reason: messageOf(error) }
      await change(withStatus(get(id), status, reason, status === 'paused' ? undefined : isoNow()))
    }
    finally {
      await store.close(id)
    }
  }

  /** Takes the next waiting run if nothing is going. */
  function pump(): void {
    const id = waiting[0]
    if (isClosed || current || id === undefined)
      return
    waiting.shift()
    const controller = new AbortController()
    // The work starts in the next turn, when `current` is set: its end looks at `current.stop`.
    const done = Promise.resolve().then(() => work(id, controller)).finally(() => {
      current = undefined
      pump()
    })
    current = { id, controller, done }
    // work() reports its own failures; what is left is a disk that cannot be written to.
    done.catch((error: unknown) => {
      const run = runs.get(id)
      if (run)
        announce(withStatus(run, 'failed', messageOf(error)))
    })
  }

  async function stop(id: RunId, how: Stop): Promise<Run> {
    if (current?.id === id) {
      const { controller, done } = current
      current.stop ??= how
      controller.abort()
      await done
      return get(id)
    }
    if (waiting.includes(id))
      waiting.splice(waiting.indexOf(id), 1)
    return change(withStatus(get(id), how.status, how.reason, how.status === 'cancelled' ? isoNow() : undefined))
  }

  return {
    list: () => [...runs.values()].sort((a, b) => b.createdAt.localeCompare(a.createdAt) || b.id.localeCompare(a.id)),
    get,
    async start(request) {
      options.checkWritable()
      const { plan, name, recordCount, versions, keep } = await options.resolve(request)
      const created = await store.create({
        name, plan, status: 'waiting', createdAt: isoNow(), recordCount, doneCount: 0, failedCount: 0, recordsPerSecond: null, secondsLeft: null, versions: { ...versions },
      })
      await keep?.(created.id)
      const run = await change(created)
      waiting.push(run.id)
      pump()
      return run
    },
    async pause(id) {
      options.checkWritable()
      checkAllowed('pause', get(id))
      return stop(id, { status: 'paused', reason: `Paused. ${goesOn(get(id))}` })
    },
    async resume(id) {
      options.checkWritable()
      checkAllowed('resume', get(id))
      // An ended turn gives its engine back first; its end looks at what it was told.
      if (current?.id === id)
        await current.done
      const run = await change(withStatus(get(id), 'waiting'))
      waiting.push(id)
      pump()
      return run
    },
    async cancel(id) {
      options.checkWritable()
      checkAllowed('cancel', get(id))
      return stop(id, { status: 'cancelled' })
    },
    async remove(id) {
      options.checkWritable()
      checkAllowed('remove', get(id))
      // It has just ended: its engine is being closed.
      if (current?.id === id)
        await current.done
      const removed = await store.remove(id)
      runs.delete(id)
      options.onChange?.(id)
      return removed
    },
    async* watch(id, signal) {
      get(id)
      for await (const item of news.watch(signal, [{ id, event: { kind: 'run', run: get(id) } }])) {
        if (item.id === id)
          yield item.event
      }
    },
    async close(reason) {
      isClosed = true
      if (current)
        await stop(current.id, { status: 'paused', reason })
      for (const id of waiting.splice(0))
        await change(withStatus(get(id), 'paused', reason))
      news.close()
    },
  }
}

/**
 * The runs of the study. Those that say they are going although the program that ran them is gone are paused: on the disk
 * too with `save`, else only in what is shown.
 */
export async function readRuns(store: RunStore, { isGoing, save }: { readonly isGoing: boolean, readonly save: boolean }): Promise<Run[]> {
  return Promise.all((await store.list()).map(async (run) => {
    if (isGoing || (run.status !== 'running' && run.status !== 'waiting'))
      return run
    const counts = await countsOf(store, run)
    const paused = withStatus({ ...run, ...counts }, 'paused', `The program ended while this run was under way. ${goesOn(run)}`)
    if (save)
      await store.save(paused)
    return paused
  }))
}

/** What a resume does, for the sentence of a pause. */
const goesOn = ({ plan }: Run): string => plan.kind === 'train' ? 'Resume continues from the last checkpoint.' : 'Resume continues with the next record.'

/** How far a run is, by what is on the disk. */
async function countsOf(store: RunStore, run: Run): Promise<Pick<Run, 'doneCount' | 'failedCount'>> {
  if (run.plan.kind === 'train')
    return { doneCount: (await store.readSteps(run.id)).at(-1)?.step ?? 0, failedCount: 0 }
  const scored = await store.readScores(run.id)
  return { doneCount: scored.length, failedCount: scored.filter(result => result.status === 'failed').length }
}
