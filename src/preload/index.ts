// The only thing that crosses: one MessagePort from our own page to the main process.
import { contextBridge, ipcRenderer } from 'electron'

interface PageMessage { readonly source: unknown, readonly data: unknown, readonly ports: readonly never[] }
declare const window: { addEventListener: (kind: 'message', listen: (event: PageMessage) => void) => void }

window.addEventListener('message', (event) => {
  // A frame's message has another source.
  if (event.source === window && event.data === 'connect' && event.ports.length === 1)
    ipcRenderer.postMessage('connect', null, [...event.ports])
})
contextBridge.exposeInMainWorld('desktop', true)
