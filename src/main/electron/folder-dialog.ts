// The system's own folder dialog, for whoever asks through the contract.
import { BrowserWindow, dialog } from 'electron'

/** The chosen folder, or null if the person changed their mind. */
export async function pickFolder(): Promise<string | null> {
  const options = { properties: ['openDirectory' as const], title: 'Choose a folder' }
  const window = BrowserWindow.getFocusedWindow() ?? BrowserWindow.getAllWindows()[0]
  const { canceled, filePaths } = window ? await dialog.showOpenDialog(window, options) : await dialog.showOpenDialog(options)
  return canceled ? null : filePaths[0] ?? null
}
