// Nothing outside the page's folder can be named.
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createPage } from '../../../src/main/transport/page.ts'
import { openStaticFiles, relativePathOf } from '../../../src/main/transport/static-files.ts'

const folder = mkdtempSync(join(tmpdir(), 'mmedit-static-'))
const root = join(folder, 'page')

beforeAll(() => {
  mkdirSync(join(root, 'assets'), { recursive: true })
  writeFileSync(join(folder, 'secret.txt'), 'secret')
  writeFileSync(join(root, 'index.html'), '<p>')
  writeFileSync(join(root, '.env'), 'secret')
  writeFileSync(join(root, 'assets/main-1a2b.js'), '1')
  symlinkSync(join(folder, 'secret.txt'), join(root, 'link.txt'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('relativePathOf', () => {
  it.each(['/../secret.txt', '/..%2fsecret.txt', '/%2e%2e/secret.txt', '/assets/..%5c..%5csecret.txt', '/a\0b', '/%00', '/.env', '/assets/.hidden', '/%E0%A4%A', 'no-slash', '/C:/x'])('refuses %j', (path) => {
    expect(relativePathOf(path)).toBeUndefined()
  })
  it('keeps honest paths', () => {
    expect(relativePathOf('/assets//main-1a2b.js')).toBe('assets/main-1a2b.js')
  })
})

describe('openStaticFiles', () => {
  it('gives files with their type and how long they last', async () => {
    const read = openStaticFiles(root)
    expect(await read('/assets/main-1a2b.js')).toMatchObject({ contentType: 'text/javascript; charset=utf-8', cacheControl: expect.stringContaining('immutable') as string })
    expect(await read('/')).toMatchObject({ contentType: 'text/html; charset=utf-8', cacheControl: 'no-cache' })
    expect(await read('/runs/2026-01-01')).toMatchObject({ contentType: 'text/html; charset=utf-8' })
  })
  it('gives nothing for what is not there, outside, or behind a link that leads out', async () => {
    const read = openStaticFiles(root)
    expect(await read('/missing.js')).toBeUndefined()
    expect(await read('/../secret.txt')).toBeUndefined()
    expect(await read('/link.txt')).toBeUndefined()
  })
})

describe('createPage', () => {
  const hash = 'a'.repeat(64)
  const images = { read: (asked: string, size?: number) => Promise.resolve(asked === hash ? { contentType: 'image/webp', bytes: new Uint8Array([size ?? 0]) } : undefined) }
  const page = createPage({ root, images })
  const get = (path: string) => page(new URL(path, 'http://127.0.0.1/'))

  it('gives pictures by hash and size, for long', async () => {
    const { status, headers, body } = await get(`/images/${hash}?size=64`)
    expect([status, headers['content-type'], headers['cache-control'], body[0]]).toEqual([200, 'image/webp', 'private, max-age=31536000, immutable', 64])
  })
  it.each([[`/images/${'b'.repeat(64)}`, 404], ['/images/..%2fsecret', 400], ['/images/xyz', 400], [`/images/${hash}?size=1e9`, 400], [`/images/${hash}?size=-1`, 400], [`/images/${hash}?size=`, 400], [`/images/${hash}/../x`, 400]])('refuses %s', async (path, status) => {
    expect((await get(path)).status).toBe(status)
  })
  it.each(['/', '/missing.js', `/images/${hash}`])('sends the strict policy with %s', async (path) => {
    const { headers } = await get(path)
    expect(headers['content-security-policy']).toContain('default-src \'none\'; script-src \'self\'')
    expect(headers['content-security-policy']).toContain('frame-ancestors \'none\'')
    expect(headers['x-content-type-options']).toBe('nosniff')
  })
  it('says what to do while the page is not built', async () => {
    const { status, body } = await createPage({ root: join(folder, 'nowhere'), images })(new URL('http://127.0.0.1/'))
    expect([status, new TextDecoder().decode(body)]).toEqual([503, 'The page is not built yet. Run npm run build.\n'])
  })
})
