// Small things that people name and keep: one JSON file each, called by its id.
import { mkdir, rm } from 'node:fs/promises'
import { basename, extname, join } from 'node:path'
import type { z } from 'zod'
import { namesIn, readEach } from './datasets.ts'
import type { Broken } from './datasets.ts'
import { readJsonFile, writeJsonFile } from './json-file.ts'
import { firstFree, slug } from './names.ts'

const extension = '.json'

export async function idsIn(folder: string): Promise<string[]> {
  return (await namesIn(folder)).filter(name => extname(name) === extension).map(name => basename(name, extension)).sort()
}

/** Everything in the folder by its file's name, oldest first; what cannot be read becomes a sentence. */
export async function readNamed<T extends { readonly createdAt: string }>(folder: string, schema: z.ZodType<T>): Promise<{ items: (T & { id: string })[], broken: Broken[] }> {
  const { items, broken } = await readEach(await idsIn(folder), async id => ({ ...await readJsonFile(join(folder, `${id}${extension}`), schema), id }))
  return { items: items.sort((a, b) => a.createdAt < b.createdAt ? -1 : a.createdAt > b.createdAt ? 1 : a.id < b.id ? -1 : 1), broken }
}

/** `red-things`, `red-things-2`, …: an id from a name that no file has yet. */
export async function newId(folder: string, name: string, fallback: string): Promise<string> {
  return firstFree(slug(name, fallback), new Set(await idsIn(folder)))
}

/** Makes the folder on first use. */
export async function writeNamed(folder: string, id: string, value: unknown): Promise<void> {
  await mkdir(folder, { recursive: true })
  await writeJsonFile(join(folder, `${id}${extension}`), value)
}

/** False = there was none. */
export async function removeNamed(folder: string, id: string): Promise<boolean> {
  const had = (await idsIn(folder)).includes(id)
  if (had)
    await rm(join(folder, `${id}${extension}`), { force: true })
  return had
}
