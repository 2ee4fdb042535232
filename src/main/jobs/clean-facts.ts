// What a cleaned dataset's manifest says: source, policy, people, reasons, settings. Nothing in it depends on the time.
import { basename } from 'node:path'
import type { CleanRequest } from '../../preload/contract/audits.ts'
import type { Dataset } from '../../preload/contract/datasets.ts'
import type { Decision, Final, Role } from '../../preload/contract/decisions.ts'
import { Problem } from '../../preload/contract/records.ts'
import type { AuditBook } from '../audits/book.ts'
import { sha256, sha256OfFile } from '../base/hash.ts'
import { rootInManifest } from '../workspace/clean-manifest.ts'
import type { CleanManifest } from '../workspace/clean-manifest.ts'
import { readJsonl } from '../workspace/jsonl-file.ts'
import { slug } from '../workspace/names.ts'
import type { Study } from '../workspace/open-workspace.ts'
import type { CleanPass } from './clean-pass.ts'
import type { PlacedPictures } from './clean-pictures.ts'
import { workbenchVersion } from './versions.ts'

const policies: Readonly<Record<CleanRequest['counts'], { readonly suffix: string, readonly meaning: string }>> = {
  'without-rejected': { suffix: 'without rejected', meaning: 'Probes that were rejected or need a fix are left out; what nobody decided, is unsure, disputed or stale stays.' },
  'with-fixes': { suffix: 'with fixes', meaning: 'Rejected probes are left out, fixed ones say what their fix says; what nobody decided, is unsure, disputed or stale stays.' },
  'double-kept': { suffix: 'double-kept', meaning: 'Of the kinds that the audit is about, only probes stay that at least two annotators kept and nobody settled otherwise.' },
}

export const plural = (n: number, one: string, many = `${one}s`): string => `${n} ${n === 1 ? one : many}`

/** The command that writes the same again; slugs and ids need no quotes in a shell. */
function commandOf({ dataset, counts, whole, name }: CleanRequest): string {
  return ['npx mmedit audits export', `--dataset ${dataset}`, `--counts ${counts}`, ...(whole ? ['--whole'] : []), ...(name === undefined ? [] : [`--name ${slug(name, 'cleaned')}`])].join(' ')
}

function peopleOf({ replay }: AuditBook, role: Role): CleanManifest['annotators'] {
  return replay.people(role).map((name) => {
    const lines = [...replay.voice(name, role).values()]
    const says = (decision: Decision['decision']): number => lines.filter(line => line.decision === decision).length
    const [keep, reject, fix, unsure] = [says('keep'), says('reject'), says('fix'), says('unsure')]
    return { name, decisions: keep + reject + fix + unsure, keep, reject, fix, unsure }
  }).filter(({ decisions }) => decisions > 0)
}

const inOrder = <K extends string>(counts: ReadonlyMap<K, number>): Partial<Record<K, number>> => Object.fromEntries([...counts].sort(([a], [b]) => a < b ? -1 : 1)) as Partial<Record<K, number>>

/** Annotators who reject alike may do so for different reasons, or say none. No id of a reason has brackets. */
export const noReason = '(none in common)'

/** What holds for the audited probes, and why the rejected ones were. */
function finalsOf(book: AuditBook): { states: CleanManifest['states'], reasons: Record<string, number> } {
  const states = new Map<Final['state'], number>()
  const reasons = new Map<string, number>()
  for (let item = 0; item < book.probes.count; item++) {
    if (!book.isAudited(item))
      continue
    const { state, reason } = book.finalOf(item)
    states.set(state, (states.get(state) ?? 0) + 1)
    if (state === 'reject')
      reasons.set(reason ?? noReason, (reasons.get(reason ?? noReason) ?? 0) + 1)
  }
  return { states: inOrder(states), reasons: inOrder(reasons) as Record<string, number> }
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
    ...(dropped > 0 ? [`The import dropped ${plural(dropped, 'record')} of the source; they are not in this file.`] : []),
    ...unread.map(reason => `Of the source: ${reason} It is not in this file.`),
  ]
}

/** Sentences about what the file does not hold and who can read it. */
export async function cleanNotes({ whole }: CleanRequest, study: Study, dataset: Dataset, pass: CleanPass, missing = 0): Promise<string[]> {
  const removed = pass.kinds.some(row => row.removed > 0)
  const incomplete = pass.incomplete()
  return [
    ...(pass.diffs.length === 0 ? ['No probe leaves and none is fixed: the file holds what the dataset holds.'] : []),
    ...pass.obstacles,
    ...(missing > 0 ? [`${plural(missing, 'picture was', 'pictures were')} missing at the source and could not be put beside the dataset.`] : []),
    ...(whole && incomplete > 0 ? [`${plural(incomplete, 'record')} had no probe of some kind before the audit and ${incomplete === 1 ? 'stays' : 'stay'}; the reference toolkit cannot read ${incomplete === 1 ? 'it' : 'them'}.`] : []),
    ...(!whole && removed ? ['Records that lost a probe have no key for it. This workbench reads them; the reference toolkit does not: for it, leave them out whole.'] : []),
    ...await importNotes(study.layout.dataset(dataset.id).problems),
  ]
}

/** Probes that left and that were fixed, over all kinds. */
export function cleanTotals({ kinds }: CleanPass): { removedProbes: number, fixedProbes: number } {
  return { removedProbes: kinds.reduce((sum, row) => sum + row.removed, 0), fixedProbes: kinds.reduce((sum, row) => sum + row.fixed, 0) }
}

export interface CleanFacts {
  readonly study: Study
  readonly dataset: Dataset
  readonly book: AuditBook
  readonly pass: CleanPass
  /** The folder that the manifest will lie in, or one beside it. */
  readonly folder: string
  readonly file: { readonly name: string, readonly sha256: string }
  readonly decisions: { readonly held: number, readonly sha256: string }
  readonly pictures: PlacedPictures
}

/** All but the list of files, which the diff is one of. */
export async function cleanManifest(request: CleanRequest, { study, dataset, book, pass, folder, file, decisions, pictures }: CleanFacts): Promise<CleanManifest> {
  const { counts, whole } = request
  const { kinds, reasons, blind, assignment, guidelines } = book.settings
  return {
    mmedit: 1,
    kind: 'cleaned dataset',
    name: `${dataset.name} ${policies[counts].suffix}${whole ? ', whole records' : ''}`,
    source: {
      dataset: dataset.id,
      name: dataset.name,
      task: dataset.task,
      file: basename(dataset.source.replaceAll('\\', '/')),
      fileSha256: await sha256OfFile(dataset.source).catch(() => null),
      recordsSha256: await sha256OfFile(study.layout.dataset(dataset.id).records),
      records: pass.count(),
      ...(dataset.licences ? { licences: dataset.licences } : {}),
    },
    policy: { counts, whole, meaning: `${policies[counts].meaning}${whole ? ' Records that lost a probe are left out whole.' : ''}` },
    cleaned: { file: file.name, sha256: file.sha256, records: pass.ids.length, removedRecords: pass.count() - pass.ids.length, ...cleanTotals(pass) },
    kinds: pass.kinds.filter(({ all }) => all > 0).map(({ kind, all, removed, fixed }) => ({ kind, audited: kinds.includes(kind), probes: all, removed, fixed, kept: all - removed - fixed })),
    ...finalsOf(book),
    annotators: peopleOf(book, 'annotator'),
    adjudicators: peopleOf(book, 'adjudicator'),
    decisions: { lines: book.replay.count(), ...decisions },
    settings: { kinds, reasons, blind, ...(assignment ? { assignment } : {}), guidelinesSha256: guidelines === '' ? null : sha256(guidelines) },
    imageRoots: Object.fromEntries(Object.entries(dataset.imageRoots).map(([name, root]) => [name, pictures.roots.get(name) ?? rootInManifest(root, folder, study.root)])),
    pictures: pictures.placed,
    ids: pass.ids.every((id, i) => id === String(i).padStart(5, '0')) ? null : [...pass.ids],
    files: [],
    notes: await cleanNotes(request, study, dataset, pass, pictures.missing),
    workbench: workbenchVersion,
    command: commandOf(request),
  }
}
