// Where am I? The only file of the page that asks: a port in the desktop window, a socket in a browser.
import type { ClientContext, ClientLink } from '@orpc/client'
import { RPCLink } from '@orpc/client/message-port'
import type { Connection } from './connection.ts'
import { createSocketLink } from './socket-link.ts'

/** Opens the transport that this host has and reports its state on `connection`. */
export function createLink(connection: Connection): ClientLink<ClientContext> {
  if (window.desktop)
    return createPortLink(connection)
  const scheme = location.protocol === 'https:' ? 'wss' : 'ws'
  return createSocketLink(`${scheme}://${location.host}/rpc`, connection)
}

/** One end stays here, the other goes through the preload script to the main process. */
function createPortLink(connection: Connection): ClientLink<ClientContext> {
  const { port1, port2 } = new MessageChannel()
  window.postMessage('connect', location.origin === 'null' ? '*' : location.origin, [port2])
  port1.addEventListener('close', () => {
    connection.state = 'lost'
  })
  port1.start()
  connection.state = 'open'
  connection.epoch += 1
  return new RPCLink({ port: port1 })
}
