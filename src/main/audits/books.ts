// The study's audits, opened on the first question and kept up to date with what is decided here and what is copied into the folder.
import type { Decision } from '../../preload/contract/decisions.ts'
import type { DatasetId } from '../../preload/contract/identifiers.ts'
import type { EditRecord } from '../../preload/contract/records.ts'
import { createSerial } from '../base/async.ts'
import { getDataset } from '../workspace/datasets.ts'
import { openDecisions } from '../workspace/decisions.ts'
import type { DecisionFiles } from '../workspace/decisions.ts'
import { readAuditSettings } from '../workspace/audit-settings.ts'
import { readLines } from '../workspace/jsonl-file.ts'
import type { Study } from '../workspace/open-workspace.ts'
import { assign } from './assignment.ts'
import { createBook } from './book.ts'
import type { AuditBook } from './book.ts'
import { createProbeList } from './probe-list.ts'
import type { ProbeList } from './probe-list.ts'
import { createReplay } from './replay.ts'
import type { Replay } from './replay.ts'

export interface AuditBooks {
  /** The audit as it is now. Throws a sentence for an unknown dataset. */
  readonly open: (dataset: DatasetId) => Promise<AuditBook>
  /** Writes lines that are not known yet, then opens. */
  readonly append: (dataset: DatasetId, annotator: string, lines: readonly Decision[]) => Promise<AuditBook>
  /** Drops what is known of a dataset that was removed or imported again. */
  readonly forget: (dataset: DatasetId) => void
  readonly close: () => Promise<void>
}

interface Opened {
  readonly importedAt: string
  readonly probes: ProbeList
  readonly replay: Replay
  readonly files: DecisionFiles
  settings: string
  book: AuditBook | undefined
}

async function readProbes(path: string): Promise<ProbeList> {
  const list = createProbeList()
  // Our own file, checked when it was written: parsing alone is enough here.
  for await (const { text, isTorn } of readLines(path)) {
    if (!isTorn && text !== '')
      list.add(JSON.parse(text) as EditRecord)
  }
  return list.list()
}

export function createAuditBooks(study: Study): AuditBooks {
  const opened = new Map<DatasetId, Promise<Opened>>()
  const inOrder = createSerial()

  async function begin(dataset: DatasetId, importedAt: string): Promise<Opened> {
    return { importedAt, probes: await readProbes(study.layout.dataset(dataset).records), replay: createReplay(), files: openDecisions(study, dataset), settings: '', book: undefined }
  }

  async function current(dataset: DatasetId): Promise<Opened> {
    const { importedAt } = await getDataset(study, dataset)
    const known = await opened.get(dataset)
    if (known?.importedAt === importedAt)
      return known
    await known?.files.close()
    const entry = begin(dataset, importedAt)
    opened.set(dataset, entry)
    entry.catch(() => opened.delete(dataset))
    return entry
  }

  async function look(dataset: DatasetId): Promise<AuditBook> {
    const entry = await current(dataset)
    const settings = await readAuditSettings(study, dataset)
    entry.replay.add(await entry.files.refresh())
    const told = JSON.stringify(settings)
    const version = `${entry.importedAt} ${entry.replay.count()} ${told}`
    if (entry.book?.version === version)
      return entry.book
    const { probes, replay, files } = entry
    const { isAudited, isAssigned } = entry.settings === told && entry.book
      ? entry.book
      : assign(Array.from({ length: probes.count }, (_, item) => item).filter(item => settings.kinds.includes(probes.kindOf(item))), settings.assignment)
    entry.settings = told
    entry.book = createBook({ probes, settings, replay, version, isAudited, isAssigned, notes: files.notes() })
    return entry.book
  }

  return {
    open: dataset => inOrder(() => look(dataset)),
    append: (dataset, annotator, lines) => inOrder(async () => {
      const { files, replay } = await current(dataset)
      replay.add(await files.refresh())
      await files.append(annotator, lines.filter(({ id }) => !replay.has(id)))
      return look(dataset)
    }),
    forget(dataset) {
      void opened.get(dataset)?.then(({ files }) => files.close(), () => undefined)
      opened.delete(dataset)
    },
    close: () => inOrder(async () => {
      for (const entry of opened.values())
        await (await entry.catch(() => undefined))?.files.close()
      opened.clear()
    }),
  }
}
