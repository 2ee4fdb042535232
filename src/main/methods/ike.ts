// IKE (https://arxiv.org/abs/2305.12740; multimodal: https://arxiv.org/abs/2310.08475, spec §3.6): the new fact and demonstrations of
// other edits are written before every question. No weight changes.
import { z } from 'zod'
import { throwIfAborted } from '../base/async.ts'
import type { Example, Model, Question, Scope } from '../models/model.ts'
import { ownTextEncoder } from '../models/text-encoder.ts'
import { corpusOf, nearest } from './ike-corpus.ts'
import { fitting } from './ike-context.ts'
import type { Context, Fitted } from './ike-context.ts'
import { asked, copied } from './ike-demonstrations.ts'
import type { Fact, PromptOf } from './ike-demonstrations.ts'
import { defineMethod } from './method.ts'
import type { Edit, EditOptions, Memory } from './method.ts'

const Config = z.strictObject({
  // Chosen on held-out train records of the sample study (24, exact match): 24 right with one demonstration, 23 with two, 21 with four, 14 with
  // the five or six that fill its context. Large models gain from more: the paper's 32.
  k: z.int().min(0).max(1000).default(1).describe('How many demonstrations to retrieve from the train records; 32 in the paper; the context may hold fewer'),
  encoder: z.string().default('').describe('Folder of a sentence encoder (BERT as safetensors, or model.onnx) that finds similar demonstrations; empty = the model\'s own features'),
  compatibility: z.enum(['strict', 'easyedit']).default('strict').describe('Strict: the paper\'s order, the most similar demonstration last, and the question template on all parts; easyedit: the most similar first, then the edit\'s own, and the template on the edited question only'),
})
type Config = z.infer<typeof Config>

export const ike = defineMethod({
  id: 'ike',
  label: 'IKE',
  paper: 'https://arxiv.org/abs/2305.12740',
  summary: 'Writes the new fact and demonstrations of other edits before every question; no weight changes.',
  scopes: ['text'],
  config: Config,
  supports,
  batch: true,
  chain: true,
  async edit(model, examples, options) {
    const { config, job, previous } = options
    throwIfAborted(job.signal)
    const isStrict = config.compatibility === 'strict'
    const before = previous && said.get(previous)
    const prompts = new Set([...(before?.prompts ?? []), ...examples.map(({ question }) => question.prompt)])
    // The template on all parts, or (EasyEdit's editor) on the edited questions only; spec §8.
    const promptOf: PromptOf = ({ prompt, form }) => (isStrict || prompts.has(prompt) ? model.promptOf({ prompt, form }) : prompt)
    const now = examples.map(({ question, expected }): Fact => ({ prompt: promptOf(question), answer: expected }))
    const facts = [...(before?.facts ?? []), ...now]
    const newest = facts.at(-1)!
    const similar = await retrieve(model, examples, now, options)
    const context: Context = {
      demonstrations: similar.reverse(),
      // EasyEdit shows the edit's own demonstration, too.
      facts: (isStrict ? facts.slice(0, -1) : facts).map(copied),
      arrange: (demonstrations, own) => [...(isStrict ? demonstrations : demonstrations.toReversed()), ...own].join(''),
    }
    const fit = fitting(model, context)
    const ask = (question: Question): Question => ({ ...question, form: 'plain', prompt: asked(newest, promptOf(question)) })
    const edit: Edit = {
      model: {
        async answer(question, expected, answerOptions) {
          const behind = ask(question)
          const { text } = fit(behind, expected, answerOptions)
          return model.answer({ ...behind, prompt: text + behind.prompt }, expected, answerOptions)
        },
      },
      overlay: new Map(),
      losses: [],
      steps: 0,
      notes: notesOf(model, context, fit(ask(examples.at(-1)!.question), newest.answer), facts.length, options),
    }
    said.set(edit, { facts, prompts })
    return edit
  },
})

// The next edit in a stream goes on from here: all facts so far, the newest last, and the questions they answer.
const said = new WeakMap<Edit, { readonly facts: readonly Fact[], readonly prompts: ReadonlySet<string> }>()

function supports(_model: unknown, scope: Scope): true | string {
  return scope === 'text' || `IKE writes the fact before the question and changes no module, so it cannot have the scope '${scope}'. Choose the scope 'text'.`
}

/** Demonstrations nearest to the edits' own ones, best first. */
async function retrieve(model: Model, examples: readonly Example[], facts: readonly Fact[], { config, memory, job: { signal } }: EditOptions<Config>): Promise<string[]> {
  if (config.k === 0 || memory.records.length === 0)
    return []
  const encoder = config.encoder === '' ? ownTextEncoder(model) : await model.openTextEncoder(config.encoder)
  // EasyEdit's corpus is made of the prompts as they are.
  const promptOf: PromptOf = config.compatibility === 'strict' ? model.promptOf : ({ prompt }) => prompt
  const corpus = await corpusOf(memory.records, promptOf, encoder, signal)
  const queries: Float32Array[] = []
  for (const fact of facts)
    queries.push(await encoder.embed(copied(fact)))
  return nearest(corpus, queries, { count: config.k, without: await editedIn(memory, examples) }).map(({ text }) => text)
}

/** Positions of the edited records among the train records: the same question, picture and answer. */
async function editedIn({ records, question }: Memory, examples: readonly Example[]): Promise<Set<number>> {
  const found = new Set<number>()
  for (const [i, { edit }] of records.entries()) {
    for (const example of examples) {
      if (edit.prompt !== example.question.prompt || edit.expected !== example.expected)
        continue
      // A record without its picture cannot be one that is edited with it.
      const image = edit.image && await question(edit).then(q => q.image, () => '')
      if (image === example.question.image)
        found.add(i)
    }
  }
  return found
}

/** What the edit's own question has to do without. `total` counts the facts, those that need no demonstration included. */
function notesOf({ info }: Pick<Model, 'info'>, { demonstrations, facts }: Context, fitted: Fitted, total: number, { config, memory }: EditOptions<Config>): string[] {
  const notes: string[] = []
  if (config.k > 0 && memory.records.length === 0)
    notes.push('There are no train records to take demonstrations from, so only the new fact stands before the question.')
  if (fitted.demonstrations < demonstrations.length)
    notes.push(`The context of ${info.maxPositions} positions holds ${fitted.demonstrations} of ${demonstrations.length} demonstrations; the ${demonstrations.length - fitted.demonstrations} least similar were left out.`)
  const lost = Math.min(facts.length - fitted.facts, total - 1)
  if (lost > 0)
    notes.push(`The context of ${info.maxPositions} positions holds ${total - lost} of ${total} facts; the ${lost} oldest were left out.`)
  return notes
}
