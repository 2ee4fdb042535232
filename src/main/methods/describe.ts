// What a method says of itself to the page and the command line: its settings as JSON Schema draw the form and the flags.
import { z } from 'zod'
import type { MethodInfo } from '../../preload/contract/methods.ts'
import type { Method } from './method.ts'

function schemaOf(config: z.ZodType): Record<string, unknown> {
  const { $schema: _, ...schema } = z.toJSONSchema(config, { io: 'input' })
  return schema
}

/** The method without its functions. */
export const describeMethod = ({ id, label, paper, summary, config, scopes, training, batch, chain }: Method): MethodInfo =>
  ({ id, label, paper, summary, configSchema: schemaOf(config), ...(training ? { trainingSchema: schemaOf(training.config) } : {}), ...(scopes ? { scopes: [...scopes] } : {}), batch, chain })
