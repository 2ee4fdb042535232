// Shows an address in the person's browser, where there is a person.
import { spawn } from 'node:child_process'

/** The command that opens an address on this system, or undefined where nobody would see it. */
export function browserCommand(url: string, platform: NodeJS.Platform, environment: Readonly<Record<string, string | undefined>>): { command: string, args: string[] } | undefined {
  if (environment['CI'] || environment['SSH_CONNECTION'])
    return undefined
  if (platform === 'darwin')
    return { command: 'open', args: [url] }
  // `start` takes its first quoted argument for a window title, and cmd would split the address at `&`.
  if (platform === 'win32')
    return { command: 'rundll32', args: ['url.dll,FileProtocolHandler', url] }
  return environment['DISPLAY'] || environment['WAYLAND_DISPLAY'] ? { command: 'xdg-open', args: [url] } : undefined
}

/** Tries to open the browser; the address is on the terminal anyway, so failing is silent. */
export function openBrowser(url: string): void {
  const found = browserCommand(url, process.platform, process.env)
  if (!found)
    return
  const child = spawn(found.command, found.args, { stdio: 'ignore', detached: true })
  child.on('error', () => undefined)
  child.unref()
}
