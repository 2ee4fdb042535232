// The Lab over an engine by hand: chains of edits named in a plan, and an engine that has to be told again how edits were made.
import { describe, expect, it } from 'vitest'
import type { EngineClient } from '../../../src/main/jobs/engine-client.ts'
import { createLab } from '../../../src/main/jobs/lab.ts'
import type { Lab } from '../../../src/main/jobs/lab.ts'
import type { EngineJob, JobOf } from '../../../src/main/jobs/protocol.ts'
import type { EditId } from '../../../src/preload/contract/identifiers.ts'
import { LabPlan } from '../../../src/preload/contract/lab.ts'

const opened = { provider: { provider: 'cpu', device: 'd', reason: 'r', tests: [] }, memoryBytes: 1, elapsedMs: 1 }

function bench() {
  const engines: { jobs: EngineJob[], alive: boolean }[] = []
  const plans: LabPlan[] = []
  function engine(): EngineClient {
    const own = { jobs: [] as EngineJob[], alive: true }
    engines.push(own)
    return {
      ask: async (job: EngineJob) => {
        own.jobs.push(job)
        return (job.kind === 'undo' ? true : job.kind === 'answer' ? { text: 'x', expected: [], generated: [], elapsedMs: 1 } : null) as never
      },
      async* stream(job: EngineJob) {
        own.jobs.push(job)
        if (job.kind === 'edit')
          yield { kind: 'done', edit: job.edit, steps: 0, elapsedMs: 1, changed: [] } as never
        return null as never
      },
      memoryBytes: () => 1, isAlive: () => own.alive, pid: 1, onEnd: () => undefined, dispose: () => Promise.resolve(),
    }
  }
  const lab: Lab = createLab({
    openEngine: () => Promise.resolve({ engine: engine(), opened }),
    checkpointOf: model => Promise.resolve({ folder: `/${model}`, fingerprint: model }),
    imageOf: image => Promise.resolve(image),
    recordOf: (plan) => {
      plans.push(plan)
      return Promise.resolve({ record: { id: plan.record, index: 0, task: 'e-vqa', stated: '', edit: { prompt: 'q', form: 'question', expected: 'a' }, probes: {} }, imageRoots: {} })
    },
    onStatus: () => undefined,
  })
  const edit = async (more: object): Promise<EditId> => {
    let id: EditId | undefined
    for await (const event of lab.edit(LabPlan.parse({ model: 'm', dataset: 'd', record: 'r', method: { id: 'fine-tune' }, scope: 'text', ...more }))) {
      if (event.kind === 'done')
        id = event.edit
    }
    return id!
  }
  const ask = (edit: EditId, model = 'm') => lab.answer({ model, prompt: 'q', form: 'question', expected: '', maxTokens: 4, provider: 'auto', edit })
  const recalled = (at: number) => engines[at]!.jobs.filter((job): job is JobOf<'recall'> => job.kind === 'recall').map(({ edits }) => edits.map(({ edit }) => edit))
  return { lab, engines, plans, edit, ask, recalled }
}

describe('edits underneath, named in the plan', () => {
  it('are told to the engine in order, with what differs from the plan', async () => {
    const { engines, plans, edit } = bench()
    await edit({ seed: 3, editor: 'own', fact: { prompt: 'mine', expected: 'me' }, after: [{ record: 'a' }, { record: 'b', dataset: 'other', method: { id: 'ike', config: { k: 1 } }, scope: 'both', seed: 5 }] })
    const [recall, job] = engines[0]!.jobs as [JobOf<'recall'>, JobOf<'edit'>]
    expect(recall.edits.map(({ record, method, scope, seed, dataset }) => [record.id, method.id, scope, seed, dataset])).toEqual([['a', 'fine-tune', 'text', 3, 'd'], ['b', 'ike', 'both', 5, 'other']])
    expect([recall.edits[0]!.onto, recall.edits[1]!.onto, job.onto]).toEqual([undefined, recall.edits[0]!.edit, recall.edits[1]!.edit])
    // The own fact is the plan's alone; its editor goes with its method and scope.
    expect(plans.map(({ fact, editor }) => [fact?.prompt, editor])).toEqual([[undefined, 'own'], [undefined, undefined], ['mine', 'own']])
  })
})

describe('an engine that was started again', () => {
  it('is told once how the edits were made, the one underneath first', async () => {
    const { engines, edit, ask, recalled } = bench()
    const a = await edit({})
    const b = await edit({ onto: a })
    await ask(b)
    expect(recalled(0)).toEqual([])
    engines[0]!.alive = false
    await ask(b)
    await ask(a)
    expect(recalled(1)).toEqual([[a, b]])
    await edit({ onto: b })
    expect(recalled(1)).toEqual([[a, b]])
  })

  it('refuses an edit of another model, one that was undone, and one nobody made, in sentences', async () => {
    const { lab, edit, ask } = bench()
    const a = await edit({})
    await expect(ask(a, 'other')).rejects.toThrow('Choose that model')
    expect(await lab.undo(a)).toBe(true)
    await expect(ask(a)).rejects.toThrow('not kept any more')
    await expect(ask('edit-x' as EditId)).rejects.toThrow('not kept any more')
  })

  it('still knows an undone edit that others stand on', async () => {
    const { lab, engines, edit, ask, recalled } = bench()
    const a = await edit({})
    const b = await edit({ onto: a })
    await lab.undo(a)
    engines[0]!.alive = false
    await ask(b)
    expect(recalled(1)).toEqual([[a, b]])
  })
})
