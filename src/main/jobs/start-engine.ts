// The one place that picks the engine's executable. Never Electron's own binary if it can be helped: it replaces malloc
// with Chromium's allocator, which traps on one very large allocation (electron #44291, onnxruntime #29763).
import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

export interface EngineProgram {
  /** A Node executable. */
  readonly executable: string
  readonly nodeArguments: readonly string[]
  /** The engine's entry. */
  readonly entry: string
  readonly environment: Readonly<Record<string, string>>
}

interface Surroundings {
  readonly executable: string
  readonly isElectron: boolean
  /** Electron's resources folder, when packaged. */
  readonly resources: string | undefined
  /** The developer's node, as npm names it to the programs it starts. */
  readonly npmNode: string | undefined
  readonly platform: NodeJS.Platform
  readonly exists: (path: string) => boolean
}

/** The Node to run the engine with: our own process's, the packaged one, the developer's, at last Electron acting as Node. */
export function pickExecutable(at: Surroundings): { executable: string, environment: Record<string, string> } {
  if (!at.isElectron)
    return { executable: at.executable, environment: {} }
  const packaged = at.resources && join(at.resources, 'node', at.platform === 'win32' ? 'node.exe' : 'bin/node')
  if (packaged && at.exists(packaged))
    return { executable: packaged, environment: {} }
  if (at.npmNode && at.exists(at.npmNode))
    return { executable: at.npmNode, environment: {} }
  return { executable: at.executable, environment: { ELECTRON_RUN_AS_NODE: '1' } }
}

/**
 * Where the engine's entry lies: `engine.js` beside (or above) this file in a build, `engine.ts` run by tsx in the sources.
 * @throws a sentence if there is neither.
 */
export function findEntry(here: string = dirname(fileURLToPath(import.meta.url))): Pick<EngineProgram, 'entry' | 'nodeArguments'> {
  for (const folder of [here, dirname(here)]) {
    // Packaged: the native runtime and the bundle that loads it lie outside the archive.
    const built = join(folder, 'engine.js').replace(/app\.asar(?=[\\/])/, 'app.asar.unpacked')
    if (existsSync(built))
      return { entry: built, nodeArguments: [] }
    const source = join(folder, 'engine.ts')
    if (existsSync(source))
      return { entry: source, nodeArguments: ['--import', pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href] }
  }
  throw new Error(`The engine's program engine.js is not beside ${here}. Run npm run build.`)
}

/** The program that runs on this machine as it is installed here. */
export function engineProgram(): EngineProgram {
  return {
    ...findEntry(),
    ...pickExecutable({
      executable: process.execPath,
      isElectron: process.versions['electron'] !== undefined,
      resources: (process as { resourcesPath?: string }).resourcesPath,
      npmNode: process.env['npm_node_execpath'] ?? process.env['NODE'],
      platform: process.platform,
      exists: existsSync,
    }),
  }
}

/** Starts an engine process that talks over IPC; it ends by itself when this process does. */
export function startEngine(program: EngineProgram = engineProgram()): ChildProcess {
  return fork(program.entry, [], {
    execPath: program.executable,
    execArgv: [...program.nodeArguments],
    env: { ...process.env, ...program.environment },
    serialization: 'advanced',
    // stderr is kept for the sentence about its death; stdout must not mix with results.
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
}
