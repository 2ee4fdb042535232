// npm start: prepares a fresh clone, then opens the desktop window, or serves the same workbench to a browser.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { prepare, root, runPackage, say } from './lib/prepare.mjs'

const args = process.argv.slice(2)
const asked = args.includes('--serve')
const rest = args.filter(arg => arg !== '--serve')

prepare()
const reason = asked ? undefined : whyNoWindow()
if (reason)
  say(`${reason} Serving the same workbench to a browser instead.`)
const entry = asked || reason ? [join(root, 'out/main/server.js')] : [root]
const program = asked || reason ? process.execPath : electronBinary()
const child = spawn(program, [...entry, ...rest], { cwd: process.cwd(), stdio: 'inherit' })
for (const signal of ['SIGINT', 'SIGTERM'])
  process.on(signal, () => child.kill(signal))
child.on('error', error => say(`The workbench could not be started: ${error.message}`))
child.on('exit', (code, signal) => process.exit(signal ? 1 : code ?? 1))

/** Why the desktop window cannot open here, as a sentence; undefined if it can. */
function whyNoWindow() {
  if (process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY)
    return 'There is no display here, so the desktop window cannot open.'
  if (process.platform === 'linux' && process.getuid?.() === 0)
    return 'Electron\'s sandbox does not run as root, so the desktop window is not opened.'
  if (!existsSync(electronBinary())) {
    say('Fetching the Electron binary (once) …')
    runPackage('electron', 'install-electron', [], { stdio: ['ignore', 'ignore', 'ignore'], timeout: 300_000 })
    if (!existsSync(electronBinary()))
      return 'The Electron binary could not be fetched.'
  }
  return undefined
}

/** Where electron's installer puts the binary (its own index.js throws or downloads when it is absent). */
function electronBinary() {
  const name = { darwin: 'Electron.app/Contents/MacOS/Electron', win32: 'electron.exe' }[process.platform] ?? 'electron'
  return join(root, 'node_modules/electron/dist', name)
}
