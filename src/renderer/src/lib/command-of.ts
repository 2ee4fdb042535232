// A run's plan as the terminal command that starts it again.
import type { RunPlan } from '@contract/runs.ts'

/** A word of a shell command, quoted where a shell would take it apart. */
export function word(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return /^[\w./:@%+=,-]+$/.test(text) ? text : `'${text.replaceAll('\'', '\'\\\'\'')}'`
}

/** Only what differs from the command's own defaults; settings as `--config.name value`. */
export function commandOf(plan: RunPlan): string {
  if (plan.repairs !== undefined)
    return `npx mmedit audits rerun --dataset ${word(plan.dataset)} --runs ${word(plan.repairs)}`
  const flags: (readonly [string, unknown])[] = [
    ...(plan.kind === 'train' ? [['kind', 'train'] as const] : []),
    ['method', plan.method.id],
    ['scope', plan.scope],
    ['model', plan.model],
    ['dataset', plan.dataset],
    ...(plan.alsoFrom.length > 0 ? [['also-from', plan.alsoFrom.join(',')] as const] : []),
    ...(plan.memory === undefined ? [] : [['memory', plan.memory] as const]),
    ...(plan.editor === undefined ? [] : [['editor', plan.editor] as const]),
    ...(plan.protocol === 'single' ? [] : [['protocol', plan.protocol] as const, ['group', plan.group] as const]),
    ...(plan.limit === undefined ? [] : [['limit', plan.limit] as const]),
    ...(plan.metrics.length > 0 ? [['metrics', plan.metrics.join(',')] as const] : []),
    ...Object.entries(plan.method.config).map(([key, value]) => [`config.${key}`, value] as const),
    ...Object.entries(plan.training).map(([key, value]) => [`training.${key}`, value] as const),
    ...(plan.seed === 0 ? [] : [['seed', plan.seed] as const]),
    ...(plan.provider === 'auto' ? [] : [['provider', plan.provider] as const]),
  ]
  return ['npx mmedit runs start', ...flags.map(([name, value]) => `--${name} ${word(value)}`)].join(' ')
}
