import { rmSync, symlinkSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { safeImagePath } from '../../../src/main/datasets/image-path.ts'
import { createImageStore } from '../../../src/main/datasets/image-store.ts'
import { imageKind } from '../../../src/main/datasets/image-kind.ts'
import { createLimit } from '../../../src/main/datasets/limit.ts'
import { createThumbnails } from '../../../src/main/datasets/thumbnails.ts'
import { sha256 } from '../../../src/main/base/hash.ts'
import { DatasetId } from '../../../src/preload/contract/identifiers.ts'
import { png, put, temporaryFolder } from '../workspace/study.ts'

const one = DatasetId.parse('one')
const two = DatasetId.parse('two')
const ref = (path: string, root = 'image'): { root: string, path: string } => ({ root, path })

describe('picture paths', () => {
  it.each([
    ['a.png', 'a.png'],
    ['val2014/a.png', 'val2014/a.png'],
    ['./val2014//a.png', 'val2014/a.png'],
    ['val2014\\a.png', 'val2014/a.png'],
    ['..a/b..png', '..a/b..png'],
    ['ordner/ü 日本.png', 'ordner/ü 日本.png'],
  ])('%j is kept as %j', (path, kept) => expect(safeImagePath(path)).toEqual({ path: kept }))

  it.each([
    '/etc/passwd', '\\\\server\\share\\a.png', '//server/a.png', 'C:\\a.png', 'c:a.png', 'file:///a.png', 'https://x/a.png', 'data:image/png;base64,AA',
    '..', '../a.png', 'a/../../b.png', 'a\\..\\..\\b.png', 'a/..', '.', './', 'a\u0000.png', 'a\n.png', 'a\u009F.png', `${'a/'.repeat(600)}b.png`,
  ])('%j is refused', path => expect(safeImagePath(path)).toEqual({ reason: expect.stringMatching(/^its path /) }))
})

describe('image store', () => {
  it('serves only what an opened dataset has shown, by content', async () => {
    const folder = temporaryFolder()
    put(join(folder, 'a.png'), png(1))
    const store = createImageStore()
    expect(await store.hash(one, ref('a.png'))).toBeUndefined()
    store.openDataset(one, { image: folder })
    expect(await store.read(sha256(png(1)))).toBeUndefined()
    const hash = await store.hash(one, ref('a.png'))
    expect(hash).toBe(sha256(png(1)))
    expect(await store.read(hash!)).toEqual({ data: png(1), mime: 'image/png' })
    store.closeDataset(one)
    expect(await store.read(hash!)).toBeUndefined()
  })

  it('keeps serving a picture that another opened dataset has too', async () => {
    const [first, second] = [temporaryFolder(), temporaryFolder()]
    put(join(first, 'a.png'), png(1))
    put(join(second, 'b.png'), png(1))
    const store = createImageStore()
    store.openDataset(one, { image: first })
    store.openDataset(two, { image: second })
    const hash = await store.hash(one, ref('a.png'))
    await store.hash(two, ref('b.png'))
    rmSync(join(first, 'a.png'))
    expect((await store.read(hash!))?.mime).toBe('image/png')
    store.closeDataset(one)
    expect((await store.read(hash!))?.mime).toBe('image/png')
    store.closeDataset(two)
    expect(await store.read(hash!)).toBeUndefined()
  })

  it('never serves changed bytes under an old hash, and finds the new one', async () => {
    const folder = temporaryFolder()
    const file = put(join(folder, 'a.png'), png(1))
    const store = createImageStore()
    store.openDataset(one, { image: folder })
    const old = await store.hash(one, ref('a.png'))
    put(file, png(2))
    utimesSync(file, 1, 2)
    expect(await store.read(old!)).toBeUndefined()
    expect(await store.hash(one, ref('a.png'))).toBe(sha256(png(2)))
  })

  it('gives no hash to what is no picture, is outside, or is not there', async () => {
    const folder = temporaryFolder()
    const outside = temporaryFolder()
    put(join(outside, 'a.png'), png(1))
    put(join(folder, 'passwords.png'), 'root:x:0:0')
    put(join(folder, 'script.svg'), '<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>')
    const store = createImageStore()
    store.openDataset(one, { image: folder })
    for (const path of ['passwords.png', 'script.svg', 'none.png', `../${outside.split('/').pop()!}/a.png`, join(outside, 'a.png')])
      expect(await store.hash(one, ref(path)), path).toBeUndefined()
    expect(await store.hash(one, ref('a.png', '__proto__'))).toBeUndefined()
    expect(await store.resolve(one, ref('a.png', 'toString'))).toMatchObject({ kind: 'refused' })
  })

  it.skipIf(process.platform === 'win32')('follows links only inside the root', async () => {
    const [folder, outside] = [temporaryFolder(), temporaryFolder()]
    put(join(outside, 'a.png'), png(1))
    put(join(folder, 'in', 'b.png'), png(2))
    symlinkSync(outside, join(folder, 'out'))
    symlinkSync(join(outside, 'a.png'), join(folder, 'leak.png'))
    symlinkSync(join(folder, 'in'), join(folder, 'again'))
    symlinkSync(join(folder, 'loop'), join(folder, 'loop'))
    // A root that is a link itself is what the user chose.
    const root = join(temporaryFolder(), 'root')
    symlinkSync(folder, root)
    const store = createImageStore()
    store.openDataset(one, { image: root })
    expect(await store.resolve(one, ref('out/a.png'))).toMatchObject({ kind: 'refused', reason: expect.stringContaining('leads out of the image root') })
    expect(await store.resolve(one, ref('leak.png'))).toMatchObject({ kind: 'refused' })
    expect(await store.resolve(one, ref('again/b.png'))).toMatchObject({ kind: 'file' })
    expect(await store.resolve(one, ref('loop'))).toMatchObject({ kind: 'missing' })
  })
})

describe('thumbnails', () => {
  const setUp = async (data: Buffer, mostBytes?: number): Promise<{ hash: string, thumbnails: ReturnType<typeof createThumbnails>, folder: string }> => {
    const folder = temporaryFolder()
    put(join(folder, 'a.png'), data)
    const store = createImageStore()
    store.openDataset(one, { image: folder })
    const hash = await store.hash(one, ref('a.png'))
    return { hash: hash!, thumbnails: createThumbnails(store, mostBytes === undefined ? {} : { mostBytes }), folder }
  }
  const picture = (width: number, height: number): Promise<Buffer> => sharp({ create: { width, height, channels: 3, background: '#c33' } }).png().toBuffer()

  it('makes small WebP of the next size up and keeps the shape', async () => {
    const { hash, thumbnails } = await setUp(await picture(1000, 500))
    const small = (await thumbnails.get(hash, 100))!
    expect(small.mime).toBe('image/webp')
    expect(await sharp(small.data).metadata()).toMatchObject({ format: 'webp', width: 128, height: 64 })
    expect(await sharp((await thumbnails.get(hash, 1e9))!.data).metadata()).toMatchObject({ width: 768 })
  })

  it('does not enlarge, remembers, and forgets what does not fit', async () => {
    const kept = await setUp(await picture(10, 10))
    const first = await kept.thumbnails.get(kept.hash, 64)
    expect(await sharp(first!.data).metadata()).toMatchObject({ width: 10 })
    expect(await kept.thumbnails.get(kept.hash, 64)).toBe(first)
    const tight = await setUp(await picture(10, 10), 1)
    expect(await tight.thumbnails.get(tight.hash, 64)).not.toBe(await tight.thumbnails.get(tight.hash, 64))
  })

  it('makes one thumbnail for many askers, and none for an unknown hash', async () => {
    const { hash, thumbnails } = await setUp(await picture(300, 300))
    const all = await Promise.all(Array.from({ length: 10 }, async () => thumbnails.get(hash, 64)))
    expect(new Set(all).size).toBe(1)
    expect(await thumbnails.get('0'.repeat(64), 64)).toBeUndefined()
  })

  it('refuses a picture with too many pixels and one that is cut off', async () => {
    const bomb = await sharp({ create: { width: 10_000, height: 6000, channels: 3, background: '#000' } }).png({ compressionLevel: 9 }).toBuffer()
    const large = await setUp(bomb)
    await expect(large.thumbnails.get(large.hash, 64)).rejects.toThrow(/^Picture [0-9a-f]{12}… cannot be decoded: .*pixel limit/)
    const whole = await picture(300, 300)
    const cut = await setUp(whole.subarray(0, 60))
    await expect(cut.thumbnails.get(cut.hash, 64)).rejects.toThrow('Is the file complete?')
  })
})

describe('small parts', () => {
  it('knows pictures by their bytes', () => {
    expect(imageKind(Buffer.from([0xFF, 0xD8, 0xFF, 0xE0]))).toBe('image/jpeg')
    expect(imageKind(Buffer.from('RIFF\0\0\0\0WEBPVP8 '))).toBe('image/webp')
    expect(imageKind(Buffer.from('RIFF\0\0\0\0WAVE'))).toBeUndefined()
    expect(imageKind(Buffer.alloc(0))).toBeUndefined()
  })

  it('runs at most so many tasks at once, also after failures', async () => {
    const limited = createLimit(3)
    let running = 0
    let most = 0
    const results = await Promise.allSettled(Array.from({ length: 20 }, async (_, i) => limited(async () => {
      most = Math.max(most, ++running)
      await new Promise(resolve => setTimeout(resolve, 1))
      running--
      if (i % 4 === 0)
        throw new Error('no')
      return i
    })))
    expect(most).toBe(3)
    expect(results.filter(({ status }) => status === 'rejected')).toHaveLength(5)
  })
})
