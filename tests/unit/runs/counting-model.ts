// A model by hand: it "knows" answers from a list, and an edit adds to the list. Pure logic of runs/ needs no network.
import { createHash } from 'node:crypto'
import type { Edit, Memory, Method } from '../../../src/main/methods/method.ts'
import type { Meter } from '../../../src/main/onnx/runtime.ts'
import type { Answer, Model, Question } from '../../../src/main/models/model.ts'
import type { EditRecord, Probe } from '../../../src/preload/contract/records.ts'
import { answerOf } from '../metrics/make-answer.ts'

const words = ['nothing', 'cat', 'dog', 'red', 'blue', 'Paris', 'Rome']
const token = (word: string): number => Math.max(0, words.indexOf(word))
export const decode = (tokens: readonly number[]): string => tokens.map(id => words[id] ?? '?').join(' ')

/** Logits that put the known answer first; the rest depends on the question only. */
function rowFor(question: Question, answer: string): number[] {
  const bytes = createHash('sha256').update(JSON.stringify(question)).digest()
  return words.map((word, i) => word === answer ? 9 : bytes[i]! / 64)
}

export interface CountingModel extends Pick<Model, 'answer' | 'decode' | 'provider' | 'info' | 'runtime'> {
  readonly asked: string[]
  readonly knowing: (facts: Readonly<Record<string, string>>) => CountingModel
}

const key = ({ prompt, image }: Question): string => `${prompt}|${image ?? ''}`

export function countingModel(facts: Readonly<Record<string, string>> = {}, asked: string[] = [], meter: Meter = { forward: 0, backward: 0 }): CountingModel {
  return {
    asked,
    info: { name: 'by hand' } as Model['info'],
    provider: { provider: 'cpu', device: 'test', reason: 'test', tests: [] },
    decode,
    runtime: { meter } as Model['runtime'],
    knowing: more => countingModel({ ...facts, ...more }, asked, meter),
    async answer(question, expected): Promise<Answer> {
      asked.push(key(question))
      const text = facts[key(question)] ?? 'nothing'
      const row = rowFor(question, text)
      const answer = answerOf({ sequence: [row, row], answerAt: expected === '' ? [] : [0], expected: expected === '' ? [] : [token(expected)], text })
      return { ...answer, generated: { tokens: [token(text)], probabilities: [0.75], text } }
    },
  }
}

/** An "edit" that learns the answers to its own questions, in two steps; records whose target is `dog` fail. */
export const learn: Method = {
  id: 'learn',
  label: 'Learn',
  paper: '',
  summary: '',
  config: undefined as unknown as Method['config'],
  supports: (_model, scope) => scope === 'vision' ? 'Learning by heart has no vision module.' : true,
  batch: true,
  chain: true,
  async edit(model, examples, { onStep, job, previous }): Promise<Edit> {
    if (examples.some(({ expected }) => expected === 'dog'))
      throw new Error('Dogs cannot be learnt.')
    job.signal.throwIfAborted()
    model.runtime.meter.forward += 2 * examples.length + 1
    const last = 0.5 + job.random.next()
    onStep?.(1, 2)
    onStep?.(2, last)
    const edited = ((previous?.model ?? model) as unknown as CountingModel).knowing(Object.fromEntries(examples.map(({ question, expected }) => [key(question), expected])))
    return { model: edited, overlay: new Map(), losses: [2, last], steps: 2, notes: [`Learnt ${examples.length}.`] }
  },
}

const probe = (prompt: string, expected: string, image?: string): Probe =>
  ({ prompt, expected, form: 'question', ...(image === undefined ? {} : { image: { root: 'main', path: image } }) })

export function recordOf(id: string, target: string, more: EditRecord['probes'] = {}): EditRecord {
  return {
    id,
    index: Number(id),
    task: 'e-vqa',
    edit: probe(`What is ${id}?`, target, `${id}.png`),
    stated: 'nothing',
    probes: {
      textRephrase: [probe(`Name ${id}.`, target, `${id}.png`)],
      unrelatedText: [probe('Capital of Italy?', 'Rome')],
      portability: [probe('Capital of it?', 'Paris', `${id}.png`), probe('No answer known?', '', `${id}.png`)],
      ...more,
    },
  }
}

export const resolveImage = ({ root, path }: { root: string, path: string }): string => `/${root}/${path}`

export const noMemory: Memory = {
  records: [],
  question: () => Promise.reject(new Error('An edit of this suite needs no memory.')),
  baseAnswer: () => Promise.reject(new Error('An edit of this suite needs no memory.')),
}
