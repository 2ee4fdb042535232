// The window: sandboxed, isolated, without Node; it goes nowhere and opens nothing.
import { join } from 'node:path'
import { app, BrowserWindow, screen } from 'electron'
import { homeUrl, isOwnPage } from './url-policy.ts'
import { onScreen, readWindowState, writeWindowState } from './window-state.ts'

/** Rules for every page of the app, also ones that we did not make. Call before the first window. */
export function refuseWandering(): void {
  app.on('web-contents-created', (_event, contents) => {
    contents.on('will-navigate', event => isOwnPage(event.url) || event.preventDefault())
    contents.on('will-frame-navigate', event => isOwnPage(event.url) || event.preventDefault())
    contents.on('will-redirect', event => isOwnPage(event.url) || event.preventDefault())
    contents.on('will-attach-webview', event => event.preventDefault())
    contents.setWindowOpenHandler(() => ({ action: 'deny' }))
  })
}

/** Opens the window at its last place and loads the page. `preload`: absolute path of the built preload script. */
export function openWindow(preload: string): BrowserWindow {
  const stateFile = join(app.getPath('userData'), 'window.json')
  const { isMaximized, width, height, x, y } = onScreen(readWindowState(stateFile), screen.getAllDisplays().map(display => display.workArea))
  const window = new BrowserWindow({
    width,
    height,
    ...(x === undefined || y === undefined ? {} : { x, y }),
    minWidth: 960,
    minHeight: 600,
    show: false,
    title: 'MMEdit Workbench',
    webPreferences: { preload, sandbox: true, contextIsolation: true, nodeIntegration: false, webSecurity: true, webviewTag: false, spellcheck: false, navigateOnDragDrop: false },
  })
  if (isMaximized)
    window.maximize()
  window.once('ready-to-show', () => window.show())
  window.on('close', () => writeWindowState(stateFile, { ...window.getNormalBounds(), isMaximized: window.isMaximized() }))
  void window.loadURL(homeUrl)
  return window
}
