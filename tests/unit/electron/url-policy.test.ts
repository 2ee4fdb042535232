import { describe, expect, it } from 'vitest'
import { isOwnPage, pageUrlOf } from '../../../src/main/electron/url-policy.ts'

describe('isOwnPage', () => {
  it.each(['app://workbench/', 'app://workbench/runs?id=1#top'])('%s is ours', url => expect(isOwnPage(url)).toBe(true))
  it.each(['https://workbench/', 'app://other/', 'app://workbench.evil.example/', 'app://evil@workbench/', 'file:///etc/passwd', 'data:text/html,hi', 'about:blank', 'javascript:1', '', 'nonsense'])('%s is not', url => expect(isOwnPage(url)).toBe(false))
})

describe('pageUrlOf', () => {
  it('answers GET of our own page only', () => {
    expect(pageUrlOf('app://workbench/images/a', 'GET')?.pathname).toBe('/images/a')
    expect(pageUrlOf('app://workbench/', 'POST')).toBeUndefined()
    expect(pageUrlOf('app://other/', 'GET')).toBeUndefined()
  })
})
