// Which runs can be completed by a re-run of their fixed probes?
import type { RecordResult, Run } from '../../preload/contract/runs.ts'

/** What the study holds now, of what a run wrote into its `versions`; left out: not looked at. */
export interface VersionsNow { readonly data?: string, readonly model?: string, readonly definitions?: string }

/**
 * Why this run cannot be asked a fixed probe again, as a sentence; undefined: it can. The edit is made once more, so it has to come out as
 * it did: alone, of the same records and checkpoint, scored by the same definitions.
 */
export function whyNotRepaired({ name, plan, status, versions = {} }: Pick<Run, 'name' | 'plan' | 'status'> & { readonly versions?: Run['versions'] }, now: VersionsNow = {}): string | undefined {
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
  const changed = ([['data', `the records of '${plan.dataset}'`], ['model', `the checkpoint of model '${plan.model}'`], ['definitions', 'the metrics\' definitions']] as const)
    .find(([key]) => now[key] !== undefined && versions[key] !== undefined && now[key] !== versions[key])
  return changed && `Run '${name}' was made with another version of ${changed[1]}, so its edits cannot be repeated. Run it again.`
}

/** Providers round differently; a different edit is farther away. */
const alike = 0.01

/**
 * The result of an edit that was made before with these losses. If it came out otherwise, what it answers is not what the edited model of
 * then would have said: then the record has failed, with a sentence.
 */
export function asRepeated(result: RecordResult, before: readonly number[] | undefined): RecordResult {
  const { losses, status } = result
  const isSame = before?.length === losses.length && losses.every((loss, i) => Math.abs(loss - before[i]!) <= alike * Math.max(1, Math.abs(before[i]!)))
  if (status === 'failed' || isSame || before === undefined)
    return result
  const { verdict: _verdict, ...rest } = result
  return {
    ...rest,
    status: 'failed',
    reason: `The edit came out otherwise than in the run that this one completes: ${describe(losses)}, then ${describe(before)}. Its data, its checkpoint or the workbench changed since; run it again.`,
    scores: {},
    probes: [],
  }
}

const describe = (losses: readonly number[]): string => losses.length === 0 ? 'no steps' : `${losses.length} ${losses.length === 1 ? 'step' : 'steps'} to a loss of ${losses.at(-1)!.toPrecision(3)}`
