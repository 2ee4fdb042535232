// Records that ask the same of the same picture: repeats with the same target, contradictions with another one.
import type { EditRecord } from '../../preload/contract/records.ts'
import { throwIfAborted } from '../base/async.ts'
import { groupBy } from '../base/group-by.ts'
import { defineCheck } from './check.ts'
import type { CheckedDataset, Found } from './check.ts'
import { eachRecord, pictureKey } from './walk.ts'
import { listed, plainText, quoted } from './words.ts'

export const duplicateRecords = defineCheck({
  id: 'duplicate-records',
  label: 'Duplicate record',
  summary: 'An earlier record has the same prompt, picture and target (the later one is named), or another record wants another target for the same prompt and picture (both are named).',
  severity: 'likely',
  needsModel: false,
  version: 1,
  async run(input) {
    const groups = await groupsOf(input.dataset, input.signal)
    const findings = await eachRecord(input, (record) => {
      const group = groups.get(record)
      return group ? [...repeatOf(record, group), ...contradictionOf(record, group)] : []
    })
    return { findings, notes: [] }
  },
})

/** Records with others that have the same prompt and picture, in order. Pictures are only looked at where prompts are the same. */
async function groupsOf(dataset: CheckedDataset, signal: AbortSignal): Promise<Map<EditRecord, readonly EditRecord[]>> {
  const byPrompt = groupBy(dataset.records, ({ edit }) => plainText(edit.prompt))
  const groups = new Map<EditRecord, readonly EditRecord[]>()
  for (const records of byPrompt.values()) {
    throwIfAborted(signal)
    if (records.length < 2)
      continue
    const keys = await Promise.all(records.map(async ({ edit: { image } }) => image ? pictureKey(dataset, image) : 'none'))
    const pictures = new Map(records.map((record, i) => [record, keys[i]]))
    for (const same of groupBy(records, record => pictures.get(record)).values()) {
      if (same.length > 1)
        same.forEach(record => groups.set(record, same))
    }
  }
  return groups
}

const targetOf = ({ edit }: EditRecord): string => plainText(edit.expected)

function repeatOf(record: EditRecord, group: readonly EditRecord[]): Found[] {
  const first = group.find(other => targetOf(other) === targetOf(record))
  return !first || first === record
    ? []
    : [{ record: record.id, sentence: `Repeats record '${first.id}': the same prompt ${quoted(record.edit.prompt)}, the same picture and the same target ${quoted(record.edit.expected)}.`, others: [first.id] }]
}

function contradictionOf(record: EditRecord, group: readonly EditRecord[]): Found[] {
  const others = group.filter(other => targetOf(other) !== targetOf(record))
  if (others.length === 0)
    return []
  const wanted = [...new Map(others.map(other => [targetOf(other), other])).values()].map(({ edit }) => quoted(edit.expected))
  return [{
    record: record.id,
    sentence: `Contradicts ${listed(others.map(({ id }) => `'${id}'`), 'record')}: to the same prompt ${quoted(record.edit.prompt)} about the same picture this one wants ${quoted(record.edit.expected)}, ${others.length === 1 ? 'that one' : 'those'} ${listed(wanted)}.`,
    others: others.map(({ id }) => id),
  }]
}
