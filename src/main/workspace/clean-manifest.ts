// What lies beside a cleaned dataset and says what it is: source, policy, people, and how to take it into a study again.
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path'
import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { Counts } from '../../preload/contract/comparison.ts'
import { Dataset } from '../../preload/contract/datasets.ts'
import { AuditSettings, finalStates } from '../../preload/contract/decisions.ts'
import { ProbeKind, Task } from '../../preload/contract/records.ts'
import { sha256OfFile } from '../base/hash.ts'

export const manifestName = 'manifest.json'

const Person = z.object({ name: z.string(), decisions: z.int(), keep: z.int(), reject: z.int(), fix: z.int(), unsure: z.int() })

export const CleanManifest = z.object({
  /** Version of this form; and a word by which the file is known. */
  mmedit: z.literal(1),
  kind: z.literal('cleaned dataset'),
  /** What a study calls the dataset when it is imported. */
  name: z.string(),
  source: z.object({
    dataset: z.string(),
    name: z.string(),
    task: Task,
    /** Without folder. */
    file: z.string(),
    /** Of the source file as it lies there now; null: it is gone. */
    fileSha256: z.string().nullable(),
    /** Of the study's records.jsonl. */
    recordsSha256: z.string(),
    records: z.int(),
    licences: Dataset.shape.licences,
  }),
  policy: z.object({ counts: Counts, whole: z.boolean(), meaning: z.string() }),
  cleaned: z.object({ file: z.string(), sha256: z.string(), records: z.int(), removedRecords: z.int(), removedProbes: z.int(), fixedProbes: z.int() }),
  kinds: z.array(z.object({ kind: ProbeKind, audited: z.boolean(), probes: z.int(), removed: z.int(), fixed: z.int(), kept: z.int() })),
  /** What holds for the probes of the audit's kinds. */
  states: z.partialRecord(z.enum(finalStates), z.int()),
  /** Of rejected probes. */
  reasons: z.record(z.string(), z.int()),
  annotators: z.array(Person),
  adjudicators: z.array(Person),
  decisions: z.object({
    lines: z.int(),
    /** What everybody says now. */
    held: z.int(),
    /** Of decisions.csv. */
    sha256: z.string(),
  }),
  settings: AuditSettings.pick({ kinds: true, reasons: true, blind: true, assignment: true }).extend({ guidelinesSha256: z.string().nullable() }),
  /** Where pictures are read from: inside the study relative to this file, else absolute. */
  imageRoots: z.record(z.string(), z.string()),
  /** Pictures that were put beside the dataset, by root. */
  pictures: z.record(z.string(), z.object({ linked: z.int(), fixed: z.array(z.object({ file: z.string(), sha256: z.string() })) })),
  /** Ids of the records in the order of the file, where they are not simply counted. */
  ids: z.array(z.string()).nullable(),
  files: z.array(z.object({ file: z.string(), sha256: z.string() })),
  notes: z.array(z.string()),
  workbench: z.string(),
  command: z.string(),
})
export type CleanManifest = z.infer<typeof CleanManifest>

/** One key a line, deeper ones indented, the list of ids on one line. */
export function manifestText(manifest: CleanManifest): string {
  const lines = Object.entries(manifest).map(([key, value]) => `  ${JSON.stringify(key)}: ${key === 'ids' ? JSON.stringify(value) : JSON.stringify(value, null, 2).replaceAll('\n', '\n  ')}`)
  return `{\n${lines.join(',\n')}\n}\n`
}

/** An image root as a manifest in `folder` names it: relative inside the study, so that a study that moves keeps its pictures. */
export function rootInManifest(root: string, folder: string, study: string): string {
  const inside = relative(study, root)
  return inside !== '..' && !inside.startsWith(`..${sep}`) && !isAbsolute(inside) ? relative(folder, root).replaceAll(sep, '/') : root
}

/** How a file is taken in that a manifest lies beside. */
export interface ManifestOf {
  readonly name: string
  /** Absolute. */
  readonly imageRoots: Readonly<Record<string, string>>
  readonly ids: readonly string[] | null
  readonly licences: Dataset['licences']
  /** A sentence: the file is not what the manifest tells of. */
  readonly changed?: string
}

/** The manifest beside a dataset file, if it is one of ours and tells of this file. What is no manifest of ours is none. */
export async function manifestOf(file: string): Promise<ManifestOf | undefined> {
  const folder = dirname(resolve(file))
  let manifest: CleanManifest
  try {
    const parsed = CleanManifest.safeParse(JSON.parse(await readFile(join(folder, manifestName), 'utf8')))
    if (!parsed.success || parsed.data.cleaned.file !== basename(file))
      return undefined
    manifest = parsed.data
  }
  catch {
    return undefined
  }
  const isSame = await sha256OfFile(file).catch(() => '') === manifest.cleaned.sha256
  return {
    name: manifest.name,
    imageRoots: Object.fromEntries(Object.entries(manifest.imageRoots).map(([name, root]) => [name, resolve(folder, root)])),
    ids: isSame ? manifest.ids : null,
    licences: manifest.source.licences,
    ...(isSame ? {} : { changed: `The file is not as it was exported: its SHA-256 is not the one in '${manifestName}'. Its records are taken as they are${manifest.ids ? ' and numbered by their place, so they may have other ids than before' : ''}.` }),
  }
}
