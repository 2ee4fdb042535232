// The engine's end of the channel: jobs come in, one runs at a time, events and values go back.
import { createSerial } from '../base/async.ts'
import { messageOf } from '../base/errors.ts'
import { ToEngine } from './protocol.ts'
import type { EngineJob, FromEngine, JobEvent, JobOf, JobValue } from './protocol.ts'

type Kind = EngineJob['kind']

export interface JobContext<K extends Kind> {
  readonly report: (event: JobEvent[K]) => void
  readonly signal: AbortSignal
}

export type JobHandlers = { readonly [K in Kind]: (job: JobOf<K>, context: JobContext<K>) => Promise<JobValue[K]> }

/** Serves this process's IPC channel. The process ends when the backend goes away, so no engine outlives its program. */
export function serveJobs(handlers: JobHandlers): void {
  const serial = createSerial()
  const asked = new Map<number, AbortController>()
  let runningId: number | undefined
  const send = (message: FromEngine): void => void process.send?.(message, () => undefined)
  const fail = (id: number, error: unknown): void => send({ type: 'error', id, name: error instanceof Error ? error.name : 'Error', message: messageOf(error) })

  async function run<K extends Kind>(id: number, job: JobOf<K>, signal: AbortSignal): Promise<void> {
    // Cancelled while it waited: that was answered at once.
    if (signal.aborted)
      return
    runningId = id
    try {
      const handler = handlers[job.kind as K]
      const value = await handler(job, { report: event => send({ type: 'event', id, event }), signal })
      send({ type: 'value', id, value, memoryBytes: process.memoryUsage.rss() })
    }
    catch (error) {
      fail(id, error)
    }
    finally {
      asked.delete(id)
    }
  }

  process.on('message', (raw) => {
    const message = ToEngine.parse(raw)
    if (message.type === 'cancel') {
      const controller = asked.get(message.id)
      controller?.abort()
      if (controller && message.id !== runningId) {
        asked.delete(message.id)
        fail(message.id, controller.signal.reason)
      }
      return
    }
    const controller = new AbortController()
    asked.set(message.id, controller)
    void serial(() => run(message.id, message.job, controller.signal))
  })
  process.on('disconnect', () => process.exit(0))
  // Ctrl-C reaches the whole group: the backend decides what happens to a run.
  process.on('SIGINT', () => undefined)
}
