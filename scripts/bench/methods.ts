// Every method on the sample study, with and without what is computed once: seconds per edit, records per second of a benchmark, training steps
// per second. Prints JSON. The records are train records: nothing here is a result.
import { createJob } from '../../src/main/base/job.ts'
import { methods } from '../../src/main/methods/index.ts'
import type { Memory, Method } from '../../src/main/methods/method.ts'
import { metrics } from '../../src/main/metrics/index.ts'
import type { Model, Scope } from '../../src/main/models/model.ts'
import type { TensorFile } from '../../src/main/models/tensor-file.ts'
import { editRecord } from '../../src/main/runs/edit-record.ts'
import type { BaseAnswers } from '../../src/main/runs/base-answers.ts'
import type { EditRecord } from '../../src/preload/contract/records.ts'
import { baseAnswersOf, memoryOf, openSample, pictureOf, readSample, shippedEditor } from '../lib/sample-study.ts'

/** Records edited, and steps of an epoch of training: methods.ts [RECORDS] [STEPS]. */
const [editedCount = 6, epochSteps = 24] = process.argv.slice(2).map(Number)
const scopes: readonly Scope[] = ['text', 'vision', 'both']
const all = await readSample('vqa_train.json', editedCount + epochSteps + 20)
const [records, others] = [all.slice(0, editedCount), all.slice(editedCount)]

interface Timed { readonly editMs: number, readonly recordMs: number }
export interface MethodTiming {
  readonly method: string
  readonly scope: Scope
  /** With everything kept that an edit cannot change: pictures' features, base answers. Answers of the base model were asked before, as in any but a study's first run. */
  readonly kept: Timed
  /** Nothing kept from one question to the next. */
  readonly fresh: Timed
  /** Meta-training steps per second: a record seen before, and one seen for the first time. */
  readonly training?: { readonly kept: number, readonly fresh: number }
}

const kept = await openSample()
const fresh = await openSample({ cacheBytes: 0 })
const keptBase = baseAnswersOf(kept)
for (const record of records) // the study's first run
  await time(methods.get('fine-tune'), 'text', kept, keptBase, undefined, [record])

const timings: MethodTiming[] = []
for (const method of methods.all) {
  for (const scope of scopes) {
    if (method.supports(kept, scope, method.config.parse({})) !== true)
      continue
    const editor = method.training && await shippedEditor(method.id, scope)
    if (method.training && !editor)
      continue
    process.stderr.write(`${method.id} ${scope} …\n`)
    timings.push({
      method: method.id,
      scope,
      kept: await time(method, scope, kept, keptBase, editor),
      fresh: await time(method, scope, fresh, 'each time', editor),
      ...(method.training ? { training: await timeTraining(method, scope) } : {}),
    })
  }
}
await kept.dispose()
await fresh.dispose()
process.stdout.write(`${JSON.stringify(timings)}\n`)

/** Mean milliseconds over the records, after one that opens the sessions. */
async function time(method: Method, scope: Scope, model: Model, base: BaseAnswers | 'each time', editor: TensorFile | undefined, of: readonly EditRecord[] = records): Promise<Timed> {
  const memory: Memory = memoryOf(model, others)
  let editMs = 0
  let recordMs = 0
  for (const [i, record] of [of[0]!, ...of].entries()) {
    const task = {
      model, method, scope, memory, config: method.config.parse({}), metrics: metrics.all, resolveImage: pictureOf,
      base: base === 'each time' ? baseAnswersOf(model) : base,
      ...(editor ? { editor } : {}),
    }
    const { result } = await editRecord(task, record, createJob())
    if (i > 0) {
      editMs += result.editMs / of.length
      recordMs += result.elapsedMs / of.length
    }
  }
  return { editMs, recordMs }
}

async function timeTraining(method: Method, scope: Scope): Promise<{ kept: number, fresh: number }> {
  const model = await openSample()
  const training = method.training!
  const trainer = await training.start(model, {
    config: training.config.parse({}), method: method.config.parse({}), scope, job: createJob(),
    memory: memoryOf(model, others.slice(0, epochSteps)), validation: memoryOf(model, others.slice(epochSteps)),
  })
  const { signal } = new AbortController()
  const epoch = async (): Promise<number> => {
    const started = performance.now()
    for (let i = 0; i < epochSteps; i++)
      await trainer.next(signal)
    return 1000 * epochSteps / (performance.now() - started)
  }
  const first = await epoch()
  await epoch() // some of what is kept is made at second sight
  const again = await epoch()
  await model.dispose()
  return { kept: again, fresh: first }
}
