// The API of a served workbench for specs that prepare a study as other people's machines would, not through the page.
import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/websocket'
import type { ContractRouterClient } from '@orpc/contract'
import { WebSocket } from 'ws'
import type { Contract } from '../../src/preload/contract/index.ts'

export interface Api { readonly client: ContractRouterClient<Contract>, readonly close: () => void }

/** Signs in like a browser: the address' token is traded for the cookie. */
export async function openApi(address: string): Promise<Api> {
  const { origin, host } = new URL(address)
  const answer = await fetch(address, { redirect: 'manual' })
  const cookie = answer.headers.getSetCookie().map(one => one.split(';')[0]).join('; ')
  const socket = new WebSocket(`ws://${host}/rpc`, { headers: { cookie, origin } })
  await new Promise((done, failed) => {
    socket.once('open', done)
    socket.once('error', failed)
  })
  return { client: createORPCClient<Api['client']>(new RPCLink({ websocket: socket as unknown as globalThis.WebSocket })), close: () => socket.close() }
}
