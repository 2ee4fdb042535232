// A program that a test kills: opens the study in argv[2], resumes what is paused or starts a run, and waits for its end.
import { openFakeBackend } from './study.ts'
import { RunPlan } from '../../../src/preload/contract/runs.ts'

const backend = await openFakeBackend(process.argv[2] ?? '')
const { queue } = backend.context
const [paused] = queue.list()
const run = paused
  ? paused.status === 'finished' ? paused : await queue.resume(paused.id)
  : await queue.start(RunPlan.parse({ model: 'fake', dataset: 'edits', method: { id: 'fine-tune' }, provider: 'cpu', ...JSON.parse(process.argv[3] ?? '{}') as object }))
for await (const event of queue.watch(run.id)) {
  // The test counts what was announced: each must be on the disk.
  if (event.kind === 'result')
    process.stdout.write(`${event.record}\n`)
  if (event.kind === 'step')
    process.stdout.write(`${event.step.step}\n`)
  if (event.kind === 'run' && ['finished', 'failed'].includes(event.run.status)) {
    process.stdout.write(`end ${event.run.status} ${event.run.reason ?? ''}\n`)
    break
  }
}
await backend.close()
