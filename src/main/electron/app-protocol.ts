// The page under app://workbench/: the same files, pictures and headers as the local server gives.
import { protocol, session } from 'electron'
import { pageUrlOf, scheme } from './url-policy.ts'

/** Before the app is ready: the scheme counts as a secure origin with its own storage. */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([{ scheme, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } }])
}

/** The page as a function: one address in, one answer out. */
type Page = (url: URL) => Promise<{ readonly status: number, readonly headers: Readonly<Record<string, string>>, readonly body: Uint8Array }>

/** Serves the page; every permission is refused and everything that is not our scheme is blocked. */
export function serveAppProtocol(page: Page): void {
  protocol.handle(scheme, async (request) => {
    const url = pageUrlOf(request.url, request.method)
    if (!url)
      return new Response('Not found.', { status: 404 })
    const { status, headers, body } = await page(url)
    return new Response(new Uint8Array(body), { status, headers })
  })
  const own = session.defaultSession
  own.setPermissionRequestHandler((_contents, _permission, callback) => callback(false))
  own.setPermissionCheckHandler(() => false)
  own.setDevicePermissionHandler(() => false)
  // No remote content, whatever a page or a library asks for. Developer tools keep their own scheme.
  own.webRequest.onBeforeRequest((details, callback) => callback({ cancel: !/^(?:app|devtools|data|blob):/.test(details.url) }))
}
