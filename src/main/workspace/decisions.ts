// Decisions of an audit's annotators: one file each, only ever appended to, on the disk before anyone hears of it. Files that somebody copied
// into the folder are read along.
import { mkdir, readdir, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { Decision } from '../../preload/contract/decisions.ts'
import type { DatasetId } from '../../preload/contract/identifiers.ts'
import { createSerial } from '../base/async.ts'
import { openAppender, parseLine, readLines } from './jsonl-file.ts'
import type { Appender } from './jsonl-file.ts'
import { isTemporary } from './layout.ts'
import { slug } from './names.ts'
import type { Study } from './open-workspace.ts'

export interface DecisionFiles {
  /** Lines that came since the last call: at first all of them. Torn and spoilt lines become sentences in `notes`. */
  readonly refresh: () => Promise<Decision[]>
  /** Resolves when all are on the disk, in their order, in the annotator's own file. */
  readonly append: (annotator: string, lines: readonly Decision[]) => Promise<void>
  readonly notes: () => readonly string[]
  readonly close: () => Promise<void>
}

/** The name of an annotator's file. Two people whose names differ only in signs share one; every line says whose it is. */
export const decisionFile = (study: Study, dataset: DatasetId, annotator: string): string => study.layout.audit(dataset).decisions(slug(annotator, 'annotator'))

export function openDecisions(study: Study, dataset: DatasetId): DecisionFiles {
  const { folder } = study.layout.audit(dataset)
  /** Byte behind the last whole line that was read, and its number. */
  const read = new Map<string, { end: number, lines: number }>()
  const notes = new Set<string>()
  const appenders = new Map<string, Promise<Appender>>()
  const inOrder = createSerial()

  async function readFrom(path: string): Promise<Decision[]> {
    const { end, lines } = read.get(path) ?? { end: 0, lines: 0 }
    const { size } = await stat(path)
    if (size <= end)
      return []
    const found: Decision[] = []
    let at = { end, lines }
    for await (const line of readLines(path, end, lines + 1)) {
      if (line.isTorn) {
        const parsed = parseLine(line, Decision, path)
        if ('reason' in parsed)
          notes.add(parsed.reason)
        break
      }
      at = { end: line.offset + line.length + 1, lines: line.number }
      if (line.text.trim() === '')
        continue
      const parsed = parseLine(line, Decision, path)
      if ('value' in parsed)
        found.push(parsed.value)
      else
        notes.add(parsed.reason)
    }
    read.set(path, at)
    return found
  }

  return {
    refresh: () => inOrder(async () => {
      const names = (await readdir(folder).catch(() => [] as string[])).filter(name => name.endsWith('.jsonl') && !isTemporary(name) && !name.startsWith('.')).sort()
      const found: Decision[] = []
      for (const name of names)
        found.push(...await readFrom(join(folder, name)))
      return found
    }),
    append: (annotator, lines) => inOrder(async () => {
      const path = decisionFile(study, dataset, annotator)
      let appender = appenders.get(path)
      if (!appender) {
        await mkdir(folder, { recursive: true })
        appender = openAppender(path)
        appenders.set(path, appender)
        appender.catch(() => appenders.delete(path))
        const { repaired } = await appender
        if (repaired !== undefined)
          notes.add(`${basename(path)}: ${repaired}`)
      }
      const { append } = await appender
      await Promise.all(lines.map(async line => append(line)))
    }),
    notes: () => [...notes],
    async close() {
      for (const appender of appenders.values())
        await (await appender.catch(() => undefined))?.close()
      appenders.clear()
    },
  }
}
