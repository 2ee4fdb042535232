// Waiting for a run: progress on stderr, Ctrl-C pauses, one object at the end.
import type { ContractRouterClient } from '@orpc/contract'
import type { Contract } from '../../preload/contract/index.ts'
import type { RunId } from '../../preload/contract/identifiers.ts'
import type { Run } from '../../preload/contract/runs.ts'
import { progressLine, stepLine } from './progress-line.ts'
import { createProgress } from './progress.ts'
import { reportOf } from './run-report.ts'
import type { RunReport } from './run-report.ts'

export type Client = ContractRouterClient<Contract>

const isOver = ({ status }: Run): boolean => status !== 'waiting' && status !== 'running'

/** Follows a run to its end. The first Ctrl-C pauses it, so that `runs resume` goes on where it was. `prefix` stands before every line of progress. */
export async function followRun(client: Client, id: RunId, prefix = ''): Promise<RunReport> {
  const progress = createProgress(process.stderr)
  const interrupt = (): void => {
    process.stderr.write('\nPausing after Ctrl-C …\n')
    // A second Ctrl-C has no listener any more and ends the program; what is finished is on the disk.
    client.runs.pause({ id }).catch(() => undefined)
  }
  process.once('SIGINT', interrupt)
  process.once('SIGTERM', interrupt)
  let losses = ''
  try {
    for await (const event of await client.runs.watch({ id })) {
      if (event.kind === 'step')
        losses = stepLine(event.step, losses)
      if (event.kind !== 'run')
        continue
      const { run } = event
      progress.show(prefix + (run.status === 'waiting' || run.provider === undefined ? 'Opening the model …' : progressLine(run, losses)))
      if (isOver(run))
        break
    }
  }
  finally {
    progress.end()
    process.off('SIGINT', interrupt)
    process.off('SIGTERM', interrupt)
  }
  const { run, ...summary } = await client.runs.get({ id })
  return reportOf(run, summary)
}
