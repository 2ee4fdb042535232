// Which runs can be completed by a re-run of their fixed probes?
import type { Run } from '../../preload/contract/runs.ts'

/** Why this run cannot be asked a fixed probe again, as a sentence; undefined: it can. */
export function whyNotRepaired({ name, plan, status }: Pick<Run, 'name' | 'plan' | 'status'>): string | undefined {
  if (plan.kind === 'train')
    return `Run '${name}' is a training: it asks no probes.`
  if (plan.repairs !== undefined)
    return `Run '${name}' is itself a re-run of fixed probes. Choose the run that it completes.`
  if (plan.protocol === 'sequential')
    return `Run '${name}' is sequential: what it answers depends on all edits before, so single records cannot be asked again. Run it again on the cleaned dataset.`
  if (plan.protocol === 'batch')
    return `Run '${name}' edits ${plan.group} records at once: what it answers depends on the others of the batch, so single records cannot be asked again. Run it again on the cleaned dataset.`
  if (status !== 'finished')
    return `Run '${name}' is ${status}. Let it finish first.`
  return undefined
}
