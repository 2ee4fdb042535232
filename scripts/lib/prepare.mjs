// What a fresh clone needs before anything else: a new enough Node, the dependencies, a build, the sample pictures.
// Plain JavaScript without dependencies, because it runs before they are installed.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..')
const cache = join(root, '.cache')

/** Stops with one sentence on stderr. */
export function fail(sentence) {
  process.stderr.write(`${sentence}\n`)
  process.exit(1)
}

export function say(sentence) {
  process.stderr.write(`${sentence}\n`)
}

/** Ends with a sentence where Node is older than package.json's `engines` asks. */
export function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major < 20 || (major === 20 && minor < 19))
    fail(`MMEdit Workbench needs Node 20.19 or newer, this is ${process.versions.node}. Install a newer Node and run the command again.`)
}

/** Runs a program in the project's root with this terminal; returns its exit status. */
export function run(command, args, options = {}) {
  const { status, signal, error } = spawnSync(command, args, { cwd: root, stdio: 'inherit', ...options })
  if (error)
    say(`'${command}' could not be started: ${error.message}`)
  return error || signal ? 1 : status ?? 1
}

/** Runs a package's own program (its entry in `bin`) with this Node, so that no shell or .cmd file stands between. */
export function runPackage(name, bin, args, options = {}) {
  const folder = join(root, 'node_modules', name)
  const { bin: bins } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const file = typeof bins === 'string' ? bins : bins[bin]
  return run(process.execPath, [join(folder, file), ...args], options)
}

function hashOf(paths) {
  const hash = createHash('sha256')
  const visit = (path) => {
    const absolute = join(root, path)
    if (!existsSync(absolute))
      return
    if (statSync(absolute).isDirectory()) {
      for (const name of readdirSync(absolute).sort()) {
        if (name !== 'images' && name !== '__pycache__')
          visit(`${path}/${name}`)
      }
      return
    }
    hash.update(path).update('\0').update(readFileSync(absolute)).update('\0')
  }
  paths.forEach(visit)
  return hash.digest('hex')
}

/** Does `.cache/<name>` hold this hash? */
const stampIs = (name, hash) => existsSync(join(cache, name)) && readFileSync(join(cache, name), 'utf8') === hash

function stamp(name, hash) {
  mkdirSync(cache, { recursive: true })
  writeFileSync(join(cache, `${name}.new`), hash)
  renameSync(join(cache, `${name}.new`), join(cache, name))
}

/** Is what the lock file asks for what npm's own note in node_modules says is there? Optional packages depend on the platform. */
function isInstalled() {
  const note = join(root, 'node_modules/.package-lock.json')
  if (!existsSync(note))
    return false
  const { packages: there } = JSON.parse(readFileSync(note, 'utf8'))
  const { packages: asked } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'))
  return Object.entries(asked).every(([path, { version, optional }]) => path === '' || optional || there[path]?.version === version)
}

/** Installs the locked dependencies where they are missing or other versions than the lock file names. */
export function ensureInstalled() {
  if (isInstalled())
    return
  say('Installing dependencies (once) …')
  // npm is a script beside Node on every platform; npm_execpath names it when npm started us.
  const status = process.env.npm_execpath
    ? run(process.execPath, [process.env.npm_execpath, 'ci', '--loglevel=error'], { stdio: ['inherit', 2, 2] })
    : run('npm', ['ci', '--loglevel=error'], { stdio: ['inherit', 2, 2], shell: process.platform === 'win32' })
  if (status !== 0)
    fail('The dependencies could not be installed: npm said why above. Check the connection to your npm registry and run the command again.')
}

/** Builds main, preload and renderer into out/ where their sources changed. */
export function ensureBuilt() {
  const hash = hashOf(['src', 'electron.vite.config.ts', 'package-lock.json'])
  if (existsSync(join(root, 'out/main/cli.js')) && stampIs('built', hash))
    return
  say('Building (once per change) …')
  if (runPackage('electron-vite', 'electron-vite', ['build', '--logLevel', 'error'], { stdio: ['inherit', 2, 2] }) !== 0)
    fail('The build failed: the compiler said why above.')
  stamp('built', hash)
}

/** Draws the sample study's pictures where they are missing or their description changed. */
export function ensurePictures() {
  const hash = hashOf(['resources/sample-study/pictures.json', 'resources/sample-study/concepts.json', ...['draw-pictures', 'pictures', 'artwork', 'catalogue'].map(name => `scripts/sample-study/${name}.ts`)])
  if (existsSync(join(root, 'resources/sample-study/images')) && stampIs('pictures', hash))
    return
  say('Drawing the pictures of the sample study (once) …')
  if (runPackage('tsx', 'tsx', ['scripts/sample-study/draw-pictures.ts', 'resources/sample-study/images'], { stdio: ['inherit', 2, 2] }) !== 0)
    fail('The pictures of the sample study could not be drawn: see above.')
  stamp('pictures', hash)
}

/** Everything `npm start` and the command line need. */
export function prepare() {
  checkNode()
  ensureInstalled()
  ensureBuilt()
  ensurePictures()
}
