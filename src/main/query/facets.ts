// What records can be filtered by. A facet = one entry: the values of a record, many or none.
import type { Dataset } from '../../preload/contract/datasets.ts'
import { probeKinds } from '../../preload/contract/records.ts'
import type { EditRecord, ImageRef, ProbeKind } from '../../preload/contract/records.ts'
import { registry } from '../base/registry.ts'
import { questionType } from './question-type.ts'

/** What the import found odd about a record. */
export type ProblemKind = 'picture missing' | 'probe missing or odd' | 'repeats a record'

export interface RecordFacts {
  readonly record: EditRecord
  /** The dataset it belongs to. */
  readonly dataset: Pick<Dataset, 'name' | 'source'>
  /** One for every odd problem in problems.jsonl. */
  readonly problems: readonly ProblemKind[]
}

export interface Facet {
  readonly id: string
  readonly label: string
  /** Values shown at most, most frequent first. */
  readonly most: number
  readonly values: (facts: RecordFacts) => readonly string[]
}

const taskLabels = { 'e-vqa': 'E-VQA', 'e-ic': 'E-IC' } as const

const probeLabels: Readonly<Record<ProbeKind, string>> = {
  textRephrase: 'text rephrase',
  imageRephrase: 'image rephrase',
  unrelatedText: 'unrelated text',
  unrelatedImage: 'unrelated image',
  portability: 'portability',
}

/** First two words of a prompt: "what is", "how many". */
function opening(prompt: string): string {
  const plain = /^ *([a-z']+) ([a-z']+)(?=[ ?.!])/i.exec(prompt)
  return plain
    ? `${plain[1]!} ${plain[2]!}`.toLowerCase()
    : prompt.toLowerCase().replace(/[^\p{L}\p{N}' ]+/gu, ' ').trim().split(/\s+/).slice(0, 2).join(' ')
}

/** Which part of a benchmark a dataset is, by its name or the file it came from: MMEdit's are `vqa_train.json` and `vqa_eval.json`. */
function splitOf({ name, source }: RecordFacts['dataset']): string[] {
  for (const text of [name, source.replace(/^.*[\\/]/, '')]) {
    const found = /(?:^|[^a-z])(train|eval|val|test|dev)(?:ing|uation|idation)?(?![a-z])/i.exec(text)
    if (found)
      return [/^(?:eval|val|dev)$/i.test(found[1]!) ? 'eval' : found[1]!.toLowerCase()]
  }
  return ['not stated']
}

/** Facets of text: the same prompt is worked out once. Prompts repeat thousands of times; a few that do not are forgotten at times. */
function remembering(values: (record: EditRecord) => string): Facet['values'] {
  const known = new Map<string, readonly string[]>()
  return ({ record }) => {
    const key = `${record.edit.form}${record.edit.prompt}`
    let found = known.get(key)
    if (!found) {
      found = [values(record)]
      if (known.size >= 10_000)
        known.clear()
      known.set(key, found)
    }
    return found
  }
}

/** Folder of a picture, or '' if it lies in the root itself. */
function folderOf(image: ImageRef | undefined): string {
  const path = image?.path ?? ''
  const end = path.lastIndexOf('/')
  return end < 0 ? '' : path.slice(0, end)
}

export const facets = registry<Facet>(
  'facet',
  { id: 'dataset', label: 'Dataset', most: 50, values: ({ dataset }) => [dataset.name] },
  { id: 'split', label: 'Split', most: 5, values: ({ dataset }) => splitOf(dataset) },
  { id: 'task', label: 'Task', most: 2, values: ({ record }) => [taskLabels[record.task]] },
  { id: 'answer', label: 'Target answer', most: 50, values: ({ record }) => [record.edit.expected] },
  { id: 'question', label: 'Question type', most: 15, values: remembering(record => questionType(record.edit)) },
  { id: 'opening', label: 'Prompt begins with', most: 30, values: remembering(record => opening(record.edit.prompt)) },
  {
    id: 'probes',
    label: 'Probes',
    most: probeKinds.length,
    values: ({ record }) => probeKinds.filter(kind => (record.probes[kind]?.length ?? 0) > 0).map(kind => probeLabels[kind]),
  },
  {
    id: 'portability',
    label: 'Portability',
    most: 20,
    values: ({ record }) => [...new Set((record.probes.portability ?? []).flatMap(probe => probe.label ?? []))],
  },
  { id: 'folder', label: 'Picture folder', most: 50, values: ({ record }) => [folderOf(record.edit.image)].filter(folder => folder !== '') },
  {
    id: 'problems',
    label: 'Problems',
    most: 3,
    values: ({ problems }) => problems.length === 0 ? ['none'] : [...new Set(problems)],
  },
)
