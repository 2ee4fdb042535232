// The study's audits, opened on the first question and kept up to date with what is decided here and what is copied into the folder.
import { stat } from 'node:fs/promises'
import type { AuditSettings, Decision, Role } from '../../preload/contract/decisions.ts'
import type { DatasetId } from '../../preload/contract/identifiers.ts'
import { EditRecord } from '../../preload/contract/records.ts'
import { createSerial } from '../base/async.ts'
import { stableJson } from '../base/hash.ts'
import { now } from '../base/log.ts'
import { getDataset } from '../workspace/datasets.ts'
import { openDecisions } from '../workspace/decisions.ts'
import type { DecisionFiles } from '../workspace/decisions.ts'
import { followAuditSettings } from '../workspace/audit-settings.ts'
import { createJsonlIndex } from '../workspace/jsonl-index.ts'
import type { JsonlIndex } from '../workspace/jsonl-index.ts'
import type { Study } from '../workspace/open-workspace.ts'
import { assign } from './assignment.ts'
import { createBook } from './book.ts'
import type { AuditBook } from './book.ts'
import { createProbeList } from './probe-list.ts'
import type { ProbeList } from './probe-list.ts'
import { createReplay, keyOf } from './replay.ts'
import type { Replay } from './replay.ts'

export interface AuditBooks {
  /** The audit as it is now. Throws a sentence for an unknown dataset. */
  readonly open: (dataset: DatasetId) => Promise<AuditBook>
  /** Records of these items, in their order, without the hashes of their pictures. */
  readonly read: (dataset: DatasetId, items: readonly number[]) => Promise<EditRecord[]>
  /** Writes lines that are not known yet into the annotator's file, then opens. */
  readonly append: (dataset: DatasetId, annotator: string, lines: readonly Decision[]) => Promise<AuditBook>
  /** The same with lines made from the audit as it then is: nobody else's come between. */
  readonly write: (dataset: DatasetId, annotator: string, make: (book: AuditBook) => readonly Decision[]) => Promise<AuditBook>
  /** Drops what is known of a dataset that was removed or imported again. */
  readonly forget: (dataset: DatasetId) => void
  readonly close: () => Promise<void>
}

interface Opened {
  /** Of the dataset's files: other ones are another audit. */
  readonly stamp: string
  readonly importedAt: string
  readonly probes: ProbeList
  readonly records: JsonlIndex<EditRecord>
  replay: Replay
  readonly files: DecisionFiles
  /** Keys of probes that decisions name and the dataset does not have. */
  readonly gone: Set<string>
  /** Ids under which two lines say different things. */
  readonly twofold: Set<string>
  readonly readSettings: () => Promise<AuditSettings>
  /** Of the book, as text. */
  settings: { readonly of: AuditSettings, readonly text: string } | undefined
  book: AuditBook | undefined
}

const roles: readonly Role[] = ['annotator', 'adjudicator']
const dayMs = 86_400_000

/** What is odd about the lines themselves, as sentences. */
function notesOf({ gone, twofold, replay }: Opened): string[] {
  const limit = new Date(now() + dayMs).toISOString()
  const early = roles.flatMap(role => replay.people(role)).filter((name, i, names) => names.indexOf(name) === i && (replay.lastAt(name) ?? '') > limit)
  return [
    ...gone.size > 0 ? [`Decisions about ${gone.size === 1 ? 'a probe' : `${gone.size} probes`} that the dataset does not have any more are kept and do not count.`] : [],
    ...[...twofold].map(id => `Two lines of id '${id}' say different things: a copy was changed. The one that was read first counts; correct the other file.`).slice(0, 5),
    ...early.map(name => `Decisions of '${name}' are dated up to ${replay.lastAt(name)}: the clock of a machine was wrong. Their order holds, their speed does not.`),
  ]
}

/** Its probes, and where each record is in the file. */
async function readProbes(path: string): Promise<Pick<Opened, 'probes' | 'records'>> {
  const list = createProbeList()
  const records = createJsonlIndex(path, EditRecord)
  // Our own file, checked when it was written and again when a record is shown: parsing alone is enough here.
  await records.refresh(text => list.add(JSON.parse(text) as EditRecord))
  return { probes: list.list(), records }
}

export function createAuditBooks(study: Study): AuditBooks {
  const opened = new Map<DatasetId, Opened>()
  const orders = new Map<DatasetId, ReturnType<typeof createSerial>>()
  const inOrder = <T>(dataset: DatasetId, task: () => Promise<T>): Promise<T> => {
    const serial = orders.get(dataset) ?? createSerial()
    orders.set(dataset, serial)
    return serial(task)
  }

  async function current(dataset: DatasetId): Promise<Opened> {
    const { dataset: file, records } = study.layout.dataset(dataset)
    const [described, there] = await Promise.all([file, records].map(async path => stat(path).catch(() => undefined)))
    const stamp = [described, there].map(stats => stats ? `${stats.ino} ${stats.size} ${stats.mtimeMs}` : '').join()
    const known = opened.get(dataset)
    if (known?.stamp === stamp)
      return known
    opened.delete(dataset)
    await known?.files.close()
    const { importedAt, source } = await getDataset(study, dataset)
    // No file reads as no probes, which would look like an audit with nothing to do.
    if (!there)
      throw new Error(`Dataset '${dataset}' has lost its file '${records}'. Put it back, or remove the dataset and import '${source}' again.`)
    const entry: Opened = {
      stamp, importedAt, ...await readProbes(records), replay: createReplay(), files: openDecisions(study, dataset), readSettings: followAuditSettings(study, dataset), gone: new Set(), twofold: new Set(), settings: undefined, book: undefined,
    }
    opened.set(dataset, entry)
    return entry
  }

  async function look(dataset: DatasetId): Promise<AuditBook> {
    const entry = await current(dataset)
    const { lines, isAnew } = await entry.files.refresh()
    if (isAnew) {
      entry.replay = createReplay()
      entry.gone.clear()
      entry.twofold.clear()
    }
    add(entry, lines)
    return bookOf(entry, await entry.readSettings())
  }

  function add({ replay, probes, gone, twofold }: Opened, lines: readonly Decision[]): void {
    replay.add(lines)
    for (const line of lines) {
      const known = replay.get(line.id)!
      if (known !== line && stableJson(known) !== stableJson(line))
        twofold.add(line.id)
      if (probes.itemOf(line) === undefined)
        gone.add(keyOf(line))
    }
  }

  function bookOf(entry: Opened, settings: AuditSettings): AuditBook {
    const { probes, replay, files } = entry
    const told = entry.settings?.of === settings ? entry.settings.text : JSON.stringify(settings)
    const notes = [...files.notes(), ...notesOf(entry)]
    const version = `${entry.importedAt} ${replay.revision()} ${told}`
    if (entry.book?.version === version && entry.book.replay === replay && entry.book.notes.join() === notes.join())
      return entry.book
    const { isAudited, isAssigned } = entry.settings?.text === told && entry.book
      ? entry.book
      : assign(Array.from({ length: probes.count }, (_, item) => item).filter(item => settings.kinds.includes(probes.kindOf(item))), settings.assignment)
    entry.settings = { of: settings, text: told }
    entry.book = createBook({ probes, settings, replay, version, isAudited, isAssigned, notes })
    return entry.book
  }

  const write: AuditBooks['write'] = (dataset, annotator, make) => inOrder(dataset, async () => {
    const book = await look(dataset)
    const entry = opened.get(dataset)!
    const seen = new Set<string>()
    const lines = make(book).filter(({ id }) => !entry.replay.has(id) && !seen.has(id) && seen.add(id))
    await entry.files.append(annotator, lines)
    add(entry, lines)
    return bookOf(entry, book.settings)
  })

  return {
    open: dataset => inOrder(dataset, () => look(dataset)),
    read: (dataset, items) => inOrder(dataset, async () => {
      const { probes, records } = await current(dataset)
      return records.read(items.map(probes.rowOf))
    }),
    append: (dataset, annotator, lines) => write(dataset, annotator, () => lines),
    write,
    forget: dataset => void inOrder(dataset, async () => {
      await opened.get(dataset)?.files.close()
      opened.delete(dataset)
    }),
    async close() {
      await Promise.all([...orders.keys()].map(dataset => inOrder(dataset, async () => {
        await opened.get(dataset)?.files.close()
        opened.delete(dataset)
      })))
    },
  }
}
