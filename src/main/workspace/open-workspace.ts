// Opens a study folder or makes one; refuses what is none, what is newer, and what somebody else is writing.
import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { z } from 'zod'
import { hasCode } from '../base/errors.ts'
import { now } from '../base/log.ts'
import { isTemporary, layoutOf, studyFormat } from './layout.ts'
import type { Layout } from './layout.ts'
import { readJsonFile, writeJsonFile } from './json-file.ts'
import { takePidFile } from './pid-file.ts'
import type { PidFile } from './pid-file.ts'
import { readmeText } from './readme.ts'

export const WorkspaceFile = z.object({
  format: z.int().positive(),
  name: z.string().min(1).max(200),
  createdAt: z.string(),
  /** Set in the sample study: which resources its datasets and model were taken from. */
  sample: z.object({
    resources: z.string(),
    version: z.string(),
    /** The trained editors that were copied, and of which release. */
    editors: z.object({ version: z.string(), ids: z.array(z.string()) }).optional(),
  }).optional(),
})
export type WorkspaceFile = z.infer<typeof WorkspaceFile>

export interface Study {
  readonly root: string
  readonly name: string
  readonly layout: Layout
  readonly access: 'write' | 'read'
  readonly file: WorkspaceFile
  /** Gives the folder back (removes the pid file). */
  readonly close: () => Promise<void>
}

export interface OpenOptions {
  /** `read` neither takes the pid file nor creates anything. Default: write. */
  readonly access?: 'write' | 'read'
  /** Name for a study that is made; default: the folder's name. */
  readonly name?: string
}

const ignoredFiles = new Set(['.DS_Store', 'Thumbs.db', 'desktop.ini', 'workbench.pid'])

async function entriesOf(root: string): Promise<string[] | undefined> {
  try {
    return (await readdir(root)).filter(name => !ignoredFiles.has(name) && !isTemporary(name))
  }
  catch (error) {
    if (hasCode(error, 'ENOENT'))
      return undefined
    if (hasCode(error, 'ENOTDIR'))
      throw new Error(`'${root}' is a file. A study is a folder; choose or name one.`, { cause: error })
    if (hasCode(error, 'EACCES'))
      throw new Error(`Folder '${root}' may not be read. Check its permissions.`, { cause: error })
    throw error
  }
}

async function readWorkspaceFile(layout: Layout): Promise<WorkspaceFile> {
  const { format } = await readJsonFile(layout.workspace, z.object({ format: z.int() }))
  if (format > studyFormat)
    throw new Error(`Study '${layout.root}' has format ${format}; this version reads formats up to ${studyFormat}. Update MMEdit Workbench.`)
  return await readJsonFile(layout.workspace, WorkspaceFile)
}

/** Folders and files that a crash left half-written. */
async function sweep(layout: Layout): Promise<void> {
  const audits = (await readdir(layout.audits).catch(() => [] as string[])).map(name => join(layout.audits, name))
  for (const folder of [layout.root, layout.datasets, layout.models, layout.editors, layout.runs, layout.exports, layout.reported, layout.slices, layout.views, layout.audits, ...audits]) {
    const names = await readdir(folder).catch(() => [] as string[])
    await Promise.all(names.filter(isTemporary).map(async name => rm(join(folder, name), { recursive: true, force: true })))
  }
}

async function isFile(path: string): Promise<boolean> {
  return await stat(path).then(stats => stats.isFile(), () => false)
}

/**
 * Opens the study in this folder; an empty or missing folder becomes one (with access `write`).
 * Throws one sentence if the folder is something else, is newer than this program, or is being written by another one.
 */
export async function openWorkspace(folder: string, { access = 'write', name }: OpenOptions = {}): Promise<Study> {
  const root = resolve(folder)
  const layout = layoutOf(root)
  const entries = await entriesOf(root)
  const isStudy = entries?.includes(basename(layout.workspace)) ?? false
  if (!isStudy && access === 'read')
    throw new Error(`Folder '${root}' is not a study (it has no workspace.json). Open it once in MMEdit Workbench to make it one.`)
  if (!isStudy && entries !== undefined && entries.length > 0)
    throw new Error(`Folder '${root}' is not a study (it has no workspace.json) and is not empty. Choose an empty folder or an existing study.`)
  if (access === 'read')
    return handle(layout, await readWorkspaceFile(layout), access, undefined)

  if (isStudy)
    await readWorkspaceFile(layout)
  await mkdir(root, { recursive: true })
  const pidFile = await takePidFile(layout.pid)
  try {
    await sweep(layout)
    if (!isStudy)
      await writeJsonFile(layout.workspace, { format: studyFormat, name: name ?? (basename(root) || 'study'), createdAt: new Date(now()).toISOString() } satisfies WorkspaceFile)
    for (const part of [layout.datasets, layout.models, layout.editors, layout.runs, layout.exports])
      await mkdir(part, { recursive: true })
    if (!isStudy && !await isFile(layout.readme))
      await writeFile(layout.readme, readmeText)
    return handle(layout, await readWorkspaceFile(layout), access, pidFile)
  }
  catch (error) {
    await pidFile.release()
    throw error
  }
}

function handle(layout: Layout, file: WorkspaceFile, access: 'write' | 'read', pidFile: PidFile | undefined): Study {
  return { root: layout.root, name: file.name, layout, access, file, close: async () => pidFile?.release() }
}
