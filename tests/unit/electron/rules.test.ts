// The window's rules, with Electron's own objects replaced by ones that remember: nothing wanders, nothing is permitted, only our page gets a port.
import { beforeEach, describe, expect, it, vi } from 'vitest'

type Listener = (...args: never[]) => unknown
const seen = vi.hoisted(() => ({ listeners: new Map<string, Listener>(), session: {} as Record<string, Listener>, scheme: undefined as Listener | undefined }))

vi.mock('electron', () => {
  const remember = (name: string) => (listener: Listener) => void (seen.session[name] = listener)
  return {
    app: { on: (name: string, listener: Listener) => seen.listeners.set(name, listener), getPath: () => '/nowhere' },
    ipcMain: { on: (name: string, listener: Listener) => seen.listeners.set(name, listener) },
    protocol: { registerSchemesAsPrivileged: () => undefined, handle: (_scheme: string, listener: Listener) => void (seen.scheme = listener) },
    session: { defaultSession: {
      setPermissionRequestHandler: remember('request'), setPermissionCheckHandler: remember('check'), setDevicePermissionHandler: remember('device'),
      webRequest: { onBeforeRequest: remember('before') },
    } },
    BrowserWindow: class {},
    screen: {},
  }
})

const call = (listener: Listener | undefined, ...args: unknown[]): unknown => (listener as ((...args: unknown[]) => unknown) | undefined)?.(...args)

describe('refuseWandering', () => {
  it('refuses navigation, redirects, frames, webviews and new windows', async () => {
    const { refuseWandering } = await import('../../../src/main/electron/window.ts')
    refuseWandering()
    const contents = { listeners: new Map<string, Listener>(), open: undefined as Listener | undefined, on: (name: string, listener: Listener) => contents.listeners.set(name, listener), setWindowOpenHandler: (listener: Listener) => void (contents.open = listener) }
    call(seen.listeners.get('web-contents-created'), {}, contents)
    for (const name of ['will-navigate', 'will-frame-navigate', 'will-redirect', 'will-attach-webview']) {
      const preventDefault = vi.fn()
      call(contents.listeners.get(name), { url: 'https://evil.example/', preventDefault })
      expect(preventDefault, name).toHaveBeenCalledOnce()
    }
    const preventDefault = vi.fn()
    call(contents.listeners.get('will-navigate'), { url: 'app://workbench/', preventDefault })
    expect(preventDefault).not.toHaveBeenCalled()
    expect(call(contents.open)).toEqual({ action: 'deny' })
  })
})

describe('serveAppProtocol', () => {
  beforeEach(async () => {
    const { serveAppProtocol } = await import('../../../src/main/electron/app-protocol.ts')
    serveAppProtocol(url => Promise.resolve({ status: 200, headers: { 'content-security-policy': 'strict' }, body: new TextEncoder().encode(url.pathname) }))
  })
  it('serves our page with its headers and nothing else', async () => {
    const own = await call(seen.scheme, { url: 'app://workbench/images/a?size=64', method: 'GET' }) as Response
    expect([own.status, own.headers.get('content-security-policy'), await own.text()]).toEqual([200, 'strict', '/images/a'])
    expect((await call(seen.scheme, { url: 'app://other/', method: 'GET' }) as Response).status).toBe(404)
    expect((await call(seen.scheme, { url: 'app://workbench/', method: 'POST' }) as Response).status).toBe(404)
  })
  it('refuses every permission and every remote request', () => {
    const allowed = vi.fn()
    call(seen.session['request'], {}, 'camera', allowed)
    expect(allowed).toHaveBeenCalledWith(false)
    expect(call(seen.session['check'])).toBe(false)
    expect(call(seen.session['device'])).toBe(false)
    const decide = vi.fn<(answer: { cancel: boolean }) => void>()
    for (const url of ['https://example.org/', 'http://127.0.0.1/', 'ws://example.org/', 'file:///etc/passwd', 'app://workbench/', 'devtools://x/'])
      call(seen.session['before'], { url }, decide)
    expect(decide.mock.calls.map(([answer]) => answer.cancel)).toEqual([true, true, true, true, false, false])
  })
})

describe('acceptPorts', () => {
  const ask = async (frame: unknown, count = 1) => {
    const { acceptPorts } = await import('../../../src/main/electron/ports.ts')
    const serve = vi.fn()
    acceptPorts(serve)
    const ports = Array.from({ length: count }, () => ({ start: vi.fn(), close: vi.fn() }))
    call(seen.listeners.get('connect'), { ports, senderFrame: frame })
    return { serve, ports }
  }
  it('hands our page\'s port over', async () => {
    const { serve, ports } = await ask({ url: 'app://workbench/', parent: null })
    expect(serve).toHaveBeenCalledWith(ports[0])
    expect(ports[0]?.start).toHaveBeenCalledOnce()
  })
  it.each([
    ['a foreign page', { url: 'https://evil.example/', parent: null }, 1],
    ['a frame inside our page', { url: 'app://workbench/', parent: {} }, 1],
    ['a frame that is gone', null, 1],
    ['two ports at once', { url: 'app://workbench/', parent: null }, 2],
  ])('closes the port of %s', async (_who, frame, count) => {
    const { serve, ports } = await ask(frame, count)
    expect(serve).not.toHaveBeenCalled()
    for (const port of ports)
      expect(port.close).toHaveBeenCalledOnce()
  })
})
