// The contract over WebSocket, at /rpc of the local server.
import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { RPCHandler } from '@orpc/server/ws'
import { WebSocketServer } from 'ws'
import type { BackendContext } from '../router/context.ts'
import { router } from '../router/index.ts'
import type { Access } from './access.ts'

/** Larger frames are refused and close the connection; the largest honest request is a picture of 20 MB in base64. */
export const mostFrameBytes = 28 * 1024 * 1024

export const socketPath = '/rpc'

export interface SocketOptions {
  readonly server: Server
  readonly access: Access
  readonly context: BackendContext
}

function refuse(socket: Duplex, status: number, reason: string): void {
  socket.end(`HTTP/1.1 ${status} ${reason}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
}

/** Upgrades connections to /rpc that may talk to us. @returns a function that closes every connection. */
export function serveSocket({ server, access, context }: SocketOptions): () => void {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: mostFrameBytes, perMessageDeflate: false, clientTracking: true })
  const handler = new RPCHandler<BackendContext>(router)
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy())
    const url = request.url ?? '/'
    const verdict = access.judge({ method: request.method ?? '', url, headers: request.headers, isSocket: true })
    if (verdict.kind !== 'allowed')
      return refuse(socket, verdict.kind === 'refused' ? verdict.status : 401, 'Refused')
    if (url.split('?')[0] !== socketPath)
      return refuse(socket, 404, 'Not Found')
    sockets.handleUpgrade(request, socket, head, (connection) => {
      connection.on('error', () => connection.terminate())
      void handler.upgrade(connection, { context })
    })
  })
  return () => {
    for (const connection of sockets.clients)
      connection.terminate()
    sockets.close()
  }
}
