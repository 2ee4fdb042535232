// Tokens become colours, data stays what it is.
import { expect, it } from 'vitest'
import { resolveTokens } from '../../../../src/renderer/src/ui/chart-tokens.ts'

it('replaces tokens at any depth and passes data as it is', () => {
  const data = [[1, 2, 3]]
  const resolved = resolveTokens({ visualMap: { inRange: { color: ['var(--scale-1)', 'red'] } }, series: [{ data, name: 'var(--x) and more' }] }, name => `<${name}>`)
  expect(resolved).toEqual({ visualMap: { inRange: { color: ['<scale-1>', 'red'] } }, series: [{ data, name: 'var(--x) and more' }] })
  expect((resolved['series'] as { data: unknown }[])[0]?.data).toBe(data)
})
