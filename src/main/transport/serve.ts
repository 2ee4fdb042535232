// Serving from a terminal: start the local server, say where it is, stay until told to stop.
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { sha256 } from '../base/hash.ts'
import type { BackendContext } from '../router/context.ts'
import { openLocalServer } from './local-server.ts'
import { openBrowser } from './open-browser.ts'
import type { ImageSource } from './page.ts'

/** The built page: beside this file's bundle in a build, in out/ when run from the sources. */
export function findPage(here: string = dirname(fileURLToPath(import.meta.url))): string {
  const candidates = [join(here, '../renderer'), join(here, '../../renderer'), join(here, '../../../out/renderer')]
  return candidates.find(folder => existsSync(join(folder, 'index.html')) && existsSync(join(folder, 'assets'))) ?? join(here, '../renderer')
}

/**
 * The port that a study is served at unless it is taken. Browsers keep keys, names and unsent decisions by address, so a study that is
 * served again is found at the same one. Below the ports that systems hand out by themselves, and not the ones that browsers refuse.
 */
export function usualPort(study: string): number {
  return 20_000 + Number.parseInt(sha256(study).slice(0, 8), 16) % 10_000
}

export interface ServeOptions {
  readonly context: BackendContext
  readonly images: ImageSource
  readonly close: () => Promise<void>
  readonly port?: number
  readonly openBrowser: boolean
}

/** Resolves when the process was asked to stop (SIGINT, SIGTERM, SIGHUP) and everything is closed. */
export async function serve(options: ServeOptions): Promise<void> {
  const server = await openLocalServer({ context: options.context, images: options.images, root: findPage(), usualPort: usualPort(options.context.workspace().path), ...(options.port === undefined ? {} : { port: options.port }) }).catch(async (error: unknown) => {
    await options.close()
    throw error
  })
  process.stdout.write(`${server.url}\n`)
  process.stderr.write('MMEdit Workbench is at the address above. It answers only on this computer and only with that token. Ctrl-C ends it.\n')
  if (options.openBrowser)
    openBrowser(server.url)
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
      process.once(signal, () => resolve())
  })
  await server.close()
  await options.close()
}
