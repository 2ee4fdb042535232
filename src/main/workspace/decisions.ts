// Decisions of an audit's annotators: one file each, only ever appended to, on the disk before anyone hears of it. Files that somebody copied
// into the folder are read along; one that was replaced or removed counts as it is now.
import { mkdir, readdir, stat } from 'node:fs/promises'
import type { Stats } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { Decision } from '../../preload/contract/decisions.ts'
import type { DatasetId } from '../../preload/contract/identifiers.ts'
import { createSerial } from '../base/async.ts'
import { hasCode, messageOf } from '../base/errors.ts'
import { followFile } from './decision-file.ts'
import type { FollowedFile } from './decision-file.ts'
import { syncFolder } from './json-file.ts'
import { openAppender } from './jsonl-file.ts'
import type { Appender } from './jsonl-file.ts'
import { isDecisionFile } from './layout.ts'
import { slug } from './names.ts'
import type { Study } from './open-workspace.ts'

export interface DecisionFiles {
  /**
   * Lines that came since the last call: at first all of them. `isAnew`: a file was replaced, shortened or removed, so these are all lines
   * there are and what was told before no longer counts.
   */
  readonly refresh: () => Promise<{ readonly lines: Decision[], readonly isAnew: boolean }>
  /** Resolves when all are on the disk, in their order, in the annotator's own file; they may not be told again. Throws a sentence; then none of them is. */
  readonly append: (annotator: string, lines: readonly Decision[]) => Promise<void>
  /** Torn and spoilt lines, repaired files: a sentence each. */
  readonly notes: () => readonly string[]
  readonly close: () => Promise<void>
}

/** The name of an annotator's file. Two people whose names differ only in signs share one; every line says whose it is. */
export const decisionFile = (study: Study, dataset: DatasetId, annotator: string): string => study.layout.audit(dataset).decisions(slug(annotator, 'annotator'))

/** `left`: the file as this program left it; undefined before it wrote to it. */
interface Own { readonly appender: Appender, left: Stats | undefined }

export function openDecisions(study: Study, dataset: DatasetId): DecisionFiles {
  const { folder } = study.layout.audit(dataset)
  const followed = new Map<string, FollowedFile>()
  const repairs = new Set<string>()
  const owned = new Map<string, Own>()
  const inOrder = createSerial()

  async function namesThere(): Promise<string[]> {
    try {
      return (await readdir(folder)).filter(isDecisionFile).sort()
    }
    catch (error) {
      if (hasCode(error, 'ENOENT'))
        return []
      throw new Error(`Folder '${folder}' with the audit's decisions could not be read (${messageOf(error)}). Is it a folder that you may read?`, { cause: error })
    }
  }

  async function look(): Promise<{ lines: Decision[], isAnew: boolean }> {
    const names = await namesThere()
    const lines: Decision[] = []
    let isAnew = [...followed.keys()].some(name => !names.includes(name))
    for (const name of isAnew ? [] : names) {
      let file = followed.get(name)
      if (!file)
        followed.set(name, file = followFile(join(folder, name)))
      const found = await file.read()
      if (found === 'replaced') {
        isAnew = true
        break
      }
      for (const line of found)
        lines.push(line)
    }
    if (!isAnew)
      return { lines, isAnew }
    followed.clear()
    return { ...await look(), isAnew }
  }

  /** The annotator's file, ready for its next line. Opened again where somebody put another in its place meanwhile: a line must not go into a file that is gone. */
  async function ownOf(path: string): Promise<Own> {
    const known = owned.get(path)
    if (known?.left) {
      const there = await stat(path).catch(() => undefined)
      if (there?.ino === known.left.ino && there?.size === known.left.size && there?.mtimeMs === known.left.mtimeMs)
        return known
    }
    await drop(path)
    const made = await mkdir(folder, { recursive: true })
    if (made !== undefined) {
      for (let at = folder; at.length >= dirname(made).length; at = dirname(at))
        await syncFolder(at)
    }
    const appender = await openAppender(path)
    if (appender.repaired !== undefined)
      repairs.add(appender.repaired)
    const own: Own = { appender, left: undefined }
    owned.set(path, own)
    return own
  }

  /** False: the file was put away while it was written to, so the lines are gone with it. */
  async function write(path: string, lines: readonly Decision[]): Promise<boolean> {
    const own = await ownOf(path)
    const { left } = own
    const written = await own.appender.appendAll(lines)
    const after = await stat(path).catch(() => undefined)
    own.left = after
    if (!after || (left && after.ino !== left.ino))
      return false
    if (left)
      followed.get(basename(path))?.skip(written, lines.length, left, after)
    return true
  }

  async function drop(path: string): Promise<void> {
    const own = owned.get(path)
    owned.delete(path)
    await own?.appender.close().catch(() => undefined)
  }

  return {
    refresh: () => inOrder(look),
    append: (annotator, lines) => inOrder(async () => {
      const path = decisionFile(study, dataset, annotator)
      try {
        for (let isWritten = false; !isWritten;)
          isWritten = await write(path, lines)
      }
      catch (error) {
        await drop(path)
        throw new Error(notSaved(error, path), { cause: error })
      }
    }),
    notes: () => [...repairs, ...[...followed.values()].flatMap(file => file.notes())],
    close: () => inOrder(async () => {
      for (const path of [...owned.keys()])
        await drop(path)
    }),
  }
}

const causes: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full. Free some space',
  EDQUOT: 'your share of the disk is used up. Free some space',
  EROFS: 'its disk may only be read. Copy the study to a disk that can be written',
  EACCES: 'it may not be written. Check its permissions and those of its folder',
  EPERM: 'it may not be written. Check its permissions and those of its folder',
  EISDIR: 'there is a folder of that name. Move it away',
  EFBIG: 'the file has reached the largest size that is allowed. Move it into another folder as a copy',
  EMFILE: 'too many files are open. Close other programs',
}

/** Why a decision is not on the disk, as a sentence. */
function notSaved(error: unknown, path: string): string {
  const known = Object.entries(causes).find(([code]) => hasCode(error, code))?.[1]
  return known === undefined
    ? `Nothing was saved: file '${path}' could not be written (${messageOf(error)}). Decide again once it can be.`
    : `Nothing was saved: file '${path}' could not be written, because ${known} and decide again.`
}
