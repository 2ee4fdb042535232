// npm test: types, lint, unit, numeric, conformance, contract, architecture, then end-to-end in a real Chromium.
// `--no-e2e` leaves the browser out (npm run check). Other arguments go to vitest and run nothing else.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { checkNode, ensureInstalled, prepare, run, runPackage, say } from './lib/prepare.mjs'

const args = process.argv.slice(2)
const filters = args.filter(arg => arg !== '--no-e2e')
checkNode()
ensureInstalled()

if (filters.length > 0)
  process.exit(vitest(filters))

prepare()
const steps = [
  ['types (main)', () => runPackage('typescript', 'tsc', ['-p', 'tsconfig.node.json', '--noEmit'])],
  ['types (renderer)', () => runPackage('vue-tsc', 'vue-tsc', ['-p', 'tsconfig.web.json', '--noEmit'])],
  ['lint', () => runPackage('eslint', 'eslint', ['--max-warnings', '0', '.'])],
  ['unit, numeric, conformance, contract, architecture', () => vitest([])],
  ...args.includes('--no-e2e') ? [] : [['end-to-end', endToEnd]],
]
const failed = []
for (const [name, step] of steps) {
  const started = performance.now()
  say(`\n── ${name}`)
  if (step() !== 0)
    failed.push(name)
  say(`   ${name}: ${((performance.now() - started) / 1000).toFixed(1)} s`)
}
if (failed.length > 0)
  say(`\nFailed: ${failed.join('; ')}.`)
// A plain closing line in any language's form: steps, not single tests.
process.stdout.write(`\n${steps.length - failed.length} passed, ${failed.length} failed\n`)
process.exit(failed.length > 0 ? 1 : 0)

function vitest(extra) {
  return runPackage('vitest', 'vitest', ['run', '-c', 'tests/vitest.config.ts', ...extra])
}

function endToEnd() {
  const browser = findBrowser() ?? installBrowser()
  if (!browser) {
    say('   Skipped: there is no Chromium on this machine and none could be installed without asking (CHROMIUM_PATH names one).')
    return 0
  }
  return runPackage('@playwright/test', 'playwright', ['test', '-c', 'tests/playwright.config.ts'], { env: { ...process.env, CHROMIUM_PATH: browser } })
}

/** A Chromium that is already here: named by the environment, the system's, or Playwright's own. */
function findBrowser() {
  const candidates = [
    process.env.CHROMIUM_PATH,
    '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/usr/bin/google-chrome-stable', '/snap/bin/chromium',
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome', '/Applications/Chromium.app/Contents/MacOS/Chromium',
    'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe', 'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
    playwrightBrowser(),
  ]
  return candidates.find(path => path && existsSync(path))
}

function playwrightBrowser() {
  const { stdout } = spawnSync(process.execPath, ['-e', 'process.stdout.write(require("playwright-core").chromium.executablePath() || "")'], { encoding: 'utf8' })
  return stdout
}

/** Installs a browser where that needs no question: Debian's package as root, else Playwright's own download. */
function installBrowser() {
  if (process.platform === 'linux' && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    say('   Installing Debian\'s chromium (once) …')
    const quiet = { stdio: ['ignore', 'ignore', 2], env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } }
    run('apt-get', ['update', '-qq'], quiet)
    run('apt-get', ['install', '-y', '-qq', 'chromium', 'fonts-dejavu-core', 'libvulkan1'], quiet)
  }
  else {
    say('   Installing Playwright\'s Chromium (once) …')
    runPackage('playwright-core', 'playwright-core', ['install', 'chromium'], { stdio: ['ignore', 'ignore', 'ignore'], timeout: 300_000 })
  }
  return findBrowser()
}
