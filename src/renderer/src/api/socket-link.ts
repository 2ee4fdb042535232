// The headless transport: one WebSocket, opened again after a gap, requests wait for it.
import type { ClientContext, ClientLink } from '@orpc/client'
import { RPCLink } from '@orpc/client/websocket'
import type { Connection } from './connection.ts'

const shortestDelayMs = 500
const longestDelayMs = 5_000
const patienceMs = 8_000
const retryMs = 200

interface Opening {
  readonly link: ClientLink<ClientContext>
  readonly opened: Promise<void>
}

/** Opens `url` and keeps it open; a request made during a gap waits eight seconds, then fails with a sentence. */
export function createSocketLink(url: string, connection: Connection): ClientLink<ClientContext> {
  let delayMs = shortestDelayMs
  let current = open()

  function open(): Opening {
    const socket = new WebSocket(url)
    const opened = new Promise<void>((resolve) => {
      socket.addEventListener('open', () => {
        delayMs = shortestDelayMs
        connection.state = 'open'
        connection.epoch += 1
        resolve()
      }, { once: true })
    })
    socket.addEventListener('close', () => {
      connection.state = 'lost'
      setTimeout(() => {
        current = open()
      }, delayMs)
      delayMs = Math.min(delayMs * 2, longestDelayMs)
    }, { once: true })
    return { link: new RPCLink({ websocket: socket }), opened }
  }

  async function ready(signal: AbortSignal | undefined): Promise<ClientLink<ClientContext>> {
    const deadline = new Promise<'late'>(resolve => setTimeout(() => resolve('late'), patienceMs))
    for (;;) {
      const opening = current
      const outcome = await Promise.race([opening.opened, deadline, pause(retryMs)])
      signal?.throwIfAborted()
      if (outcome === 'late')
        throw new Error(`No answer from the workbench's server at ${new URL(url).host}. Is it still running?`)
      if (connection.state === 'open' && opening === current)
        return opening.link
      // A socket that was open and is gone has long resolved: without a pause the page would spin here, and no timer could end it.
      await pause(retryMs)
    }
  }

  return {
    async call(path, input, options) {
      const link = await ready(options.signal)
      return link.call(path, input, options)
    },
  }
}

function pause(delayMs: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, delayMs))
}
