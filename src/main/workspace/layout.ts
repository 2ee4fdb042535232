// Every file and folder name of a study, once.
import { join } from 'node:path'
import type { DatasetId, ModelId, RunId, SliceId } from '../../preload/contract/identifiers.ts'

/** Version of the folder's form; a newer one is refused, an older one would be migrated. */
export const studyFormat = 1

export interface DatasetFiles { readonly folder: string, readonly dataset: string, readonly records: string, readonly problems: string }
/** What a training keeps of itself: all it needs to go on, and the best editor so far. */
export interface TrainedFiles { readonly folder: string, readonly state: string, readonly editor: string }
/** An audit: settings, findings (derived, may be deleted), one file of decisions an annotator. */
export interface AuditFiles { readonly folder: string, readonly settings: string, readonly findings: string, readonly decisions: (annotator: string) => string }
export interface RunFiles { readonly folder: string, readonly run: string, readonly results: string, readonly events: string, readonly metrics: string, readonly scores: string, readonly steps: string, readonly retention: string, readonly asked: string, readonly trained: TrainedFiles }

export interface Layout {
  readonly root: string
  readonly workspace: string
  readonly readme: string
  readonly pid: string
  readonly datasets: string
  readonly models: string
  readonly editors: string
  readonly runs: string
  /** Pictures that people dropped or pasted, named by their SHA-256. */
  readonly pictures: string
  readonly exports: string
  readonly slices: string
  readonly views: string
  readonly audits: string
  readonly slice: (id: SliceId) => string
  readonly view: (id: string) => string
  readonly reported: string
  readonly dataset: (id: DatasetId) => DatasetFiles
  readonly model: (id: ModelId) => string
  readonly editor: (id: string) => string
  readonly reportedFile: (id: string) => string
  readonly run: (id: RunId) => RunFiles
  readonly audit: (id: DatasetId) => AuditFiles
}

function datasetFiles(folder: string): DatasetFiles {
  return { folder, dataset: join(folder, 'dataset.json'), records: join(folder, 'records.jsonl'), problems: join(folder, 'problems.jsonl') }
}

function runFiles(folder: string): RunFiles {
  return {
    folder,
    run: join(folder, 'run.json'),
    results: join(folder, 'results.jsonl'),
    events: join(folder, 'events.jsonl'),
    metrics: join(folder, 'metrics.json'),
    scores: join(folder, 'scores.safetensors'),
    steps: join(folder, 'steps.jsonl'),
    retention: join(folder, 'retention.jsonl'),
    asked: join(folder, 'asked.jsonl'),
    trained: trainedFiles(join(folder, 'trained')),
  }
}

function auditFiles(folder: string): AuditFiles {
  return { folder, settings: join(folder, 'audit.json'), findings: join(folder, 'findings.json'), decisions: name => join(folder, `${name}.jsonl`) }
}

export function trainedFiles(folder: string): TrainedFiles {
  return { folder, state: join(folder, 'state.safetensors'), editor: join(folder, 'editor.safetensors') }
}

export function layoutOf(root: string): Layout {
  return {
    root,
    workspace: join(root, 'workspace.json'),
    readme: join(root, 'README.md'),
    pid: join(root, 'workbench.pid'),
    datasets: join(root, 'datasets'),
    models: join(root, 'models'),
    editors: join(root, 'editors'),
    runs: join(root, 'runs'),
    pictures: join(root, 'pictures'),
    exports: join(root, 'exports'),
    slices: join(root, 'slices'),
    views: join(root, 'views'),
    audits: join(root, 'audits'),
    slice: id => join(root, 'slices', `${id}.json`),
    view: id => join(root, 'views', `${id}.json`),
    reported: join(root, 'reported'),
    dataset: id => datasetFiles(join(root, 'datasets', id)),
    model: id => join(root, 'models', `${id}.json`),
    editor: id => join(root, 'editors', `${id}.safetensors`),
    reportedFile: id => join(root, 'reported', `${id}.json`),
    run: id => runFiles(join(root, 'runs', id)),
    audit: id => auditFiles(join(root, 'audits', id)),
  }
}

export { datasetFiles }

/** Half-written files and folders begin or end like this; they may be removed at any time. */
export const temporaryMark = '.mmedit-tmp'

export function isTemporary(name: string): boolean {
  return name.includes(temporaryMark)
}

/** Is a file of this name in an audit's folder somebody's decisions? */
export function isDecisionFile(name: string): boolean {
  return name.endsWith('.jsonl') && !name.startsWith('.') && !isTemporary(name)
}
