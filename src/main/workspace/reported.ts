// Results reported elsewhere: one small JSON file each in reported/.
import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { Reported } from '../../preload/contract/reported.ts'
import { hasCode } from '../base/errors.ts'
import { namesIn, readEach } from './datasets.ts'
import type { Broken } from './datasets.ts'
import { readJsonFile, writeJsonFile } from './json-file.ts'
import type { Study } from './open-workspace.ts'

const idPattern = /^[a-z0-9][a-z0-9._-]*$/

/** Those that were imported, by id; a file that cannot be read becomes a sentence. */
export async function listReported(study: Study): Promise<{ reported: Reported[], broken: Broken[] }> {
  const names = (await namesIn(study.layout.reported)).filter(name => name.endsWith('.json') && idPattern.test(name))
  const { items, broken } = await readEach(names, async (name) => {
    const id = basename(name, '.json')
    return { ...await readJsonFile(study.layout.reportedFile(id), Reported), id, shipped: false }
  })
  return { reported: items.sort((a, b) => a.id < b.id ? -1 : 1), broken }
}

export async function writeReported(study: Study, reported: Reported): Promise<void> {
  await mkdir(study.layout.reported, { recursive: true })
  await writeJsonFile(study.layout.reportedFile(reported.id), reported)
}

/** False = there was none. */
export async function removeReported(study: Study, id: string): Promise<boolean> {
  if (!idPattern.test(id) || !(await namesIn(study.layout.reported)).includes(`${id}.json`))
    return false
  await rm(study.layout.reportedFile(id), { force: true })
  return true
}

const mostBytes = 64 * 1024 ** 2

/** A file of results, or results.json in the folder that was named. Throws a sentence. */
export async function readReportedFile(path: string): Promise<{ file: string, text: string, folder?: string }> {
  try {
    const stats = await stat(path)
    if (stats.isDirectory()) {
      if (!(await readdir(path)).includes('results.json'))
        throw new Error(`Folder '${path}' has no results.json. Choose the results_dir of a final evaluation, or a CSV file.`)
      return { ...await readReportedFile(join(path, 'results.json')), folder: path }
    }
    if (stats.size > mostBytes)
      throw new Error(`File '${path}' has ${(stats.size / 1e6).toFixed(0)} MB; tables of results have at most ${mostBytes / 1024 ** 2}. Is it the right file?`)
    return { file: path, text: await readFile(path, 'utf8') }
  }
  catch (error) {
    if (hasCode(error, 'ENOENT'))
      throw new Error(`There is no file '${path}'. Choose results.json, its folder, or a CSV file.`, { cause: error })
    if (hasCode(error, 'EACCES'))
      throw new Error(`File '${path}' may not be read. Check its permissions.`, { cause: error })
    throw error
  }
}

/** `models/METHOD/MODEL` beside results.json: what the reference trainer trained; undefined unless it is only one. */
export async function trainedIn(folder: string): Promise<{ method: string, model: string } | undefined> {
  const methods = await readdir(join(folder, 'models')).catch(() => [])
  const models = methods.length === 1 ? (await readdir(join(folder, 'models', methods[0]!)).catch(() => [])).filter(name => !name.endsWith('.bk')) : []
  return models.length === 1 ? { method: methods[0]!, model: models[0]! } : undefined
}
