// One MMEdit record: field by field into the neutral form, every doubt written down.
import type { EditRecord, ImageRef, Probe, ProbeKind, Problem, Task } from '../../../preload/contract/records.ts'
import { safeImagePath } from '../image-path.ts'

export const longestText = 20_000

export type RecordProblem = Pick<Problem, 'field' | 'severity' | 'reason'>

export interface RecordContext {
  readonly index: number
  readonly task: Task
  /** Counts something per file: "an extra key 'x', which is not read". */
  readonly count: (what: string) => void
}

const knownKeys = new Set(['src', 'pred', 'alt', 'rephrase', 'image', 'image_rephrase', 'loc', 'loc_ans', 'm_loc', 'm_loc_q', 'm_loc_a', 'port_new'])

/** Says what a value is, for people: `12 (number)`, `a list`. */
function describe(value: unknown): string {
  if (Array.isArray(value))
    return 'a list'
  if (value !== null && typeof value === 'object')
    return 'an object'
  if (typeof value === 'string')
    return 'text'
  return value === null ? 'null' : `${String(value)} (${typeof value})`
}

class Dropped extends Error {
  readonly field: string | undefined
  constructor(field: string | undefined, reason: string) {
    super(reason)
    this.field = field
  }
}

interface Reader {
  /** Trimmed text; '' and an odd problem if it is missing or empty. Throws Dropped if it is no text. */
  readonly text: (field: string, lost: string) => string
  readonly required: (field: string) => string
  readonly image: (field: string, root: string, lost: string) => ImageRef | undefined
}

/** Text of a field as it stands; undefined if there is none. Throws Dropped for anything that is not usable text. */
function textOf(raw: Record<string, unknown>, field: string): string | undefined {
  const value = Object.hasOwn(raw, field) ? raw[field] : undefined
  if (value === undefined || value === null)
    return undefined
  if (typeof value !== 'string')
    throw new Dropped(field, `'${field}' is ${describe(value)}; it must be text.`)
  if (value.length > longestText)
    throw new Dropped(field, `'${field}' has ${value.length} characters; at most ${longestText} are allowed.`)
  if (/\p{Surrogate}/u.test(value))
    throw new Dropped(field, `'${field}' holds half of a character (a lone surrogate), so it is not valid text.`)
  return value
}

function createReader(raw: Record<string, unknown>, problems: RecordProblem[], count: (what: string) => void): Reader {
  const trimmed = (field: string): string | undefined => {
    const value = textOf(raw, field)
    const text = value?.trim()
    if (value !== undefined && text !== '' && text !== value)
      count(`blanks around '${field}', which were removed`)
    return text
  }
  const text = (field: string, lost: string): string => {
    const value = trimmed(field)
    if (value === undefined || value === '')
      problems.push({ field, severity: 'odd', reason: `'${field}' is ${value === undefined ? 'missing' : 'empty'}; ${lost}.` })
    return value ?? ''
  }
  return {
    text,
    required(field) {
      const value = trimmed(field)
      if (value === undefined || value === '')
        throw new Dropped(field, `'${field}' is ${value === undefined ? 'missing' : 'empty'}; a record without it cannot be edited.`)
      return value
    },
    image(field, root, lost) {
      const value = text(field, lost)
      if (value === '')
        return undefined
      const safe = safeImagePath(value)
      if ('reason' in safe)
        throw new Dropped(field, `'${field}' was refused: ${safe.reason}.`)
      return { root, path: safe.path }
    },
  }
}

/** VLKEB's `port_new`: [{ port_type, "Q&A": { Question, Answer } }], or { port_q, port_a } as in its one-hop branch. */
function readPortability(raw: Record<string, unknown>, image: ImageRef, problems: RecordProblem[]): Probe[] {
  const field = 'port_new'
  const entries = Object.hasOwn(raw, field) ? raw[field] : undefined
  if (entries === undefined || entries === null)
    return []
  if (!Array.isArray(entries))
    throw new Dropped(field, `'${field}' is ${describe(entries)}; it must be a list.`)
  return entries.flatMap((entry: unknown, i): Probe[] => {
    if (entry === null || typeof entry !== 'object' || Array.isArray(entry))
      throw new Dropped(field, `'${field}[${i}]' is ${describe(entry)}; it must be an object.`)
    const outer = entry as Record<string, unknown>
    const pair = outer['Q&A']
    const inner = pair !== null && typeof pair === 'object' ? pair as Record<string, unknown> : {}
    const prompt = (textOf(inner, 'Question') ?? textOf(outer, 'port_q') ?? '').trim()
    const expected = (textOf(inner, 'Answer') ?? textOf(outer, 'port_a') ?? '').trim()
    if (prompt === '' || expected === '') {
      problems.push({ field, severity: 'odd', reason: `'${field}[${i}]' has no ${prompt === '' ? 'question' : 'answer'}; its portability probe is left out.` })
      return []
    }
    const label = textOf(outer, 'port_type')?.trim()
    return [{ prompt, form: 'question', image, expected, ...(label ? { label } : {}) }]
  })
}

function readFields(raw: Record<string, unknown>, { index, task, count }: RecordContext, problems: RecordProblem[]): EditRecord {
  const { text, required, image } = createReader(raw, problems, count)
  // E-VQA asks with the question template, captions go in as they are (spec §1.5).
  const form = task === 'e-vqa' ? 'question' : 'caption'
  const prompt = required('src')
  const expected = required('alt')
  required('image')
  const picture = image('image', 'image', '')!
  const stated = text('pred', 'the wrong answer of the unedited model is not stated')

  const probes: Partial<Record<ProbeKind, Probe[]>> = {}
  const rephrase = text('rephrase', 'the text rephrase probe is left out')
  if (rephrase !== '')
    probes.textRephrase = [{ prompt: rephrase, form, image: picture, expected }]

  const otherPicture = image('image_rephrase', 'rephrase', 'the image rephrase probe is left out')
  if (otherPicture)
    probes.imageRephrase = [{ prompt, form, image: otherPicture, expected }]

  // Kept with its "nq question: " prefix, as the model is asked it (spec §1.1).
  const loc = text('loc', 'the unrelated text probe is left out')
  const locAnswer = text('loc_ans', 'the unrelated text probe is left out')
  if (loc !== '' && locAnswer !== '')
    probes.unrelatedText = [{ prompt: loc, form: 'plain', expected: locAnswer }]

  const unrelatedPicture = image('m_loc', 'image', 'the unrelated image probe is left out')
  const unrelatedPrompt = text('m_loc_q', 'the unrelated image probe is left out')
  const unrelatedAnswer = text('m_loc_a', 'the unrelated image probe is left out')
  if (unrelatedPicture && unrelatedPrompt !== '' && unrelatedAnswer !== '')
    probes.unrelatedImage = [{ prompt: unrelatedPrompt, form: 'question', image: unrelatedPicture, expected: unrelatedAnswer }]

  const portability = readPortability(raw, picture, problems)
  if (portability.length > 0)
    probes.portability = portability

  return { id: String(index).padStart(5, '0'), index, task, edit: { prompt, form, image: picture, expected }, stated, probes }
}

/** The record, and what was odd about it; without a record, the one problem says why it was dropped. */
export function readMmeditRecord(value: unknown, context: RecordContext): { record?: EditRecord, problems: RecordProblem[] } {
  if (value === null || typeof value !== 'object' || Array.isArray(value))
    return { problems: [{ severity: 'dropped', reason: `The element is ${describe(value)}; a record is an object with src, alt and image.` }] }
  const raw = value as Record<string, unknown>
  const problems: RecordProblem[] = []
  try {
    const record = readFields(raw, context, problems)
    for (const key of Object.keys(raw)) {
      if (!knownKeys.has(key))
        context.count(`the extra key ${JSON.stringify(key.slice(0, 40))}, which is not read`)
    }
    return { record, problems }
  }
  catch (error) {
    if (!(error instanceof Dropped))
      throw error
    return { problems: [{ ...(error.field === undefined ? {} : { field: error.field }), severity: 'dropped', reason: error.message }] }
  }
}
