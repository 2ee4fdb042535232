// Folders of exports/: whole or not there, and never in the place of another one.
import { readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { linkOrCopy, writeExportFolder } from '../../../src/main/workspace/clean-folder.ts'
import { put, temporaryFolder, temporaryStudy } from './study.ts'

const fill = (files: Readonly<Record<string, string>>) => (folder: string): Promise<void> => {
  for (const [name, text] of Object.entries(files))
    put(join(folder, name), text)
  return Promise.resolve()
}

describe('writeExportFolder', () => {
  it('writes a folder once, and beside one that holds something else', async () => {
    const study = await temporaryStudy()
    const names = async (files: Readonly<Record<string, string>>): Promise<[string, boolean]> => {
      const { folder, isNew } = await writeExportFolder(study, 'mine', fill(files))
      return [folder.slice(study.layout.exports.length + 1), isNew]
    }
    expect(await names({ 'a.txt': 'one', 'b/c.txt': 'two' })).toEqual(['mine', true])
    expect(await names({ 'a.txt': 'one', 'b/c.txt': 'two' })).toEqual(['mine', false])
    expect(await names({ 'a.txt': 'one', 'b/c.txt': 'owt' })).toEqual(['mine-2', true])
    expect(await names({ 'a.txt': 'one' })).toEqual(['mine-3', true])
    expect(await names({ 'a.txt': 'one', 'b/c.txt': 'owt' })).toEqual(['mine-2', false])
    // A file that somebody put beside makes it another folder.
    writeFileSync(join(study.layout.exports, 'mine', 'note.txt'), 'mine')
    expect(await names({ 'a.txt': 'one', 'b/c.txt': 'two' })).toEqual(['mine-4', true])
    expect(readdirSync(study.layout.exports)).toEqual(['mine', 'mine-2', 'mine-3', 'mine-4'])
  })

  it('two at once both arrive', async () => {
    const study = await temporaryStudy()
    const made = await Promise.all([1, 2, 3, 4].map(async i => writeExportFolder(study, 'mine', fill({ 'a.txt': String(i) }))))
    expect(new Set(made.map(({ folder }) => folder)).size).toBe(4)
    expect(made.map(({ folder }) => readFileSync(join(folder, 'a.txt'), 'utf8'))).toEqual(['1', '2', '3', '4'])
  })

  it.each([['ENOSPC', 'The disk is full. Free some space and export again.'], ['EROFS', 'The folder is read-only.'], ['EACCES', 'The folder may not be written.']])('says %s in a sentence and leaves nothing', async (code, sentence) => {
    const study = await temporaryStudy()
    await expect(writeExportFolder(study, 'mine', async (folder) => {
      await fill({ 'half.txt': 'ha' })(folder)
      throw Object.assign(new Error('write failed'), { code })
    })).rejects.toThrow(`'${join(study.layout.exports, 'mine')}' could not be written. ${sentence}`)
    expect(readdirSync(study.layout.exports)).toEqual([])
  })

  it('passes other faults on as they are', async () => {
    const study = await temporaryStudy()
    await expect(writeExportFolder(study, 'mine', () => Promise.reject(new Error('Nothing is left.')))).rejects.toThrow('Nothing is left.')
    expect(readdirSync(study.layout.exports)).toEqual([])
  })
})

describe('linkOrCopy', () => {
  it('gives a file a second name', async () => {
    const folder = temporaryFolder()
    const from = put(join(folder, 'a.txt'), 'one')
    await linkOrCopy(from, join(folder, 'deep/er/b.txt'))
    expect(readFileSync(join(folder, 'deep/er/b.txt'), 'utf8')).toBe('one')
    expect(statSync(from).nlink).toBe(2)
    await expect(linkOrCopy(put(join(folder, 'c.txt'), 'two'), from)).rejects.toMatchObject({ code: 'EEXIST' })
    expect(readFileSync(from, 'utf8')).toBe('one')
  })

  it('copies where the disk cannot link', async () => {
    // No hard links to folders' files across devices: /dev/shm is one of its own on Linux. Elsewhere nothing is proved here.
    const folder = temporaryFolder()
    const other = statSync('/dev/shm', { throwIfNoEntry: false })
    if (!other || other.dev === statSync(folder).dev)
      return
    const from = put(join(folder, 'a.txt'), 'one')
    const to = join('/dev/shm', `mmedit-test-${process.pid}.txt`)
    await linkOrCopy(from, to)
    expect([readFileSync(to, 'utf8'), statSync(to).nlink]).toEqual(['one', 1])
    rmSync(to)
  })
})
