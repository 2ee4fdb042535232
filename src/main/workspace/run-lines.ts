// What a run appends: results and events, one line each, and how they are read back after any kind of end.
import { open } from 'node:fs/promises'
import { z } from 'zod'
import type { RunId } from '../../preload/contract/identifiers.ts'
import { RecordResult } from '../../preload/contract/runs.ts'
import { now } from '../base/log.ts'
import { openAppender, readJsonl, readLines } from './jsonl-file.ts'
import type { Study } from './open-workspace.ts'
import { readScoreColumns } from './score-columns.ts'

/** One line of events.jsonl: when, what, and a sentence. */
export const LoggedEvent = z.object({ at: z.string(), kind: z.string(), text: z.string().optional() })
export type LoggedEvent = z.infer<typeof LoggedEvent>

export interface RunLog {
  /** Sentences about torn lines that were cut away when the log was opened. */
  readonly repaired: readonly string[]
  /** Resolves when the result is on the disk. */
  readonly result: (result: RecordResult) => Promise<void>
  readonly event: (kind: string, text?: string) => Promise<void>
  readonly close: () => Promise<void>
}

/** Opens a run's two logs for appending; after a crash the torn line is cut away first, so nothing is glued together. */
export async function openRunLog(study: Study, id: RunId): Promise<RunLog> {
  const files = study.layout.run(id)
  const results = await openAppender(files.results)
  const events = await openAppender(files.events, { sync: false })
  return {
    repaired: [results.repaired, events.repaired].filter(sentence => sentence !== undefined),
    result: async result => results.append(result),
    event: async (kind, text) => events.append({ at: new Date(now()).toISOString(), kind, ...(text === undefined ? {} : { text }) } satisfies LoggedEvent),
    async close() {
      await results.close()
      await events.close()
    },
  }
}

/** All results in the order they were finished; lines that cannot be used are reported. */
export function readResults(study: Study, id: RunId, report?: (reason: string) => void): AsyncGenerator<RecordResult> {
  return readJsonl(study.layout.run(id).results, RecordResult, report)
}

export function readEvents(study: Study, id: RunId, report?: (reason: string) => void): AsyncGenerator<LoggedEvent> {
  return readJsonl(study.layout.run(id).events, LoggedEvent, report)
}

/** What a resumed run need not repeat: record id → how it ended (the last line of a record counts). */
export async function finishedRecords(study: Study, id: RunId, report?: (reason: string) => void): Promise<Map<string, 'done' | 'failed'>> {
  const finished = new Map<string, 'done' | 'failed'>()
  for await (const result of readResults(study, id, report))
    finished.set(result.record, result.status)
  return finished
}

/** One line of a run's results: whose it is and where it is, in bytes. */
export interface ResultPlace { readonly record: string, readonly offset: number, readonly length: number }

/** The results at these places, in this order; undefined if one of them is not what its place says, so the places are not of this file. */
export async function readResultsAt(study: Study, id: RunId, places: readonly ResultPlace[]): Promise<RecordResult[] | undefined> {
  if (places.length === 0)
    return []
  const handle = await open(study.layout.run(id).results, 'r')
  try {
    const { size } = await handle.stat()
    const found = await Promise.all(places.map(async ({ record, offset, length }) => {
      if (!Number.isSafeInteger(offset) || !Number.isSafeInteger(length) || offset < 0 || length < 0 || offset + length > size)
        return undefined
      const bytes = Buffer.alloc(length)
      await handle.read(bytes, 0, length, offset)
      try {
        const { data } = RecordResult.safeParse(JSON.parse(bytes.toString('utf8')))
        return data?.record === record ? data : undefined
      }
      catch {
        return undefined
      }
    }))
    return found.every(result => result !== undefined) ? found : undefined
  }
  finally {
    await handle.close()
  }
}

/** A key cannot hide in a text: quotes inside JSON strings are escaped. */
const lossesKey = '"losses":['

/** The losses of every edit that was made, by record; only this part of each line is parsed. */
export async function readLosses(study: Study, id: RunId): Promise<Map<string, number[]>> {
  const { results } = study.layout.run(id)
  const { records, lines } = await readScoreColumns(study, id)
  const recordAt = new Map(records.map((record, row) => [lines.offsets[row]!, record]))
  const losses = new Map<string, number[]>()
  for await (const { text, offset } of readLines(results)) {
    const record = recordAt.get(offset)
    const from = text.indexOf(lossesKey) + lossesKey.length - 1
    if (record !== undefined && from >= lossesKey.length)
      losses.set(record, Losses.parse(JSON.parse(text.slice(from, text.indexOf(']', from) + 1))))
  }
  return losses
}

const Losses = z.array(z.number())
