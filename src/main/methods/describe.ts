// What a method says of itself to the page and the command line: its settings as JSON Schema draw the form and the flags.
import { z } from 'zod'
import type { MethodInfo } from '../../preload/contract/methods.ts'
import type { Method } from './method.ts'

/** The method without its functions. */
export function describeMethod({ id, label, paper, summary, config }: Method): MethodInfo {
  const { $schema: _, ...configSchema } = z.toJSONSchema(config, { io: 'input' })
  return { id, label, paper, summary, configSchema }
}
