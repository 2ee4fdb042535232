// The headless host: page, pictures and contract on 127.0.0.1 for whoever has the token.
import { randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { hasCode } from '../base/errors.ts'
import type { BackendContext } from '../router/context.ts'
import { createAccess } from './access.ts'
import { createPage, plainAnswer } from './page.ts'
import type { ImageSource, PageAnswer } from './page.ts'
import { serveSocket, socketPath } from './web-socket.ts'

export interface LocalServerOptions {
  readonly context: BackendContext
  readonly images: ImageSource
  /** Folder of the built page. */
  readonly root: string
  /** 0 = any free port. */
  readonly port?: number
  /** Taken if it is free and no port was asked for: a page keeps what it remembers by its address. */
  readonly usualPort?: number
  /** Default: 32 random bytes. */
  readonly token?: string
}

export interface LocalServer {
  readonly port: number
  readonly token: string
  /** The address to open: it signs in and leads to the page. */
  readonly url: string
  readonly close: () => Promise<void>
}

/**
 * Starts the server; it listens on loopback only.
 * @throws a sentence if the port is taken.
 */
export async function openLocalServer(options: LocalServerOptions): Promise<LocalServer> {
  const token = options.token ?? randomBytes(32).toString('base64url')
  const server = createServer({ maxHeaderSize: 16 * 1024 })
  const listen = (wanted: number): Promise<number> => new Promise((resolve, reject) => {
    const failed = (error: Error): void => reject(hasCode(error, 'EADDRINUSE')
      ? new Error(`Port ${wanted} of 127.0.0.1 is taken. Choose another with --port, or leave it out to get a free one.`)
      : error)
    server.once('error', failed)
    server.listen({ host: '127.0.0.1', port: wanted }, () => {
      server.off('error', failed)
      resolve((server.address() as AddressInfo).port)
    })
  })
  const port = options.port === undefined && options.usualPort !== undefined
    ? await listen(options.usualPort).catch(() => listen(0))
    : await listen(options.port ?? 0)
  const access = createAccess({ token, port })
  const socket = `ws://127.0.0.1:${port}${socketPath} ws://localhost:${port}${socketPath}`
  const page = createPage({ root: options.root, images: options.images, socket })

  async function answer(method: string, url: string, headers: Parameters<typeof access.judge>[0]['headers']): Promise<PageAnswer> {
    const verdict = access.judge({ method, url, headers })
    if (verdict.kind === 'refused')
      return plainAnswer(verdict.status, verdict.sentence, socket)
    if (verdict.kind === 'signed-in') {
      const { headers: common, body } = plainAnswer(303, 'Signed in.', socket)
      return { status: 303, headers: { ...common, 'set-cookie': verdict.cookie, 'location': verdict.location }, body }
    }
    return page(new URL(url, `http://127.0.0.1:${port}`))
  }

  server.on('request', (request, response) => {
    const method = request.method ?? ''
    answer(method, request.url ?? '/', request.headers).then(({ status, headers, body }) => {
      response.writeHead(status, { ...headers, 'content-length': body.byteLength })
      response.end(method === 'HEAD' ? undefined : body)
    }, () => response.destroy())
  })
  const closeSockets = serveSocket({ server, access, context: options.context })
  return {
    port,
    token,
    url: `http://127.0.0.1:${port}/?token=${token}`,
    close: () => new Promise((resolve) => {
      closeSockets()
      server.closeAllConnections()
      server.close(() => resolve())
    }),
  }
}
