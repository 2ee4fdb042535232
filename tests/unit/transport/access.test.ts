// Who may talk to the local server.
import { describe, expect, it } from 'vitest'
import { createAccess } from '../../../src/main/transport/access.ts'
import type { AccessRequest } from '../../../src/main/transport/access.ts'

const token = 'secret-token'
const { judge } = createAccess({ token, port: 4000 })
const signedIn = judge({ method: 'GET', url: `/?token=${token}`, headers: { host: '127.0.0.1:4000' } })
const cookie = signedIn.kind === 'signed-in' ? signedIn.cookie.split(';')[0] ?? '' : ''
const ask = (change: Partial<AccessRequest> & { headers?: Record<string, string> } = {}) =>
  judge({ method: 'GET', url: '/', ...change, headers: { host: '127.0.0.1:4000', cookie, ...change.headers } })

describe('createAccess', () => {
  it('trades the token for a cookie that scripts and foreign pages do not get, and a clean address', () => {
    expect(signedIn).toMatchObject({ kind: 'signed-in', location: '/' })
    expect(cookie).toMatch(/^mmedit-4000=[0-9a-f]{64}$/)
    expect(cookie).not.toContain(token)
    expect(signedIn.kind === 'signed-in' && signedIn.cookie).toMatch(/; Path=\/; HttpOnly; SameSite=Strict$/)
  })
  it('keeps the rest of the address, and never leads to another host', () => {
    expect(ask({ url: `/runs?token=${token}&id=1` })).toMatchObject({ location: '/runs?id=1' })
    expect(ask({ url: `//evil.example/?token=${token}` })).toMatchObject({ location: '/' })
    expect(ask({ url: `/%2f/evil.example?token=${token}` })).toMatchObject({ location: expect.not.stringMatching(/^\/\//) as string })
  })
  it('allows the cookie', () => {
    expect(ask()).toEqual({ kind: 'allowed' })
    expect(ask({ headers: { host: 'localhost:4000', origin: 'http://localhost:4000' } })).toEqual({ kind: 'allowed' })
    expect(ask({ headers: { cookie: `other=1; ${cookie}` } })).toEqual({ kind: 'allowed' })
  })
  it.each([
    ['no cookie', { headers: { cookie: '' } }, 401],
    ['a wrong cookie', { headers: { cookie: `mmedit-4000=${'0'.repeat(64)}` } }, 401],
    ['the token itself as cookie', { headers: { cookie: `mmedit-4000=${token}` } }, 401],
    ['a wrong token', { url: '/?token=guess' }, 401],
    ['a foreign host name that resolves to us', { headers: { host: 'evil.example:4000' } }, 421],
    ['another port', { headers: { host: '127.0.0.1:4001' } }, 421],
    ['a foreign origin', { headers: { origin: 'https://evil.example' } }, 403],
    ['an opaque origin', { headers: { origin: 'null' } }, 403],
    ['another port\'s origin', { headers: { origin: 'http://127.0.0.1:4001' } }, 403],
    ['a socket without an origin', { isSocket: true }, 403],
    ['writing', { method: 'POST' }, 405],
  ])('refuses %s', (_what, change, status) => {
    expect(ask(change)).toMatchObject({ kind: 'refused', status })
  })
  it('does not sign a socket in by its address', () => {
    expect(ask({ isSocket: true, url: `/rpc?token=${token}`, headers: { cookie: '', origin: 'http://127.0.0.1:4000' } })).toMatchObject({ kind: 'refused', status: 401 })
  })
})
