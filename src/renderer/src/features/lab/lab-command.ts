// The terminal command that gives the numbers of an edit on the bench, edits underneath included.
import type { MethodInfo } from '@contract/methods.ts'
import { word } from '../../lib/command-of.ts'
import { changedKeys, schemaFields } from '../../lib/schema-fields.ts'
import type { EditPlan } from './lane.ts'

/** Settings that differ from the method's own. */
function changedConfig({ method, config }: Pick<EditPlan, 'method' | 'config'>, methods: readonly Pick<MethodInfo, 'id' | 'configSchema'>[]): Record<string, unknown> {
  const info = methods.find(one => one.id === method)
  const keys = info ? changedKeys(schemaFields(info.configSchema), config) : Object.keys(config)
  return Object.fromEntries(keys.map(key => [key, config[key]]))
}

/** One command, also for a chain: `--after` holds the edits underneath, in order, with what differs from the last one. */
export function labCommandOf(plan: EditPlan, underneath: readonly EditPlan[], methods: readonly Pick<MethodInfo, 'id' | 'configSchema'>[]): string {
  const own = changedConfig(plan, methods)
  const steps = underneath.map((step) => {
    const config = changedConfig(step, methods)
    const isSame = step.method === plan.method && JSON.stringify(config) === JSON.stringify(own)
    return {
      ...(step.dataset === plan.dataset ? {} : { dataset: step.dataset }),
      record: step.record,
      ...(isSame ? {} : { method: { id: step.method, config } }),
      ...(step.scope === plan.scope ? {} : { scope: step.scope }),
      ...(step.seed === plan.seed ? {} : { seed: step.seed }),
      ...(step.editor === undefined || (isSame && step.editor === plan.editor && step.scope === plan.scope) ? {} : { editor: step.editor }),
      ...(step.fact ? { fact: step.fact } : {}),
    }
  })
  const { fact } = plan
  const flags: (readonly [string, unknown])[] = [
    ['method', plan.method],
    ['scope', plan.scope],
    ['model', plan.model],
    ['dataset', plan.dataset],
    ['record', plan.record],
    ...(plan.editor === undefined ? [] : [['editor', plan.editor] as const]),
    ...Object.entries(own).map(([key, value]) => [`config.${key}`, value] as const),
    ...(plan.seed === 0 ? [] : [['seed', plan.seed] as const]),
    ...(fact ? [['prompt', fact.prompt] as const, ['expected', fact.expected] as const, ...(fact.image === undefined ? [] : [['image', fact.image] as const]), ...(fact.form === 'question' ? [] : [['form', fact.form] as const])] : []),
    ...(steps.length > 0 ? [['after', JSON.stringify(steps)] as const] : []),
  ]
  return ['npx mmedit lab edit', ...flags.map(([name, value]) => `--${name} ${word(value)}`)].join(' ')
}
