// The page's socket: opened again after a gap, and a request without an answerer fails with a sentence.
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { Connection } from '../../../../src/renderer/src/api/connection.ts'
import { createSocketLink } from '../../../../src/renderer/src/api/socket-link.ts'

const sockets: FakeSocket[] = []

class FakeSocket extends EventTarget {
  readyState = 0
  readonly sent: unknown[] = []
  readonly url: string

  constructor(url: string) {
    super()
    this.url = url
    sockets.push(this)
  }

  send(message: unknown): void {
    this.sent.push(message)
  }

  open(): void {
    this.readyState = 1
    this.dispatchEvent(new Event('open'))
  }

  fail(): void {
    this.readyState = 3
    this.dispatchEvent(new Event('close'))
  }
}

const options = { context: {} }

beforeEach(() => {
  sockets.length = 0
  vi.useFakeTimers()
  vi.stubGlobal('WebSocket', FakeSocket)
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

it('counts each opening and tries again after each loss, more slowly every time', async () => {
  const connection: Connection = { state: 'connecting', epoch: 0 }
  createSocketLink('ws://127.0.0.1:1/rpc', connection)
  sockets[0]!.open()
  expect(connection).toEqual({ state: 'open', epoch: 1 })
  sockets[0]!.fail()
  expect(connection.state).toBe('lost')
  await vi.advanceTimersByTimeAsync(500)
  expect(sockets).toHaveLength(2)
  sockets[1]!.fail()
  await vi.advanceTimersByTimeAsync(500)
  expect(sockets).toHaveLength(2)
  await vi.advanceTimersByTimeAsync(500)
  expect(sockets).toHaveLength(3)
  sockets[2]!.open()
  expect(connection).toEqual({ state: 'open', epoch: 2 })
})

it('holds a request back until the socket is open', async () => {
  const link = createSocketLink('ws://127.0.0.1:1/rpc', { state: 'connecting', epoch: 0 })
  void link.call(['datasets', 'list'], undefined, options).catch(() => undefined)
  await vi.advanceTimersByTimeAsync(1000)
  expect(sockets[0]!.sent).toHaveLength(0)
  sockets[0]!.open()
  await vi.advanceTimersByTimeAsync(1000)
  expect(String(sockets[0]!.sent[0])).toContain('/datasets/list')
})

it('says after eight seconds that nobody answers', async () => {
  const link = createSocketLink('ws://127.0.0.1:7/rpc', { state: 'connecting', epoch: 0 })
  const failure = expect(link.call(['datasets', 'list'], undefined, options)).rejects.toThrow('No answer from the workbench\'s server at 127.0.0.1:7. Is it still running?')
  await vi.advanceTimersByTimeAsync(8500)
  await failure
})

it('lets the page breathe while a socket that was open is gone', async () => {
  const link = createSocketLink('ws://127.0.0.1:7/rpc', { state: 'connecting', epoch: 0 })
  sockets[0]!.open()
  sockets[0]!.fail()
  let turns = 0
  const race = vi.spyOn(Promise, 'race').mockImplementation(((all: Promise<unknown>[]) => {
    turns += 1
    // Promises alone never let a timer run: a page that spins here is frozen, and so would be this test.
    if (turns > 100)
      throw new Error('spins')
    return Promise.any(all)
  }) as typeof Promise.race)
  const failure = expect(link.call(['datasets', 'list'], undefined, options)).rejects.toThrow('No answer from the workbench')
  await vi.advanceTimersByTimeAsync(8500)
  race.mockRestore()
  await failure
})

it('stops waiting when the request is taken back', async () => {
  const link = createSocketLink('ws://127.0.0.1:7/rpc', { state: 'connecting', epoch: 0 })
  const controller = new AbortController()
  const failure = expect(link.call(['datasets', 'list'], undefined, { ...options, signal: controller.signal })).rejects.toThrow(/abort/i)
  controller.abort()
  await vi.advanceTimersByTimeAsync(300)
  await failure
})
