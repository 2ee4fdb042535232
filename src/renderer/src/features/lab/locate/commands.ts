// The terminal commands that give the numbers of a trace or a sweep again.
import type { MethodInfo } from '@contract/methods.ts'
import { word } from '../../../lib/command-of.ts'
import { changedKeys, schemaFields } from '../../../lib/schema-fields.ts'
import type { Setting } from '../lane.ts'
import type { TraceSetting } from './trace.ts'

type Flag = readonly [string, unknown]

export interface Place { readonly model: string, readonly dataset: string, readonly record: string }

const written = (command: string, flags: readonly Flag[]): string => [command, ...flags.map(([name, value]) => `--${name} ${word(value)}`)].join(' ')

export function traceCommand({ model, dataset, record }: Place, { corrupt, target, noise, samples }: TraceSetting, seed: number): string {
  return written('npx mmedit lab trace', [
    ['model', model], ['dataset', dataset], ['record', record],
    ...(corrupt === 'picture' ? [] : [['corrupt', corrupt] as const]),
    ...(target === 'own' ? [] : [['target', target] as const]),
    ...(noise === 3 ? [] : [['noise', noise] as const]),
    ...(samples === 5 ? [] : [['samples', samples] as const]),
    ...(seed === 0 ? [] : [['seed', seed] as const]),
  ])
}

/** The settings without a layer of their own: the sweep goes through the layers. */
export function sweptConfig({ config }: Pick<Setting, 'config'>): Record<string, unknown> {
  const { onlyLayer: _, ...rest } = config
  return rest
}

function settingFlags({ method, config, scope, seed }: Setting, methods: readonly Pick<MethodInfo, 'id' | 'configSchema'>[]): Flag[] {
  const info = methods.find(one => one.id === method)
  const swept = sweptConfig({ config })
  const keys = info ? changedKeys(schemaFields(info.configSchema), swept) : Object.keys(swept)
  return [['method', method], ['scope', scope], ...keys.map((key): Flag => [`config.${key}`, swept[key]]), ...(seed === 0 ? [] : [['seed', seed] as const])]
}

export const sweepCommand = ({ model, dataset, record }: Place, setting: Setting, methods: readonly Pick<MethodInfo, 'id' | 'configSchema'>[]): string =>
  written('npx mmedit lab sweep', [['model', model], ['dataset', dataset], ['record', record], ...settingFlags(setting, methods)])

export const runsSweepCommand = ({ model, dataset }: Place, setting: Setting, methods: readonly Pick<MethodInfo, 'id' | 'configSchema'>[], limit: number | undefined): string =>
  written('npx mmedit runs sweep', [['model', model], ['dataset', dataset], ...settingFlags(setting, methods), ...(limit === undefined ? [] : [['limit', limit] as const])])
