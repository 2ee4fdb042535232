// The contract over a MessagePort: the desktop window, and tests with Node's own ports.
import { RPCHandler } from '@orpc/server/ws'
import type { BackendContext } from '../router/context.ts'
import { router } from '../router/index.ts'

interface Arrived { readonly data: unknown }

interface Listening {
  (kind: 'close', listener: () => void): unknown
  (kind: 'message', listener: (event: Arrived) => void): unknown
}

/** The web's and Node's ports have addEventListener; Electron's MessagePortMain has `on`, with the same event. */
export type Port = { readonly postMessage: (data: unknown) => void } & ({ readonly addEventListener: Listening } | { readonly on: Listening })

/** Larger messages are dropped; the largest honest request is a few kilobytes. */
const mostMessageLength = 1024 * 1024

/**
 * oRPC's handler for sockets, because both speak the same messages and this one survives nonsense: the one for ports (1.16.1)
 * decodes outside any catch, so a page could end the main process with one message.
 */
const handler = new RPCHandler<BackendContext>(router)

/** Text or bytes of a bearable size. */
function isMessage(data: unknown): data is string | Uint8Array {
  return typeof data === 'string' ? data.length <= mostMessageLength : data instanceof Uint8Array && data.byteLength <= mostMessageLength
}

/** Answers everything that comes through this port. The caller starts and closes the port. */
export function servePort(port: Port, context: BackendContext): void {
  const listen: Listening = 'addEventListener' in port ? port.addEventListener.bind(port) : port.on.bind(port)
  const socket = {
    send: (data: unknown) => port.postMessage(data),
    addEventListener: (kind: string, listener: (event: Arrived) => void) =>
      kind === 'message'
        ? listen('message', event => isMessage(event.data) && listener({ data: event.data }))
        : listen('close', () => listener({ data: undefined })),
  }
  void handler.upgrade(socket as unknown as Parameters<typeof handler.upgrade>[0], { context })
}
