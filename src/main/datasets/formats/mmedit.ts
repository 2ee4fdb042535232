// MMEdit's own JSON: vqa_*.json and caption_*_edit.json, and VLKEB's portability lists (spec §1.1, §1.6).
import { sha256 } from '../../base/hash.ts'
import type { EditRecord, Problem, Task } from '../../../preload/contract/records.ts'
import { defineFormat } from './format.ts'
import type { Match, Sample, Source, Writer } from './format.ts'
import { createElementSplitter, readElements } from './json-elements.ts'
import { readMmeditRecord } from './mmedit-record.ts'
import { mmeditElement, refusedByMmedit } from './write-mmedit.ts'

const namesSampled = 50
const extraKeysListed = 50
const typicalKeys = ['src', 'alt', 'image', 'rephrase', 'image_rephrase', 'loc', 'm_loc']

/** The task that a file name states: MMEdit's four names, and ids like `e-vqa-train`. */
function taskOfName(fileName: string): Task | undefined {
  const name = fileName.toLowerCase()
  if (name.includes('vqa'))
    return 'e-vqa'
  return /caption|(?:^|[^a-z])ic(?:[^a-z]|$)/.test(name) ? 'e-ic' : undefined
}

function sampleObjects(sample: Sample): Record<string, unknown>[] {
  try {
    return createElementSplitter(sample.fileName)
      .push(sample.head)
      .slice(0, namesSampled)
      .flatMap(element => 'value' in element && element.value !== null && typeof element.value === 'object' ? [element.value as Record<string, unknown>] : [])
  }
  catch {
    return []
  }
}

function match(sample: Sample): Match | undefined {
  const objects = sampleObjects(sample)
  const stated = taskOfName(sample.fileName)
  const isTypical = objects.some(object => typicalKeys.filter(key => Object.hasOwn(object, key)).length >= 3)
  if (!isTypical)
    return undefined
  if (stated)
    return { task: stated }
  const questions = objects.filter(object => typeof object.src === 'string' && object.src.trimEnd().endsWith('?')).length
  const isVqa = questions * 2 >= objects.length
  return {
    task: isVqa ? 'e-vqa' : 'e-ic',
    doubt: `The file name '${sample.fileName}' does not say the task; ${questions} of the first ${objects.length} prompts end with '?', so the records were read as ${isVqa ? 'E-VQA' : 'E-IC'}. If that is wrong, put 'vqa' or 'caption' into the file name.`,
  }
}

/** Counts what is worth one line a file rather than one a record. */
function createTally(fileName: string): { add: (what: string) => void, problems: () => Problem[] } {
  const counts = new Map<string, number>()
  let further = 0
  return {
    add(what) {
      if (counts.has(what) || counts.size < extraKeysListed)
        counts.set(what, (counts.get(what) ?? 0) + 1)
      else
        further++
    },
    problems() {
      const lines = [...counts].map(([what, count]) => `${count} ${count === 1 ? 'record has' : 'records have'} ${what}.`)
      if (further > 0)
        lines.push(`${further} times more, records have other things that are not read.`)
      return lines.map(reason => ({ file: fileName, severity: 'odd' as const, reason }))
    },
  }
}

async function* read(source: Source): AsyncGenerator<EditRecord | Problem> {
  const { fileName, task } = source
  const tally = createTally(fileName)
  // 52 bits of a hash of the edit → first index: finds repeats without keeping the texts.
  const seen = new Map<number, number>()
  for await (const element of readElements(source.chunks, fileName)) {
    const { index } = element
    if ('error' in element) {
      yield { file: fileName, index, severity: 'dropped', reason: element.error }
      continue
    }
    if ('note' in element) {
      yield { file: fileName, severity: 'odd', reason: element.note }
      continue
    }
    const { record, problems } = readMmeditRecord(element.value, { index, task, count: tally.add })
    for (const problem of problems)
      yield { file: fileName, index, ...problem }
    if (!record)
      continue
    const key = Number.parseInt(sha256(JSON.stringify([record.edit.prompt, record.edit.image?.path, record.edit.expected])).slice(0, 13), 16)
    const first = seen.get(key)
    if (first === undefined)
      seen.set(key, index)
    else
      yield { file: fileName, index, severity: 'odd', reason: `The record repeats the edit of record ${first} (same prompt, picture and target).` }
    yield record
  }
  yield* tally.problems()
}

const write: Writer = {
  // The task is known by the name alone (taskOfName): a name that says another one, or none, gets one that does.
  fileName(name, task) {
    const word = task === 'e-vqa' ? 'vqa' : 'caption'
    return `${taskOfName(name) === task ? name : taskOfName(`${name}_${word}`) === task ? `${name}_${word}` : word}.json`
  },
  refuses: refusedByMmedit,
  async* pieces(records) {
    let begin = '[\n'
    for await (const record of records) {
      yield begin + mmeditElement(record)
      begin = ',\n'
    }
    yield begin === '[\n' ? '[]\n' : '\n]\n'
  },
}

export const mmedit = defineFormat({
  id: 'mmedit',
  label: 'MMEdit',
  summary: 'JSON list with src, alt, rephrase, image, image_rephrase, loc and m_loc (MMEdit, EasyEdit; VLKEB with port_new).',
  match,
  read,
  write,
})
