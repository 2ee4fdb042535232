// What a run appends: results and events, one line each, and how they are read back after any kind of end.
import { z } from 'zod'
import type { RunId } from '../../preload/contract/identifiers.ts'
import { RecordResult } from '../../preload/contract/runs.ts'
import type { ResultQuery } from '../../preload/contract/runs.ts'
import { now } from '../base/log.ts'
import { openAppender, readJsonl } from './jsonl-file.ts'
import { createJsonlIndex } from './jsonl-index.ts'
import type { Study } from './open-workspace.ts'

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

export interface ResultPages { readonly query: (query: Omit<ResultQuery, 'id'>) => Promise<{ total: number, results: RecordResult[] }> }

/** Line as far as filtering needs it. */
const Filterable = RecordResult.pick({ record: true, status: true, scores: true, verdict: true })

function usable(text: string): z.infer<typeof Filterable> | undefined {
  try {
    return Filterable.safeParse(JSON.parse(text)).data
  }
  catch {
    return undefined
  }
}

/** Pages over a run's results, also while it is running: each query reads only the lines that were appended since the last. */
export function openResultPages(study: Study, id: RunId): ResultPages {
  const index = createJsonlIndex(study.layout.run(id).results, RecordResult)
  /** undefined = a line that cannot be used; it is left out. */
  const known: (z.infer<typeof Filterable> | undefined)[] = []
  return {
    async query({ metric, variant, min, max, status, verdict, record, offset, limit }) {
      await index.refresh((text, line) => {
        known[line] = usable(text)
      })
      const lines = [...known.keys()].filter((line) => {
        const result = known[line]
        if (!result)
          return false
        const { status: own, scores } = result
        if ((status !== undefined && own !== status) || (verdict !== undefined && result.verdict !== verdict) || (record !== undefined && result.record !== record))
          return false
        if (metric === undefined)
          return true
        const variants = scores[metric]
        const value = variants?.[variant ?? Object.keys(variants)[0] ?? '']
        return value !== undefined && value >= (min ?? -Infinity) && value <= (max ?? Infinity)
      })
      return { total: lines.length, results: await index.read(lines.slice(offset, offset + limit)) }
    },
  }
}
