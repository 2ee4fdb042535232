// What records can be filtered by. A facet = one entry: the values of a record, many or none.
import { probeKinds } from '../../preload/contract/records.ts'
import type { EditRecord, ImageRef, ProbeKind } from '../../preload/contract/records.ts'
import { registry } from '../base/registry.ts'

export interface RecordFacts {
  readonly record: EditRecord
  /** Fields of the record that have an odd problem, by problems.jsonl. */
  readonly problems: readonly { readonly field: string, readonly isPicture: boolean }[]
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

/** First two words of a prompt ("what is", "how many"): the kind of question. */
function opening(prompt: string): string {
  return prompt.toLowerCase().replace(/[^\p{L}\p{N}' ]+/gu, ' ').trim().split(/\s+/).slice(0, 2).join(' ')
}

/** Folder of a picture, or '' if it lies in the root itself. */
function folderOf(image: ImageRef | undefined): string {
  const path = image?.path ?? ''
  const end = path.lastIndexOf('/')
  return end < 0 ? '' : path.slice(0, end)
}

export const facets = registry<Facet>(
  'facet',
  { id: 'task', label: 'Task', most: 2, values: ({ record }) => [taskLabels[record.task]] },
  { id: 'answer', label: 'Target answer', most: 50, values: ({ record }) => [record.edit.expected] },
  { id: 'opening', label: 'Prompt begins with', most: 30, values: ({ record }) => [opening(record.edit.prompt)] },
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
    values: ({ problems }) => problems.length === 0
      ? ['none']
      : [...new Set(problems.map(({ isPicture }) => isPicture ? 'picture missing' : 'probe missing or odd'))],
  },
)
