// What comes with the program: the folder `resources`, above this file in the sources, a build or a package.
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder `resources/NAME`, or undefined if it is nowhere above. */
export function findResources(name: string, from: string = dirname(fileURLToPath(import.meta.url))): string | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    const found = join(folder, 'resources', name)
    if (existsSync(found))
      return found
    if (folder === dirname(folder))
      return undefined
  }
}
