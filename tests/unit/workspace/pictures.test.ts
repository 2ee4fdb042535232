// Pictures that people add: kept by content, refused in sentences.
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { sha256 } from '../../../src/main/base/hash.ts'
import { largestPictureBytes, openOwnPictures } from '../../../src/main/workspace/pictures.ts'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mmedit-pictures-test-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const drawn = (format: 'png' | 'jpeg' | 'webp' | 'gif'): Promise<Buffer> => sharp({ create: { width: 6, height: 4, channels: 3, background: '#c40' } })[format]().toBuffer()

it.each([['png', 'png'], ['jpeg', 'jpg'], ['webp', 'webp'], ['gif', 'gif']] as const)('keeps a %s under the hash of its bytes, once', async (format, ending) => {
  const data = await drawn(format)
  const own = openOwnPictures(join(folder, 'pictures'))
  const added = await own.add(`a.${ending}`, data)
  expect(added).toEqual({ hash: sha256(data), width: 6, height: 4 })
  await own.add('again', data)
  expect(await readdir(join(folder, 'pictures'))).toEqual([`${added.hash}.${ending}`])
  // Another process, later.
  expect((await openOwnPictures(join(folder, 'pictures')).read(added.hash))?.data).toEqual(data)
})

it('turns a photograph upright, as the page shows it', async () => {
  const sideways = await sharp(await drawn('jpeg')).withMetadata({ orientation: 6 }).toBuffer()
  const own = openOwnPictures(folder)
  const { width, height, hash } = await own.add('photo.jpg', sideways)
  expect([width, height]).toEqual([4, 6])
  expect((await own.read(hash))?.mime).toBe('image/png')
})

it.each([
  ['text', Buffer.from('hello'), 'is no picture'],
  ['a script in an SVG', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'), 'is no picture'],
  ['nothing', Buffer.alloc(0), 'is no picture'],
  ['a PNG that ends early', undefined, 'cannot be decoded'],
  ['a PNG that is only its signature', Buffer.from('\x89PNG\r\n\x1A\n', 'latin1'), 'cannot be decoded'],
  ['too many bytes', Buffer.alloc(largestPictureBytes + 1), 'at most 20 MB'],
])('refuses %s in a sentence and keeps nothing', async (_, given, sentence) => {
  const data = given ?? (await drawn('png')).subarray(0, 60)
  await expect(openOwnPictures(folder).add('../../x', data)).rejects.toThrow(sentence)
  expect(await readdir(folder)).toEqual([])
})

it('refuses a picture of more pixels than anybody can see', async () => {
  const bomb = await sharp({ create: { width: 9000, height: 9000, channels: 3, background: '#000' } }).png().toBuffer()
  await expect(openOwnPictures(folder).add('bomb.png', bomb)).rejects.toThrow('50 megapixels')
})

it('serves no file whose content is not its name', async () => {
  const own = openOwnPictures(folder)
  const { hash } = await own.add('a.png', await drawn('png'))
  await writeFile(join(folder, `${hash}.png`), await drawn('jpeg'))
  expect(await own.read(hash)).toBeUndefined()
  expect(await own.read('0'.repeat(64))).toBeUndefined()
})
