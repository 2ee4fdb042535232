// What all handlers share: the contract they implement, their context, and errors that cross as our own sentences.
import { implement, ORPCError, ValidationError } from '@orpc/server'
import type { z } from 'zod'
import { contract } from '../../preload/contract/index.ts'
import { messageOf } from '../base/errors.ts'
import type { BackendContext } from './context.ts'

/** `limit: Too big: expected number to be <=500` for everything that is wrong with an input. */
function sentenceOf(issues: readonly Pick<z.core.$ZodIssue, 'path' | 'message'>[]): string {
  return issues.map(({ path, message }) => path.length > 0 ? `${path.map(String).join('.')}: ${message}` : message).join('; ')
}

/**
 * Any thrown error as one that crosses every transport with its message. Codes: BAD_REQUEST for input that the contract
 * does not allow, CANCELLED for work that was told to stop, FAILED for everything that our sentences are about.
 */
export function toContractError(error: unknown): ORPCError<string, unknown> {
  if (error instanceof ORPCError) {
    if (error.cause instanceof ValidationError) {
      const issues = error.cause.issues.map(({ message, path }) => ({ message, path: (path ?? []).map(part => typeof part === 'object' ? part.key : part) }))
      return error.code === 'BAD_REQUEST'
        ? new ORPCError('BAD_REQUEST', { message: `This request is not valid: ${sentenceOf(issues)}.` })
        : new ORPCError('INTERNAL_SERVER_ERROR', { message: `internal: the answer does not fit the contract: ${sentenceOf(issues)}.` })
    }
    return error
  }
  if (error instanceof Error && error.name === 'AbortError')
    return new ORPCError('CANCELLED', { status: 499, message: 'Stopped as asked.', cause: error })
  return new ORPCError('FAILED', { status: 500, message: messageOf(error), cause: error })
}

async function* withSentences<T>(stream: AsyncIterable<T>): AsyncGenerator<T, void, undefined> {
  try {
    yield* stream
  }
  catch (error) {
    throw toContractError(error)
  }
}

const isStream = (value: unknown): value is AsyncIterable<unknown> => typeof value === 'object' && value !== null && Symbol.asyncIterator in value

export const os = implement(contract).$context<BackendContext>().use(async ({ next }) => {
  try {
    const result = await next()
    const output: unknown = result.output
    return isStream(output) ? { ...result, output: withSentences(output) } : result
  }
  catch (error) {
    throw toContractError(error)
  }
})
