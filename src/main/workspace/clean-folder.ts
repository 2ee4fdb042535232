// A folder of exports/ that appears whole or not at all, and never in the place of another one.
import { copyFile, link, mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { hasCode } from '../base/errors.ts'
import { sha256OfFile } from '../base/hash.ts'
import { exportFailure } from './exports.ts'
import { syncFolder, temporaryBeside } from './json-file.ts'
import { firstFree } from './names.ts'
import type { Study } from './open-workspace.ts'

async function filesUnder(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries.filter(entry => !entry.isDirectory()).map(entry => join(entry.parentPath, entry.name).slice(folder.length + 1)).sort()
}

async function sameFile(a: string, b: string): Promise<boolean> {
  const [one, other] = await Promise.all([a, b].map(path => stat(path, { bigint: true })))
  if (!one || !other || one.size !== other.size)
    return false
  return (one.ino === other.ino && one.dev === other.dev && one.ino !== 0n) || await sha256OfFile(a) === await sha256OfFile(b)
}

/** Do both folders hold the same files with the same bytes? */
async function sameFolder(a: string, b: string): Promise<boolean> {
  if (!(await stat(b).catch(() => undefined))?.isDirectory())
    return false
  const [files, others] = [await filesUnder(a), await filesUnder(b)]
  if (files.join('\0') !== others.join('\0'))
    return false
  for (const file of files) {
    if (!await sameFile(join(a, file), join(b, file)))
      return false
  }
  return true
}

/**
 * Lets `fill` write a folder that nobody sees yet, then puts it into exports/ under this name, or with -2, -3, … behind it where a folder of
 * that name holds something else; one that holds the same is left alone.
 * @returns the folder's absolute path and whether it was written. Throws a sentence for a full disk or a blocked folder; then nothing is left.
 */
export async function writeExportFolder(study: Study, name: string, fill: (folder: string) => Promise<void>): Promise<{ folder: string, isNew: boolean }> {
  const { exports } = study.layout
  const wanted = join(exports, name)
  const temporary = temporaryBeside(wanted)
  try {
    await mkdir(temporary, { recursive: true })
    await fill(temporary)
    for (let attempt = 0; ; attempt++) {
      const taken = new Set(await readdir(exports))
      for (let i = 1, known = name; taken.has(known); known = `${name}-${++i}`) {
        if (await sameFolder(temporary, join(exports, known))) {
          await rm(temporary, { recursive: true, force: true })
          return { folder: join(exports, known), isNew: false }
        }
      }
      const folder = join(exports, firstFree(name, taken))
      try {
        await rename(temporary, folder)
      }
      catch (error) {
        // Another export took the name between looking and renaming.
        if (attempt < 5 && ['ENOTEMPTY', 'EEXIST', 'ENOTDIR', 'EPERM'].some(code => hasCode(error, code)))
          continue
        throw error
      }
      await syncFolder(exports)
      return { folder, isNew: true }
    }
  }
  catch (error) {
    await rm(temporary, { recursive: true, force: true }).catch(() => undefined)
    throw exportFailure(wanted, error)
  }
}

/** The same file under a second name; a copy where the disk cannot do that. */
export async function linkOrCopy(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true })
  try {
    await link(from, to)
  }
  catch (error) {
    if (hasCode(error, 'ENOSPC') || hasCode(error, 'EEXIST'))
      throw error
    await copyFile(from, to)
  }
}
