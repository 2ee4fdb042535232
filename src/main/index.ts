// Electron entry: one instance, one backend, one window.
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { app, BrowserWindow, dialog } from 'electron'
import { openBackend } from './backend.ts'
import { messageOf } from './base/errors.ts'
import { registerScheme, serveAppProtocol } from './electron/app-protocol.ts'
import { pickFolder } from './electron/folder-dialog.ts'
import { setMenu } from './electron/menu.ts'
import { acceptPorts } from './electron/ports.ts'
import { openWindow, refuseWandering } from './electron/window.ts'
import { servePort } from './transport/message-port.ts'
import { createPage } from './transport/page.ts'

function workspaceArgument(): { workspace?: string } {
  const { values } = parseArgs({ args: process.argv.slice(1), options: { workspace: { type: 'string' } }, strict: false, allowPositionals: true })
  return typeof values.workspace === 'string' ? { workspace: values.workspace } : {}
}

function showFirstWindow(): void {
  const [window] = BrowserWindow.getAllWindows()
  if (window?.isMinimized())
    window.restore()
  window?.focus()
}

async function start(): Promise<void> {
  const backend = await openBackend({ access: 'write', host: { pickFolder }, ...workspaceArgument() })
  let isClosed = false
  app.on('before-quit', (event) => {
    if (isClosed)
      return
    // The engine is ended and a run is paused before the program goes.
    event.preventDefault()
    void backend.close().catch(() => undefined).finally(() => {
      isClosed = true
      app.quit()
    })
  })
  setMenu()
  serveAppProtocol(createPage({ root: join(import.meta.dirname, '../renderer'), images: backend.images }))
  acceptPorts(port => servePort(port, backend.context))
  const preload = join(import.meta.dirname, '../preload/index.cjs')
  openWindow(preload)
  app.on('activate', () => BrowserWindow.getAllWindows().length === 0 && openWindow(preload))
}

registerScheme()
if (app.requestSingleInstanceLock()) {
  refuseWandering()
  app.on('second-instance', showFirstWindow)
  app.on('window-all-closed', () => process.platform === 'darwin' || app.quit())
  app.whenReady().then(start).catch((error: unknown) => {
    dialog.showErrorBox('MMEdit Workbench could not start', messageOf(error))
    app.exit(1)
  })
}
else {
  app.quit()
}
