// The three ways to the same router, each as a typed client.
import { MessageChannel } from 'node:worker_threads'
import { createORPCClient } from '@orpc/client'
import { RPCLink as PortLink } from '@orpc/client/message-port'
import { RPCLink as SocketLink } from '@orpc/client/websocket'
import type { ContractRouterClient } from '@orpc/contract'
import { createRouterClient } from '@orpc/server'
import { WebSocket } from 'ws'
import type { Contract } from '../../../src/preload/contract/index.ts'
import type { Backend } from '../../../src/main/backend.ts'
import { router } from '../../../src/main/router/index.ts'
import { openLocalServer } from '../../../src/main/transport/local-server.ts'
import { servePort } from '../../../src/main/transport/message-port.ts'

export type Client = ContractRouterClient<Contract>
export interface Connected { readonly client: Client, readonly close: () => Promise<void> }
export interface Transport { readonly name: string, readonly connect: (backend: Backend) => Promise<Connected> }

/** Signs in like a browser: the URL's token is traded for the cookie. */
export async function signIn(url: string): Promise<string> {
  const response = await fetch(url, { redirect: 'manual' })
  return (response.headers.get('set-cookie') ?? '').split(';')[0] ?? ''
}

export async function openSocket(server: { readonly url: string, readonly port: number }): Promise<WebSocket> {
  const socket = new WebSocket(`ws://127.0.0.1:${server.port}/rpc`, { headers: { cookie: await signIn(server.url), origin: `http://127.0.0.1:${server.port}` } })
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
  return socket
}

export const transports: readonly Transport[] = [
  {
    name: 'in-process',
    connect: ({ context }) => Promise.resolve({ client: createRouterClient(router, { context }), close: () => Promise.resolve() }),
  },
  {
    name: 'message-port',
    connect: ({ context }) => {
      const { port1, port2 } = new MessageChannel()
      servePort(port2, context)
      port1.start()
      port2.start()
      return Promise.resolve({
        client: createORPCClient<Client>(new PortLink({ port: port1 })),
        close: () => {
          port1.close()
          return Promise.resolve()
        },
      })
    },
  },
  {
    name: 'web-socket',
    connect: async ({ context, images }) => {
      const server = await openLocalServer({ context, images, root: '/nowhere' })
      const socket = await openSocket(server)
      return { client: createORPCClient<Client>(new SocketLink({ websocket: socket as unknown as globalThis.WebSocket })), close: server.close }
    },
  },
]
