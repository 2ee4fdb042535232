// A page that sends nonsense through its port breaks nothing; over Electron's kind of port (`on`) and the web's kind alike.
import { EventEmitter } from 'node:events'
import { MessageChannel } from 'node:worker_threads'
import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/message-port'
import { describe, expect, it, vi } from 'vitest'
import type { BackendContext } from '../../../src/main/router/context.ts'
import { servePort } from '../../../src/main/transport/message-port.ts'
import type { Port } from '../../../src/main/transport/message-port.ts'
import type { Client } from '../../contract/support/transports.ts'

const context = { workspace: () => ({ name: 'n', path: '/p', version: '1', capabilities: { pickFolder: false } }) } as unknown as BackendContext

/** Node's port behind the interface that Electron's MessagePortMain has: `on('message', { data })`, no addEventListener. */
function asElectronPort(port: import('node:worker_threads').MessagePort): Port {
  const events = new EventEmitter()
  port.on('message', data => events.emit('message', { data, ports: [] }))
  port.on('close', () => events.emit('close'))
  return { on: (kind: string, listener: (event?: { data: unknown }) => void) => events.on(kind, listener), postMessage: (data: unknown) => port.postMessage(data) } as unknown as Port
}

describe.each([['the web\'s', (port: import('node:worker_threads').MessagePort) => port as unknown as Port], ['Electron\'s', asElectronPort]] as const)('servePort over %s port', (_kind, wrap) => {
  it('answers, and goes on after nonsense', async () => {
    const complaints = vi.spyOn(console, 'error').mockImplementation(() => undefined)
    const { port1, port2 } = new MessageChannel()
    servePort(wrap(port2), context)
    port2.start()
    for (const nonsense of ['nonsense', '{}', '[]', '{"i":1}', { type: 'x' }, 5, null, new Uint8Array([1, 255, 3]), 'x'.repeat(3_000_000)])
      port1.postMessage(nonsense)
    const client = createORPCClient<Client>(new RPCLink({ port: port1 }))
    port1.start()
    expect(await client.workspace.get()).toMatchObject({ name: 'n' })
    port1.close()
    await new Promise(resolve => setTimeout(resolve, 50))
    complaints.mockRestore()
  })
})
