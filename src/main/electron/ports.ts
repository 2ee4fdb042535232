// Takes the page's MessagePort, if it is our page's, and hands it to the contract.
import { ipcMain } from 'electron'
import type { MessagePortMain } from 'electron'
import { isOwnPage } from './url-policy.ts'

/** Channel name; the preload script says the same. */
const channel = 'connect'

/** A page that loads again sends a new port; its old one closes with it. */
export function acceptPorts(serve: (port: MessagePortMain) => void): void {
  ipcMain.on(channel, (event) => {
    const [port] = event.ports
    const frame = event.senderFrame
    // The top frame of our own page only; a frame inside it has a parent.
    if (!port || event.ports.length !== 1 || !frame || frame.parent !== null || !isOwnPage(frame.url)) {
      event.ports.forEach(each => each.close())
      return
    }
    serve(port)
    port.start()
  })
}
