// The server as a stranger, a foreign page and a signed-in browser see it, over real sockets.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { connect } from 'node:net'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import type { BackendContext } from '../../../src/main/router/context.ts'
import { browserCommand } from '../../../src/main/transport/open-browser.ts'
import { openLocalServer } from '../../../src/main/transport/local-server.ts'
import type { LocalServer } from '../../../src/main/transport/local-server.ts'
import { usualPort } from '../../../src/main/transport/serve.ts'
import { mostFrameBytes } from '../../../src/main/transport/web-socket.ts'

const root = mkdtempSync(join(tmpdir(), 'mmedit-page-'))
let server: LocalServer
let cookie = ''

beforeAll(async () => {
  writeFileSync(join(root, 'index.html'), '<title>page</title>')
  // Nothing is asked of the backend here: every request is judged before.
  server = await openLocalServer({ context: {} as BackendContext, images: { read: () => Promise.resolve(undefined) }, root })
  cookie = (await fetch(server.url, { redirect: 'manual' })).headers.get('set-cookie')?.split(';')[0] ?? ''
})
afterAll(async () => {
  await server.close()
  rmSync(root, { recursive: true, force: true })
})

/** Raw, because fetch does not let Host and path be what an attacker wants. */
function get(path: string, headers: Record<string, string>): Promise<{ status: number, body: string }> {
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port: server.port, path, headers }, (response) => {
      let body = ''
      response.on('data', (chunk: Buffer) => body += chunk.toString())
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }))
    }).on('error', reject).end()
  })
}

function openSocket(headers: Record<string, string>, path = '/rpc'): Promise<WebSocket> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://127.0.0.1:${server.port}${path}`, { headers })
    socket.once('open', () => resolve(socket)).once('error', reject)
  })
}

describe('openLocalServer', () => {
  it('signs in and shows the page at a clean address', async () => {
    const response = await fetch(server.url, { redirect: 'manual' })
    expect([response.status, response.headers.get('location')]).toEqual([303, '/'])
    const page = await fetch(`http://127.0.0.1:${server.port}/`, { headers: { cookie } })
    expect([page.status, await page.text()]).toEqual([200, '<title>page</title>'])
  })
  it('serves a study where it was served before, and elsewhere while somebody is there', async () => {
    const usual = usualPort('/studies/one')
    expect([usual >= 20_000 && usual < 30_000, usualPort('/studies/one') === usual, usualPort('/studies/two') === usual]).toEqual([true, true, false])
    const options = { context: {} as BackendContext, images: { read: () => Promise.resolve(undefined) }, root, usualPort: usual }
    const first = await openLocalServer(options), second = await openLocalServer(options)
    expect([first.port, second.port === usual, (await fetch(second.url, { redirect: 'manual' })).status]).toEqual([usual, false, 303])
    await expect(openLocalServer({ ...options, port: usual })).rejects.toThrow(`Port ${usual} of 127.0.0.1 is taken.`)
    await first.close()
    const again = await openLocalServer(options)
    expect(again.port).toBe(usual)
    await Promise.all([second.close(), again.close()])
  })
  it('gives a stranger nothing', async () => {
    const own = `127.0.0.1:${server.port}`
    expect((await get('/', { host: own })).status).toBe(401)
    expect((await get(`/images/${'a'.repeat(64)}`, { host: own })).status).toBe(401)
    expect((await get('/', { host: 'evil.example', cookie })).status).toBe(421)
    expect((await get('/', { host: own, cookie, origin: 'http://evil.example' })).status).toBe(403)
    expect((await get('/../../etc/passwd', { host: own, cookie })).body).not.toContain('root:')
  })
  it('listens on loopback only', async () => {
    const outside = Object.values(networkInterfaces()).flat().find(address => address && !address.internal && address.family === 'IPv4')
    if (!outside)
      return
    await expect(new Promise((resolve, reject) => connect({ host: outside.address, port: server.port, timeout: 2000 }).once('connect', resolve).once('error', reject).once('timeout', reject))).rejects.toBeDefined()
  })
  it('says that a port is taken', async () => {
    await expect(openLocalServer({ context: {} as BackendContext, images: { read: () => Promise.resolve(undefined) }, root, port: server.port })).rejects.toThrow(`Port ${server.port} of 127.0.0.1 is taken.`)
  })
  it.each([
    ['no cookie', {}, '/rpc', 401],
    ['a foreign origin', { origin: 'http://evil.example' }, '/rpc', 403],
    ['another path', {}, '/other', 404],
  ])('refuses a socket with %s', async (what, change, path, status) => {
    const headers = { origin: `http://127.0.0.1:${server.port}`, ...(what === 'no cookie' ? {} : { cookie }), ...change }
    await expect(openSocket(headers, path)).rejects.toThrow(String(status))
  })
  it('closes a connection that sends too large a frame', async () => {
    const socket = await openSocket({ cookie, origin: `http://127.0.0.1:${server.port}` })
    const closed = new Promise<number>(resolve => socket.once('close', resolve))
    socket.send('x'.repeat(mostFrameBytes + 1))
    expect([1006, 1009]).toContain(await closed)
  })
})

describe('browserCommand', () => {
  const url = 'http://127.0.0.1:1/?token=a'
  it.each([
    ['darwin', {}, 'open'],
    ['win32', {}, 'rundll32'],
    ['linux', { DISPLAY: ':0' }, 'xdg-open'],
  ] as const)('opens one on %s', (platform, environment, command) => {
    expect(browserCommand(url, platform, environment)).toMatchObject({ command })
  })
  it.each([['linux', {}], ['linux', { DISPLAY: ':0', CI: 'true' }], ['darwin', { SSH_CONNECTION: '1' }]] as const)('opens none on %s with %j', (platform, environment) => {
    expect(browserCommand(url, platform, environment)).toBeUndefined()
  })
})
