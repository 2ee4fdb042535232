// The backend's end of an engine process: jobs as promises and async iterators, cancelling, and its death as a sentence.
import type { ChildProcess } from 'node:child_process'
import { internal, messageOf } from '../base/errors.ts'
import { createChannel } from './channel.ts'
import type { Channel } from './channel.ts'
import { eventOf, FromEngine, valueOf } from './protocol.ts'
import type { EngineJob, JobEvent, JobOf, JobValue, ToEngine } from './protocol.ts'
import { startEngine } from './start-engine.ts'

type Kind = EngineJob['kind']

export interface EngineClient {
  /** Runs a job without events. */
  readonly ask: <K extends Kind>(job: JobOf<K>, signal?: AbortSignal) => Promise<JobValue[K]>
  /** Runs a job and gives its events as they come; ends when the job is done, throws when it fails. */
  readonly stream: <K extends Kind>(job: JobOf<K>, signal?: AbortSignal) => AsyncGenerator<JobEvent[K], JobValue[K], undefined>
  /** Bytes of memory the process held after its last job. */
  readonly memoryBytes: () => number
  readonly isAlive: () => boolean
  readonly pid: number | undefined
  /** Calls back once when the process is gone, with the sentence that says how. */
  readonly onEnd: (listener: (sentence: string) => void) => void
  /** Ends the process now and waits until it is gone. What is still running fails with this reason. */
  readonly dispose: (reason?: string) => Promise<void>
}

/** How long a cancelled job may take to stop before its process is killed. */
export const killAfterMs = 5_000

interface Pending {
  readonly kind: Kind
  readonly channel: Channel<unknown, unknown>
}

/** What an engine was busy with, for the sentence about its death. */
const doing: Readonly<Record<Kind, string>> = {
  open: 'opening the model', answer: 'answering a question', edit: 'editing', recall: 'remembering edits', undo: 'undoing an edit', run: 'working on a run', train: 'training', check: 'checking the model', features: 'computing features', ask: 'answering questions',
  trace: 'tracing', sweep: 'sweeping layers',
}

/** One sentence about a process that ended although it should not have. */
export function deathSentence(code: number | null, signal: string | null, busyWith: string | undefined, lastWords: string): string {
  const how = signal ? `was ended by ${signal}` : `ended with exit code ${String(code)}`
  const where = busyWith ? ` while ${busyWith}` : ''
  const next = signal === 'SIGKILL'
    ? 'The system may have run out of memory: close other programs or take a smaller model, then try again.'
    : signal === 'SIGABRT' || signal === 'SIGSEGV' || signal === 'SIGTRAP'
      ? 'The native runtime crashed: try again with provider cpu.'
      : 'Try again; if it happens again, run mmedit models check on the model.'
  const lines = lastWords.split('\n').map(line => line.trim()).filter(Boolean)
  // Node ends an uncaught error with the stack and its own version; the line that says what happened stands above.
  const words = (lines.findLast(line => /^\w*Error\b/.test(line)) ?? lines.at(-1))?.replace(/\.$/, '').slice(0, 300)
  return `The engine process ${how}${where}.${words && !signal ? ` It last said: ${words}.` : ''} ${next}`
}

/** Starts an engine process. `start` is replaced in tests by one that starts another program. */
export function createEngineClient(start: () => ChildProcess = startEngine): EngineClient {
  const child = start()
  const pending = new Map<number, Pending>()
  const endListeners: ((sentence: string) => void)[] = []
  let nextId = 1
  let memoryBytes = 0
  let lastWords = ''
  let endReason: string | undefined
  let end: string | undefined
  let ended: () => void
  const gone = new Promise<void>(resolve => ended = resolve)

  function finish(code: number | null, signal: string | null): void {
    if (end !== undefined)
      return
    const busy = [...pending.values()][0]
    end = endReason ?? deathSentence(code, signal, busy && doing[busy.kind], lastWords)
    for (const { channel } of pending.values())
      channel.fail(new Error(end))
    pending.clear()
    for (const listener of endListeners)
      listener(end)
    ended()
  }
  child.stderr?.on('data', (chunk: Buffer) => {
    lastWords = (lastWords + chunk.toString()).slice(-4_000)
    process.stderr.write(chunk)
  })
  child.on('error', (error) => {
    endReason ??= `The engine process could not be started: ${messageOf(error)}. Is Node installed?`
    finish(null, null)
  })
  // 'close' comes after the last stderr line and the last message, 'exit' may come before them.
  child.on('close', finish)
  child.on('message', (raw) => {
    const message = FromEngine.parse(raw)
    const waiting = pending.get(message.id)
    if (!waiting)
      return
    if (message.type === 'event') {
      waiting.channel.push(eventOf[waiting.kind].parse(message.event))
      return
    }
    pending.delete(message.id)
    if (message.type === 'error') {
      const error = new Error(message.message)
      error.name = message.name
      waiting.channel.fail(error)
      return
    }
    memoryBytes = message.memoryBytes
    waiting.channel.finish(valueOf[waiting.kind].parse(message.value))
  })

  // A channel that is already closed is followed by 'close', which says how the process ended.
  const send = (message: ToEngine): void => void child.send(message, () => undefined)

  async function* stream<K extends Kind>(job: JobOf<K>, signal?: AbortSignal): AsyncGenerator<JobEvent[K], JobValue[K], undefined> {
    signal?.throwIfAborted()
    if (end !== undefined)
      throw new Error(end)
    const id = nextId++
    const channel = createChannel<JobEvent[K], JobValue[K]>()
    pending.set(id, { kind: job.kind, channel: channel as Channel<unknown, unknown> })
    let killTimer: NodeJS.Timeout | undefined
    const cancel = (): void => {
      if (!pending.has(id) || killTimer)
        return
      send({ type: 'cancel', id })
      killTimer = setTimeout(() => {
        endReason ??= `The engine did not stop within ${killAfterMs / 1000} s and was ended.`
        child.kill('SIGKILL')
      }, killAfterMs)
      void channel.settled.finally(() => clearTimeout(killTimer))
    }
    signal?.addEventListener('abort', cancel, { once: true })
    send({ type: 'job', id, job })
    try {
      return yield* channel.read()
    }
    catch (error) {
      // Whatever the engine said last, the caller asked for it to stop.
      if (signal?.aborted)
        throw signal.reason
      throw error
    }
    finally {
      signal?.removeEventListener('abort', cancel)
      // A reader that stops listening does not want the rest.
      cancel()
    }
  }

  return {
    stream,
    async ask(job, signal) {
      const events = stream(job, signal)
      const { done, value } = await events.next()
      if (!done)
        throw internal(`job '${job.kind}' has events; use stream.`)
      return value
    },
    memoryBytes: () => memoryBytes,
    isAlive: () => end === undefined,
    get pid() { return child.pid },
    onEnd: listener => void (end === undefined ? endListeners.push(listener) : listener(end)),
    async dispose(reason = 'The engine was closed.') {
      if (end === undefined) {
        endReason ??= reason
        child.kill('SIGKILL')
      }
      await gone
    },
  }
}
