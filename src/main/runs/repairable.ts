// Which runs can be completed by asking only what was fixed in an audit, and why others cannot.
import type { Run } from '../../preload/contract/runs.ts'

/** What the study holds now, of what a run wrote into its `versions`; undefined: not known. */
export interface VersionsNow { readonly data?: string | undefined, readonly model?: string | undefined, readonly definitions?: string | undefined }

/**
 * Why a fixed probe cannot be asked in a run of its own and put into this one, as a sentence; undefined: it can. The edit is made again,
 * so it has to come out as it did: alone, of the same records, checkpoint and definitions.
 */
export function repairRefusal({ name, status, plan, versions }: Pick<Run, 'name' | 'status' | 'plan' | 'versions'>, now: VersionsNow = {}): string | undefined {
  const run = `Run '${name}'`
  const again = 'Start it again to score the fixes.'
  if (plan.kind === 'train')
    return `${run} is a training: it asks no probes. Nothing has to be run again.`
  if (plan.repairs !== undefined)
    return `${run} is a re-run of fixes itself. Run the one that it completes, '${plan.repairs}', again.`
  if (plan.protocol === 'sequential')
    return `${run} is sequential: an edit alone is not what it was after the edits before it. ${again}`
  if (plan.protocol === 'batch')
    return `${run} edits batches of ${plan.group}: a record alone is not edited as it was among the others. ${again}`
  if (status !== 'finished')
    return `${run} is ${status}. Let it finish first.`
  const changed = ([['data', `the records of '${plan.dataset}'`], ['model', `the checkpoint of model '${plan.model}'`], ['definitions', 'the metrics\' definitions']] as const)
    .find(([key]) => now[key] !== undefined && versions[key] !== undefined && now[key] !== versions[key])
  return changed && `${run} was made with another version of ${changed[1]}. ${again}`
}
