// Every procedure of the contract as a typed function, and streams that survive a gap.
import { createORPCClient } from '@orpc/client'
import type { ContractRouterClient } from '@orpc/contract'
import type { Contract } from '@contract/index.ts'
import { inject } from 'vue'
import type { App, InjectionKey } from 'vue'
import { createConnection } from './connection.ts'
import type { Connection } from './connection.ts'
import { createLink } from './link.ts'

export type Client = ContractRouterClient<Contract>

const clientKey: InjectionKey<Client> = Symbol('client')
const connectionKey: InjectionKey<Connection> = Symbol('connection')

/** Connects this page and hands the client to every component of `app`. */
export function connect(app: App): void {
  const connection = createConnection()
  app.provide(connectionKey, connection)
  app.provide(clientKey, createORPCClient<Client>(createLink(connection)))
}

export function useClient(): Client {
  return provided(inject(clientKey), 'client')
}

export function useConnection(): Connection {
  return provided(inject(connectionKey), 'connection')
}

function provided<T>(value: T | undefined, name: string): T {
  if (value === undefined)
    throw new Error(`internal: no ${name} was provided to this component`)
  return value
}
