// Edits on top of edits in the Lab's engine: what a new one may stand on, making it, and making forgotten ones again.
import { isDeepStrictEqual } from 'node:util'
import type { EditId } from '../../preload/contract/identifiers.ts'
import type { LabEvent } from '../../preload/contract/lab.ts'
import { throwIfAborted } from '../base/async.ts'
import { isAbort, messageOf } from '../base/errors.ts'
import { elapsed } from '../base/log.ts'
import type { Edit } from '../methods/method.ts'
import type { Model, WeightOverlay } from '../models/model.ts'
import { editRecord, makeEdit } from '../runs/edit-record.ts'
import type { EditTask } from '../runs/edit-record.ts'
import { jobFor } from '../runs/execution.ts'
import { questionOf } from '../runs/probes.ts'
import { shownTokens, viewAnswer } from '../runs/view-answer.ts'
import type { EditRecipe, KeptEdits, Version } from './engine-edits.ts'
import type { RecordImages } from './engine-images.ts'

export interface Versions {
  /** Makes, asks and scores an edit, and keeps it. Reports everything on the way. */
  readonly edit: (recipe: EditRecipe, report: (event: LabEvent) => void, signal: AbortSignal) => Promise<void>
  /** The version, made again if it was forgotten: the same numbers. Throws a sentence if nobody knows how. */
  readonly get: (id: EditId, signal: AbortSignal) => Promise<Version>
}

interface Start {
  readonly model: Model
  readonly ground: WeightOverlay
  readonly previous: Edit | undefined
}

/** Steps that come quicker than this are told together: thousands of messages a second would keep the page from answering a click. */
const tellStepsEveryMs = 50

function gatheringSteps(report: (event: LabEvent) => void): (event: LabEvent) => void {
  let toldMs = -Infinity
  let held: number[] = []
  let step = 0
  const tell = (): void => {
    const loss = held.pop()
    if (loss === undefined)
      return
    report({ kind: 'step', step, loss, ...(held.length > 0 ? { earlier: held } : {}) })
    held = []
    toldMs = elapsed()
  }
  return (event) => {
    if (event.kind !== 'step') {
      tell()
      report(event)
      return
    }
    held.push(event.loss)
    step = event.step
    if (elapsed() - toldMs >= tellStepsEveryMs)
      tell()
  }
}

/** An edit that changes no weight answers in front of the model: by a context, a codebook, a router. */
const standsInFront = ({ edit }: Version): boolean => edit.overlay.size === 0

/**
 * What a method edits when it goes on top of a version. The same method continues as in a stream of edits; any other takes the
 * weights underneath for the model's own. Throws a sentence where that has no meaning.
 */
export function startOn(model: Model, parent: Version | undefined, { method, config, editor }: Pick<Version, 'method' | 'config' | 'editor'>): Start {
  if (!parent)
    return { model, ground: new Map(), previous: undefined }
  if (parent.method.id !== method.id) {
    if (standsInFront(parent))
      throw new Error(`${parent.method.label} answers in front of the model and changes none of its weights, so ${method.label} cannot go on top of it. Edit with ${method.label} first, or go on with ${parent.method.label}.`)
    return { model: model.withWeights(parent.edit.overlay), ground: parent.edit.overlay, previous: undefined }
  }
  if (method.chain !== true)
    throw new Error(method.chain)
  if (standsInFront(parent) && !(isDeepStrictEqual(parent.config, config) && parent.editor === editor))
    throw new Error(`${method.label} goes on with what the edit underneath has stored, which was made with other settings. Take the same settings, or edit the unedited model.`)
  return { model: model.withWeights(parent.ground), ground: parent.ground, previous: parent.edit }
}

/** Beside the weights that another method's edits changed underneath. */
function onGround(edit: Edit, { ground, previous }: Start): Edit {
  return previous || edit.overlay.size === 0 || ground.size === 0 ? edit : { ...edit, overlay: new Map([...ground, ...edit.overlay]) }
}

export function createVersions(edits: KeptEdits, modelOf: () => Model, taskOf: (recipe: EditRecipe) => Promise<{ readonly task: EditTask, readonly images: RecordImages }>): Versions {
  /** What it takes to make an edit on top of a version. */
  async function prepare(recipe: EditRecipe, parent: Version | undefined) {
    const { task, images } = await taskOf(recipe)
    const kind = { method: task.method, config: task.config, editor: recipe.editor }
    const start = startOn(modelOf(), parent, kind)
    const record = await images.prepare(recipe.record)
    return {
      task: { ...task, model: start.model, ...(parent ? { under: parent.edit.model } : {}) } satisfies EditTask,
      record,
      previous: start.previous,
      versionOf: (edit: Edit): Version => ({ ...kind, edit: onGround(edit, start), ground: start.ground }),
    }
  }

  async function held(id: EditId, signal: AbortSignal): Promise<Version> {
    const found = edits.find(id)
    if (found)
      return found
    throwIfAborted(signal)
    const recipe = edits.recipeOf(id)
    const { task, record, previous, versionOf } = await prepare(recipe, recipe.onto === undefined ? undefined : await held(recipe.onto, signal))
    const version = versionOf((await makeEdit(task, [record], jobFor(recipe.seed, record.id, signal), { previous })).edit)
    edits.keep(id, version)
    return version
  }

  /** Asks every edit underneath again; gives the sentences about those that cannot be asked any more. */
  async function askAgain({ onto }: EditRecipe, { edit }: Version, report: (event: LabEvent) => void, signal: AbortSignal): Promise<string[]> {
    const problems: string[] = []
    for (const recipe of onto === undefined ? [] : edits.chainOf(onto).map(edits.recipeOf)) {
      throwIfAborted(signal)
      const { id, edit: question } = recipe.record
      try {
        const { images } = await taskOf(recipe)
        await images.prepare(recipe.record)
        const answer = await edit.model.answer(questionOf(question, images.resolve), question.expected, { signal })
        report({ kind: 'retained', edit: recipe.edit, record: id, question, answer: viewAnswer(answer, modelOf().decode, { target: question.expected, top: shownTokens }) })
      }
      catch (error) {
        if (signal.aborted || isAbort(error))
          throw error
        problems.push(`Record ${id}, edited underneath, could not be asked again: ${messageOf(error)}`)
      }
    }
    return problems
  }

  return {
    async get(id, signal) {
      edits.demand(id)
      return held(id, signal)
    },
    async edit(recipe, tell, signal) {
      const started = elapsed()
      const report = gatheringSteps(tell)
      const { onto } = recipe
      if (onto !== undefined) {
        edits.demand(onto)
        const newestFirst = edits.chainOf(onto).reverse()
        const forgotten = newestFirst.findIndex(id => edits.has(id))
        if (forgotten !== 0)
          report({ kind: 'replaying', edits: forgotten < 0 ? newestFirst.length : forgotten })
      }
      const parent = onto === undefined ? undefined : await held(onto, signal)
      const { task, record, previous, versionOf } = await prepare(recipe, parent)
      const { edit, result } = await editRecord(task, record, jobFor(recipe.seed, record.id, signal), report, previous)
      const version = versionOf(edit)
      const problems = await askAgain(recipe, version, report, signal)
      edits.keep(recipe.edit, version)
      edits.learn(recipe)
      const { steps, verdict, cost } = result
      const notes = [...result.notes ?? [], ...problems]
      report({
        kind: 'done', edit: recipe.edit, steps, elapsedMs: elapsed() - started, changed: await changesOf(modelOf(), version.edit),
        ...(notes.length > 0 ? { notes } : {}), ...(verdict ? { verdict } : {}), ...(cost ? { cost } : {}),
      })
    },
  }
}

/** How far each changed weight is from the unedited model's: the Euclidean norm of the difference. */
async function changesOf(model: Model, edit: Edit): Promise<{ weight: string, parameterCount: number, norm: number }[]> {
  return Promise.all([...edit.overlay].map(async ([weight, values]) => {
    const before = await model.readWeight(weight)
    let sum = 0
    for (let i = 0; i < values.length; i++)
      sum += ((values[i] ?? 0) - (before[i] ?? 0)) ** 2
    return { weight, parameterCount: values.length, norm: Math.sqrt(sum) }
  }))
}
