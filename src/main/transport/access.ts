// Who may talk to the local server: the right host name, no foreign origin, and the token or the cookie it was traded for.
import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'

export interface AccessOptions {
  readonly token: string
  readonly port: number
}

export type Verdict =
  | { readonly kind: 'allowed' }
  /** The right token came in the URL: set this cookie and go to the address without it. */
  | { readonly kind: 'signed-in', readonly cookie: string, readonly location: string }
  | { readonly kind: 'refused', readonly status: 401 | 403 | 405 | 421, readonly sentence: string }

export interface AccessRequest {
  readonly method: string
  /** Path with query, as in the request line. */
  readonly url: string
  readonly headers: IncomingHttpHeaders
  /** A WebSocket must name its origin; a plain GET of the address bar does not have one. */
  readonly isSocket?: boolean
}

export interface Access {
  readonly judge: (request: AccessRequest) => Verdict
}

function equalInConstantTime(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(a), digest(b))
}

function cookieValue(header: string | undefined, name: string): string | undefined {
  return header?.split(';').map(part => part.trim()).find(part => part.startsWith(`${name}=`))?.slice(name.length + 1)
}

/**
 * The rules of the loopback server.
 *
 * Host must be ours, so that a foreign name that resolves to 127.0.0.1 (DNS rebinding) gets nothing; Origin must be ours
 * where there is one; and the caller must know the token. The cookie holds a hash of the token, is kept from scripts,
 * is not sent from foreign pages, and carries the port in its name because cookies do not know ports.
 */
export function createAccess({ token, port }: AccessOptions): Access {
  const hosts = [`127.0.0.1:${port}`, `localhost:${port}`]
  const cookieName = `mmedit-${port}`
  const session = createHash('sha256').update(`session ${token}`).digest('hex')
  const refused = (status: 401 | 403 | 405 | 421, sentence: string): Verdict => ({ kind: 'refused', status, sentence })
  return {
    judge({ method, url, headers, isSocket = false }) {
      const host = headers.host
      if (host === undefined || !hosts.includes(host))
        return refused(421, `This server is 127.0.0.1:${port}; it does not answer for the host name '${host ?? ''}'.`)
      const origin = headers.origin
      if (origin === undefined ? isSocket : !hosts.some(own => origin === `http://${own}`))
        return refused(403, `Pages from '${origin ?? 'nowhere'}' may not use this server.`)
      if (method !== 'GET' && method !== 'HEAD')
        return refused(405, `Only GET and HEAD are answered here, not ${method}.`)
      const address = new URL(url, `http://${host}`)
      const given = address.searchParams.get('token')
      if (given !== null && !isSocket) {
        if (!equalInConstantTime(given, token))
          return refused(401, 'The token in this address is wrong. Open the address that the server printed when it started.')
        address.searchParams.delete('token')
        return {
          kind: 'signed-in',
          cookie: `${cookieName}=${session}; Path=/; HttpOnly; SameSite=Strict`,
          // A path that starts with two slashes would lead to another host.
          location: `${address.pathname.replace(/^\/+/, '/')}${address.search}`,
        }
      }
      const cookie = cookieValue(headers.cookie, cookieName)
      if (cookie === undefined || !equalInConstantTime(cookie, session))
        return refused(401, 'This workbench wants its token. Open the address that the server printed when it started.')
      return { kind: 'allowed' }
    },
  }
}
