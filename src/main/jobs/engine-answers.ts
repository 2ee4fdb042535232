// Base answers kept in a folder between engines: whole files, written beside and renamed.
import { mkdir, readFile, readdir, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { hasCode } from '../base/errors.ts'
import type { AnswerStore } from '../runs/base-answers.ts'
import { writeFileAtomically } from '../workspace/json-file.ts'

/** Answers hold a row of logits a token; a large vocabulary and many records fill a disk. Beyond this they are asked again. */
const mostBytes = 2 * 2 ** 30

async function sizeOfFolder(folder: string): Promise<number> {
  const names = await readdir(folder, { recursive: true }).catch(() => [])
  const sizes = await Promise.all(names.map(async name => (await stat(join(folder, name)).catch(() => undefined))?.size ?? 0))
  return sizes.reduce((sum, size) => sum + size, 0)
}

/** A store in this folder; it is made when first written to. */
export async function openAnswerStore(folder: string): Promise<AnswerStore> {
  let bytes = await sizeOfFolder(folder)
  return {
    async read(name) {
      try {
        return await readFile(join(folder, name))
      }
      catch (error) {
        if (hasCode(error, 'ENOENT'))
          return undefined
        throw error
      }
    },
    async write(name, content) {
      if (bytes + content.byteLength > mostBytes)
        return
      bytes += content.byteLength
      const file = join(folder, name)
      await mkdir(dirname(file), { recursive: true })
      await writeFileAtomically(file, content)
    },
  }
}
