// The contract over a MessagePort: the desktop window, and tests with Node's own ports.
import { RPCHandler } from '@orpc/server/message-port'
import type { BackendContext } from '../router/context.ts'
import { router } from '../router/index.ts'

/** What both Electron's MessagePortMain and the web's MessagePort can do. */
export type Port = Parameters<RPCHandler<BackendContext>['upgrade']>[0]

const handler = new RPCHandler<BackendContext>(router)

/** Answers everything that comes through this port. The caller starts and closes the port. */
export function servePort(port: Port, context: BackendContext): void {
  handler.upgrade(port, { context })
}
