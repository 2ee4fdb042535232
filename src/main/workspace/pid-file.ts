// A pid file keeps two programs from writing the same study. A dead program's file is recognised and replaced.
import { link, readFile, rm, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { z } from 'zod'
import { hasCode } from '../base/errors.ts'
import { now } from '../base/log.ts'
import { temporaryBeside } from './json-file.ts'

const Holder = z.object({
  pid: z.int(),
  host: z.string(),
  /** Start of that process in clock ticks since boot, where the system tells: a reused pid does not look alive. */
  started: z.string().optional(),
  since: z.string(),
})
type Holder = z.infer<typeof Holder>

/** Studies that this very process holds (a pid alone cannot tell that). */
const held = new Set<string>()

/** Field 22 of /proc/PID/stat with the boot's id; undefined where there is no /proc. */
async function startOf(pid: number): Promise<string | undefined> {
  try {
    const [stat, boot] = await Promise.all([readFile(`/proc/${pid}/stat`, 'utf8'), readFile('/proc/sys/kernel/random/boot_id', 'utf8')])
    // The second field is the command in brackets and may hold blanks.
    return `${boot.trim()}/${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''}`
  }
  catch {
    return undefined
  }
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  }
  catch (error) {
    return hasCode(error, 'EPERM')
  }
}

async function isAlive(holder: Holder, path: string): Promise<boolean> {
  if (holder.pid === process.pid && !held.has(path))
    return false
  if (!exists(holder.pid))
    return false
  const started = await startOf(holder.pid)
  return holder.started === undefined || started === undefined || holder.started === started
}

async function readHolder(path: string): Promise<Holder | undefined> {
  try {
    return Holder.parse(JSON.parse(await readFile(path, 'utf8')))
  }
  catch {
    return undefined
  }
}

/** Creates the file with its content at once, or throws EEXIST: nobody ever sees it empty. */
async function createWhole(path: string, content: string): Promise<void> {
  const temporary = temporaryBeside(path)
  try {
    await writeFile(temporary, content, { flag: 'wx' })
    await link(temporary, path)
  }
  catch (error) {
    // Some file systems (FAT, a few network ones) have no links; there the file is empty for a moment.
    if (!['EPERM', 'ENOTSUP', 'ENOSYS', 'EOPNOTSUPP'].some(code => hasCode(error, code)))
      throw error
    await writeFile(path, content, { flag: 'wx' })
  }
  finally {
    await rm(temporary, { force: true })
  }
}

/** Is a program that lives (or one on another computer, which cannot be asked) writing this study? */
export async function isTaken(path: string): Promise<boolean> {
  const holder = await readHolder(path)
  return holder !== undefined && (holder.host !== hostname() || await isAlive(holder, path))
}

export interface PidFile { readonly release: () => Promise<void> }

/** Takes the study for writing, or throws a sentence naming who has it. */
export async function takePidFile(path: string): Promise<PidFile> {
  const started = await startOf(process.pid)
  const own: Holder = { pid: process.pid, host: hostname(), ...(started === undefined ? {} : { started }), since: new Date(now()).toISOString() }
  for (let attempt = 0; attempt < 3; attempt++) {
    try {
      await createWhole(path, `${JSON.stringify(own)}\n`)
      held.add(path)
      return {
        async release() {
          if (held.delete(path))
            await rm(path, { force: true })
        },
      }
    }
    catch (error) {
      if (!hasCode(error, 'EEXIST'))
        throw error
    }
    const holder = await readHolder(path)
    if (holder && holder.host !== own.host)
      throw new Error(`The study is open on computer '${holder.host}' since ${holder.since}. Close it there; if it is not running any more, delete '${path}'.`)
    if (holder && await isAlive(holder, path))
      throw new Error(`The study is open in another MMEdit Workbench (process ${holder.pid}, since ${holder.since}). Close that one first, or use another --workspace.`)
    await rm(path, { force: true })
  }
  throw new Error(`The study's file '${path}' is being taken by several programs at once. Try again.`)
}
