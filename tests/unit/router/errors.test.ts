// What crosses when something is thrown: our sentence, and a code that says whose fault it is.
import { ORPCError } from '@orpc/server'
import { describe, expect, it } from 'vitest'
import { toContractError } from '../../../src/main/router/base.ts'

describe('toContractError', () => {
  it.each([
    [new Error('The study has no dataset \'a\'.'), 'FAILED', 'The study has no dataset \'a\'.'],
    [new DOMException('This operation was aborted', 'AbortError'), 'CANCELLED', 'Stopped as asked.'],
    ['text', 'FAILED', 'text'],
    [new ORPCError('NOT_FOUND', { message: 'gone' }), 'NOT_FOUND', 'gone'],
  ])('%s', (error, code, message) => {
    expect(toContractError(error)).toMatchObject({ code, message })
  })
})
