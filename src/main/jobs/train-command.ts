// The command line that makes a training again: what differs from the defaults, in the words of `mmedit runs start`.
import type { RunPlan } from '../../preload/contract/runs.ts'
import type { Method } from '../methods/method.ts'
import { sampleModelId } from '../workspace/sample-study.ts'

const kebab = (name: string): string => name.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)

function settings(flag: string, own: Readonly<Record<string, unknown>>, defaults: unknown): string[] {
  const known = defaults as Readonly<Record<string, unknown>>
  return Object.entries(own)
    .filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(known[name]))
    .map(([name, value]) => `--${flag}.${kebab(name)} ${typeof value === 'string' && /^[\w./:-]+$/.test(value) ? value : typeof value === 'string' ? JSON.stringify(value) : JSON.stringify(value)}`)
}

/** `npx mmedit runs start --kind train --method mend …` */
export function trainCommand(plan: Pick<RunPlan, 'model' | 'dataset' | 'alsoFrom' | 'method' | 'scope' | 'training' | 'seed' | 'limit'>, method: Method): string {
  return [
    'npx mmedit runs start --kind train',
    `--method ${method.id}`,
    `--scope ${plan.scope}`,
    ...(plan.model === sampleModelId ? [] : [`--model ${plan.model}`]),
    `--dataset ${plan.dataset}`,
    ...(plan.alsoFrom.length > 0 ? [`--also-from ${plan.alsoFrom.join(',')}`] : []),
    ...(plan.limit === undefined ? [] : [`--limit ${plan.limit}`]),
    ...settings('config', plan.method.config, method.config.parse({})),
    ...(method.training ? settings('training', plan.training, method.training.config.parse({})) : []),
    ...(plan.seed === 0 ? [] : [`--seed ${plan.seed}`]),
  ].join(' ')
}
