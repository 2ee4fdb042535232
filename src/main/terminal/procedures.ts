// The commands there are: every procedure of the contract, with its flags derived from its input.
import { isContractProcedure } from '@orpc/contract'
import { z } from 'zod'
import { contract } from '../../preload/contract/index.ts'
import type { Contract } from '../../preload/contract/index.ts'
import { flagsOf } from './flags.ts'
import type { Flag, JsonSchema } from './flags.ts'

/** `listRecords` → `list-records`. */
export const kebab = (name: string): string => name.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)

export interface Command {
  readonly noun: string
  /** As it is typed. */
  readonly verb: string
  /** As the contract calls it. */
  readonly procedure: string
  readonly summary: string
  readonly flags: readonly Flag[]
  /** Flag that takes a word without a name in front. */
  readonly positional: Flag | undefined
  readonly input: z.ZodType | undefined
  /** Changes the study, so no other program may have it open. */
  readonly writes: boolean
}

/** One line each; leaving out a procedure does not compile. */
const summaries: { readonly [N in keyof Contract]: { readonly [V in keyof Contract[N]]: string } } = {
  workspace: { get: 'Name, place and version of the study', engine: 'What the engine of this process is doing', pickFolder: 'Folder dialog (desktop only)', watch: 'Follow changes of the study' },
  datasets: {
    list: 'Datasets of the study', get: 'One dataset', listRecords: 'Records of a dataset (or all), with search, facets, slices and sorting', listColumns: 'What records can be sorted by', listIds: 'Ids of matching records',
    nearest: 'Records most like one, by features of a model', getRecord: 'One record with all its probes',
    listProblems: 'What the import dropped or found odd', import: 'Import a dataset file, for example MMEdit\'s vqa_eval.json', remove: 'Remove a dataset from the study; its source stays',
  },
  models: { list: 'Models of the study', open: 'Add a checkpoint folder to the study', check: 'Open a model, test the providers, answer once', remove: 'Forget a model; its checkpoint stays' },
  methods: { list: 'Editing methods and their settings' },
  metrics: { list: 'Metrics and their readings', verdicts: 'What the verdicts on an edit mean' },
  editors: { list: 'Trained editors of the study', remove: 'Remove a trained editor' },
  lab: { answer: 'Ask a model about a picture', edit: 'Edit one record and show everything that changes', sweep: 'Edit one record in every layer, one at a time',
    trace: 'Causal trace: which layers and tokens carry the answer', layers: 'Where an edit acts, and the layers a sweep goes through', addPicture: 'Keep a picture of your own (base64)', undo: 'Drop an edit of this process' },
  runs: {
    list: 'Runs of the study', get: 'One run with its metrics', start: 'Edit every record of a dataset, score it, and wait for the end; with --kind train: train the method\'s editor',
    grid: 'Run every method on every part of the model, wait for the end, and print the paper\'s table', sweep: 'A run for every layer of a part', pause: 'Pause a run', resume: 'Go on with a run and wait for the end',
    cancel: 'Cancel a run', remove: 'Remove a run and its results', listResults: 'Results of a run, record by record', align: 'Two to twenty runs record by record: who is right where', listSteps: 'Losses of a training', listRetention: 'Scores of a sequential run\'s edits over time', watch: 'Follow a run',
  },
  slices: { list: 'Named sets of records', save: 'Save a slice: a filter, SQL, or both', remove: 'Remove a slice; its records stay', count: 'Records of a slice', worst: 'Slices that a run does worst on' },
  views: { list: 'Saved views', save: 'Save a view', remove: 'Remove a saved view' },
  queries: { listTables: 'Tables and columns for SQL', run: 'Read-only SQL over the study' },
  reported: { list: 'Results reported elsewhere', import: 'Import a published table (CSV) or results.json of the reference toolkit', remove: 'Remove imported results' },
  tables: { list: 'Tables there are', get: 'A table of chosen runs', export: 'Write a table into exports/' },
  figures: { list: 'Figures there are', get: 'A figure of chosen runs as JSON', export: 'Write a figure into exports/ as SVG, PDF or PNG' },
  reports: { write: 'Write one self-contained HTML report of the study' },
  audits: {
    status: 'How far audits are, and what holds for their probes', settings: 'What an audit is about: kinds, reasons, guidelines, assignment', saveSettings: 'Change what an audit is about', queue: 'Numbers of the probes to judge, in order', read: 'Probes by number, with their records',
    listProbes: 'Which probes these numbers are, and what an annotator says about them', decide: 'Say what should happen to probes', undo: 'Take the last decision back', history: 'Everything that was said about one probe', listStates: 'What holds for the probes of a record', listChecks: 'Automatic checks there are', check: 'Run automatic checks on a dataset', listFindings: 'What the checks found',
    agreement: 'How far annotators agree, with intervals, and how fast they are', rerun: 'Edit again only the records whose probes were fixed, wait for the end, and print the runs with their fixes', export: 'Write the cleaned dataset, its manifest and a diff', exportDecisions: 'Write all decisions as CSV', merge: 'Take decisions from files of another machine',
  },
}

const writing = new Set(['import', 'open', 'remove', 'start', 'grid', 'pause', 'resume', 'cancel', 'export', 'save', 'write', 'runs.sweep', 'addPicture', 'saveSettings', 'decide', 'audits.undo', 'audits.check', 'rerun', 'exportDecisions', 'merge'])
const positionalNames = ['id', 'path', 'file', 'edit', 'sql', 'run']
/** Elsewhere `from` is one way of several to say what is meant. */
const ownPositional: Readonly<Record<string, string>> = { 'audits.merge': 'from' }

function commandOf(noun: string, procedure: string, summary: string): Command {
  const definition: unknown = (contract as Readonly<Record<string, Readonly<Record<string, unknown>>>>)[noun]?.[procedure]
  if (!isContractProcedure(definition))
    throw new Error(`internal: ${noun}.${procedure} is not a procedure.`)
  const input = definition['~orpc'].inputSchema as z.ZodType | undefined
  const flags = input ? flagsOf(z.toJSONSchema(input, { io: 'input' }) as JsonSchema) : []
  return {
    noun, verb: kebab(procedure), procedure, summary, flags, input,
    // A slice's SQL is one of its parts: it is named like the others.
    positional: noun === 'slices' && procedure === 'save' ? undefined : flags.find(flag => flag.path.length === 1 && (positionalNames.includes(flag.name) || ownPositional[`${noun}.${procedure}`] === flag.name)),
    writes: writing.has(procedure) || writing.has(`${noun}.${procedure}`),
  }
}

/** Every command, in the order of the contract. */
export const commands: readonly Command[] = Object.entries(summaries).flatMap(([noun, verbs]) =>
  Object.entries(verbs as Readonly<Record<string, string>>).map(([procedure, summary]) => commandOf(noun, procedure, summary)))
