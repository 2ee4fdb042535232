// Small JSON files that change: written beside and renamed, so a reader sees the old or the new one, never half.
import { open, readFile, rename, rm } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import type { z } from 'zod'
import { delay } from '../base/async.ts'
import { hasCode, messageOf } from '../base/errors.ts'
import { temporaryMark } from './layout.ts'

let counter = 0

/** A name beside `path` that nobody else uses. */
export function temporaryBeside(path: string): string {
  return `${path}${temporaryMark}-${process.pid}-${counter++}`
}

/** Renames; on Windows a virus scanner or a reader may hold the target for a moment, so it is tried again. */
export async function renameOver(from: string, to: string): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    try {
      await rename(from, to)
      return
    }
    catch (error) {
      if (attempt >= 5 || !['EPERM', 'EACCES', 'EBUSY'].some(code => hasCode(error, code)))
        throw error
      await delay(20 * 2 ** attempt)
    }
  }
}

/** Makes a rename in this folder survive a power cut. Folders cannot be opened on Windows, where the rename itself is journalled. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32')
    return
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  }
  finally {
    await handle.close()
  }
}

/** Writes text so that a crash at any moment leaves the old file or the new one. */
export async function writeFileAtomically(path: string, content: string | Uint8Array): Promise<void> {
  const temporary = temporaryBeside(path)
  try {
    const handle = await open(temporary, 'wx')
    try {
      await handle.writeFile(content)
      await handle.sync()
    }
    finally {
      await handle.close()
    }
    await renameOver(temporary, path)
  }
  catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
  await syncFolder(dirname(path))
}

export async function writeJsonFile(path: string, value: unknown): Promise<void> {
  await writeFileAtomically(path, `${JSON.stringify(value, null, 2)}\n`)
}

/** First complaint of a schema as half a sentence: `field 'plan.seed' is not usable (…)`. */
export function complaint(error: z.ZodError): string {
  const issue = error.issues[0]
  if (!issue)
    return 'it does not have the expected form'
  const field = issue.path.map(String).join('.')
  const detail = issue.message.replace(/^Invalid input: /, '')
  return field === '' ? detail : `field '${field}' is not usable (${detail})`
}

/** Text as a value of this schema; throws a sentence naming the file and the field. */
export function parseJson<T extends z.ZodType>(text: string, schema: T, path: string): z.output<T> {
  let value: unknown
  try {
    value = JSON.parse(text)
  }
  catch (error) {
    throw new Error(`File '${path}' is not JSON: ${messageOf(error)}. Restore it from a copy or remove it.`, { cause: error })
  }
  const parsed = schema.safeParse(value)
  if (!parsed.success)
    throw new Error(`File '${path}': ${complaint(parsed.error)}. Correct '${basename(path)}' or remove it.`)
  return parsed.data
}

export async function readJsonFile<T extends z.ZodType>(path: string, schema: T): Promise<z.output<T>> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  }
  catch (error) {
    if (hasCode(error, 'ENOENT'))
      throw new Error(`File '${path}' is missing. Was it moved or deleted?`, { cause: error })
    throw error
  }
  return parseJson(text, schema, path)
}
