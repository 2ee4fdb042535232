// Writes a cleaned dataset into a folder of exports/: the JSON, its pictures, manifest, diff and decisions.
import { createHash } from 'node:crypto'
import { open, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { CleanRequest } from '../../preload/contract/audits.ts'
import type { Dataset } from '../../preload/contract/datasets.ts'
import type { Decision, Final, Role } from '../../preload/contract/decisions.ts'
import type { ImageHash } from '../../preload/contract/identifiers.ts'
import { Problem, probeKinds } from '../../preload/contract/records.ts'
import type { EditRecord, ProbeKind } from '../../preload/contract/records.ts'
import type { AuditBook } from '../audits/book.ts'
import { cleanRecord } from '../audits/clean.ts'
import { must } from '../base/errors.ts'
import { sha256, sha256OfFile } from '../base/hash.ts'
import { formats } from '../datasets/formats/index.ts'
import { manifestName, manifestText, rootInManifest } from '../workspace/clean-manifest.ts'
import type { CleanManifest } from '../workspace/clean-manifest.ts'
import { writeExportFolder } from '../workspace/clean-folder.ts'
import { readJsonl } from '../workspace/jsonl-file.ts'
import { slug } from '../workspace/names.ts'
import type { Study } from '../workspace/open-workspace.ts'
import { diffText, kindNames } from './clean-diff.ts'
import type { RecordDiff } from './clean-diff.ts'
import { fixedPaths, imagesOf, placePictures } from './clean-pictures.ts'
import { decisionsCsv, heldDecisions } from './decisions-csv.ts'
import type { Pictures } from './pictures.ts'
import { workbenchVersion } from './versions.ts'

type Policy = CleanRequest['counts']

const policies: Readonly<Record<Policy, { readonly suffix: string, readonly meaning: string }>> = {
  'without-rejected': { suffix: 'without rejected', meaning: 'Probes that were rejected or need a fix are left out; what nobody decided, is unsure, disputed or stale stays.' },
  'with-fixes': { suffix: 'with fixes', meaning: 'Rejected probes are left out, fixed ones say what their fix says; what nobody decided, is unsure, disputed or stale stays.' },
  'double-kept': { suffix: 'double-kept', meaning: 'Only probes that at least two annotators keep and nobody judges otherwise stay, of the kinds that the audit is about.' },
}

export interface CleanParts {
  readonly study: Study
  readonly dataset: Dataset
  readonly book: AuditBook
  readonly records: () => AsyncIterable<EditRecord>
  readonly pictures: Pick<Pictures, 'read'>
}

const count = (n: number, one: string, many = `${one}s`): string => `${n} ${n === 1 ? one : many}`
const add = <K>(counts: Map<K, number>, key: K, by = 1): void => void counts.set(key, (counts.get(key) ?? 0) + by)

/** The command that writes the same again; for a POSIX shell, as slugs need no quotes. */
function commandOf({ dataset, counts, whole, name }: CleanRequest): string {
  return ['npx mmedit audits export', `--dataset ${dataset}`, `--counts ${counts}`, ...(whole ? ['--whole'] : []), ...(name === undefined ? [] : [`--name ${slug(name, 'cleaned')}`])].join(' ')
}

function peopleOf({ replay }: AuditBook, role: Role): CleanManifest['annotators'] {
  return replay.people(role).map((name) => {
    const says = (decision: Decision['decision']): number => [...replay.voice(name, role).values()].filter(line => line.decision === decision).length
    const [keep, reject, fix, unsure] = [says('keep'), says('reject'), says('fix'), says('unsure')]
    return { name, decisions: keep + reject + fix + unsure, keep, reject, fix, unsure }
  }).filter(({ decisions }) => decisions > 0)
}

/** What the import already left out cannot be in the cleaned file either. */
async function importNotes(path: string): Promise<string[]> {
  let dropped = 0
  const unread: string[] = []
  for await (const { severity, index, reason } of readJsonl(path, Problem)) {
    dropped += severity === 'dropped' ? 1 : 0
    if (index === undefined && reason.endsWith('which is not read.'))
      unread.push(reason)
  }
  return [
    ...(dropped > 0 ? [`The import dropped ${count(dropped, 'record')} of the source; they are not in this file.`] : []),
    ...unread.map(reason => `Of the source: ${reason} It is not in this file.`),
  ]
}

export interface WrittenClean { readonly folder: string, readonly isNew: boolean, readonly manifest: CleanManifest, readonly files: string[] }

/** Throws a sentence if nothing would be left, if the format cannot say a record, and for a disk that cannot be written. */
export async function writeClean(request: CleanRequest, { study, dataset, book, records, pictures }: CleanParts): Promise<WrittenClean> {
  const { counts, whole } = request
  const format = formats.get('mmedit')
  const writer = must(format.write, 'the writer of MMEdit\'s schema')
  const paths = counts === 'with-fixes' ? await fixedPaths(book, pictures) : new Map<ImageHash, string>()
  const file = writer.fileName(dataset.id, dataset.task)

  const diffs: RecordDiff[] = []
  const ids: string[] = []
  const used = new Map<string, Set<string>>()
  const fixes = new Map<string, Set<ImageHash>>()
  const tally = new Map<`${'all' | 'removed' | 'fixed'} ${ProbeKind}`, number>()
  const obstacles: string[] = []
  let incomplete = 0
  const put = <T>(sets: Map<string, Set<T>>, key: string, value: T): void => void sets.set(key, (sets.get(key) ?? new Set<T>()).add(value))

  async function* cleaned(): AsyncGenerator<EditRecord> {
    for await (const record of records()) {
      const { record: after, changes } = cleanRecord(record, { book, counts, pathOf: hash => paths.get(hash), refuses: writer.refuses })
      const isGone = whole && changes.some(change => !change.after)
      if (changes.length > 0)
        diffs.push({ record: record.id, edit: record.edit, changes, isGone })
      for (const kind of probeKinds) {
        add(tally, `all ${kind}`, record.probes[kind]?.length ?? 0)
        const fixed = isGone ? 0 : changes.filter(change => change.kind === kind && change.after).length
        add(tally, `fixed ${kind}`, fixed)
        add(tally, `removed ${kind}`, isGone ? record.probes[kind]?.length ?? 0 : changes.filter(change => change.kind === kind && !change.after).length)
      }
      for (const { obstacle, kind } of changes) {
        if (obstacle !== undefined)
          obstacles.push(`Record '${record.id}': its ${kindNames[kind]} leaves although it was fixed, for ${obstacle}.`)
      }
      if (isGone)
        continue
      incomplete += probeKinds.slice(0, 4).some(kind => !record.probes[kind]?.length) ? 1 : 0
      ids.push(record.id)
      for (const { root, path } of imagesOf(after))
        put(used, root, path)
      for (const { after: to, final } of changes) {
        if (to?.image && final.fix?.image)
          put(fixes, to.image.root, final.fix.image)
      }
      yield after
    }
  }

  async function fill(folder: string): Promise<CleanManifest> {
    const handle = await open(join(folder, file), 'wx')
    const hash = createHash('sha256')
    try {
      for await (const piece of writer.pieces(cleaned())) {
        hash.update(piece)
        await handle.appendFile(piece)
      }
      await handle.sync()
    }
    finally {
      await handle.close()
    }
    if (ids.length === 0)
      throw new Error(`No record of dataset '${dataset.id}' would be left. Choose another policy, or keep records that lost a probe.`)
    const { roots, placed, missing } = await placePictures(folder, { dataset, used, fixes, paths }, pictures)

    const held = heldDecisions(book)
    const csv = decisionsCsv(dataset.id, held)
    const states = new Map<Final['state'], number>()
    const reasons = new Map<string, number>()
    for (let item = 0; item < book.probes.count; item++) {
      if (!book.isAudited(item))
        continue
      const { state, reason } = book.finalOf(item)
      add(states, state)
      if (reason !== undefined)
        add(reasons, reason)
    }
    const kinds = probeKinds.map((kind) => {
      const [probes, removed, fixed] = [tally.get(`all ${kind}`) ?? 0, tally.get(`removed ${kind}`) ?? 0, tally.get(`fixed ${kind}`) ?? 0]
      return { kind, audited: book.settings.kinds.includes(kind), probes, removed, fixed, kept: probes - removed - fixed }
    }).filter(({ probes }) => probes > 0)
    const sum = (of: 'removed' | 'fixed' | 'probes'): number => kinds.reduce((total, row) => total + row[of], 0)
    const numbered = ids.every((id, i) => id === String(i).padStart(5, '0'))
    const { kinds: audited, reasons: known, blind, assignment, guidelines } = book.settings
    const manifest: CleanManifest = {
      mmedit: 1,
      kind: 'cleaned dataset',
      name: `${dataset.name} ${policies[counts].suffix}`,
      source: {
        dataset: dataset.id,
        name: dataset.name,
        task: dataset.task,
        file: basename(dataset.source.replaceAll('\\', '/')),
        fileSha256: await sha256OfFile(dataset.source).catch(() => null),
        recordsSha256: await sha256OfFile(study.layout.dataset(dataset.id).records),
        records: dataset.recordCount,
        ...(dataset.licences ? { licences: dataset.licences } : {}),
      },
      policy: { counts, whole, meaning: `${policies[counts].meaning}${whole ? ' Records that lost a probe are left out whole.' : ''}` },
      cleaned: { file, sha256: hash.digest('hex'), records: ids.length, removedRecords: dataset.recordCount - ids.length, removedProbes: sum('removed'), fixedProbes: sum('fixed') },
      kinds,
      states: Object.fromEntries([...states].sort(([a], [b]) => a < b ? -1 : 1)),
      reasons: Object.fromEntries([...reasons].sort(([a], [b]) => a < b ? -1 : 1)),
      annotators: peopleOf(book, 'annotator'),
      adjudicators: peopleOf(book, 'adjudicator'),
      decisions: { lines: book.replay.count(), held: held.length, sha256: sha256(csv) },
      settings: { kinds: audited, reasons: known, blind, ...(assignment ? { assignment } : {}), guidelinesSha256: guidelines === '' ? null : sha256(guidelines) },
      imageRoots: Object.fromEntries(Object.entries(dataset.imageRoots).map(([name, root]) => [name, roots.get(name) ?? rootInManifest(root, folder, study.root)])),
      pictures: placed,
      ids: numbered ? null : ids,
      files: [],
      notes: [
        ...(sum('removed') + sum('fixed') === 0 ? ['No probe leaves and none is fixed: the file holds what the dataset holds.'] : []),
        ...obstacles,
        ...(missing > 0 ? [`${count(missing, 'picture was', 'pictures were')} missing at the source and could not be put beside the dataset.`] : []),
        ...(whole && incomplete > 0 ? [`${count(incomplete, 'record')} had no probe of some kind before the audit and ${incomplete === 1 ? 'stays' : 'stay'}; the reference toolkit cannot read ${incomplete === 1 ? 'it' : 'them'}.`] : []),
        ...(!whole && sum('removed') > 0 ? ['Records that lost a probe have no key for it. This workbench reads them; the reference toolkit does not: for it, leave them out whole.'] : []),
        ...await importNotes(study.layout.dataset(dataset.id).problems),
      ],
      workbench: workbenchVersion,
      command: commandOf(request),
    }
    const diff = diffText({ manifest, records: diffs, said: item => [...book.said(item, 'annotator'), ...book.said(item, 'adjudicator')] })
    await writeFile(join(folder, 'diff.md'), diff)
    await writeFile(join(folder, 'decisions.csv'), csv)
    const complete = { ...manifest, files: [{ file, sha256: manifest.cleaned.sha256 }, { file: 'diff.md', sha256: sha256(diff) }, { file: 'decisions.csv', sha256: sha256(csv) }] }
    await writeFile(join(folder, manifestName), manifestText(complete))
    return complete
  }

  let manifest: CleanManifest | undefined
  const name = slug(request.name ?? `${dataset.id} ${counts}${whole ? ' whole' : ''}`, 'cleaned')
  const { folder, isNew } = await writeExportFolder(study, name, async (temporary) => {
    manifest = await fill(temporary)
  })
  const written = must(manifest, 'the manifest')
  return { folder, isNew, manifest: written, files: [file, manifestName, 'diff.md', 'decisions.csv', ...Object.keys(written.pictures).map(root => join('pictures', root))].map(one => join(folder, one)) }
}
