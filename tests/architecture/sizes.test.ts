// Small files: median under 100 lines, none over 400 (tables of data are JSON, not code).
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, it } from 'vitest'

const root = resolve(import.meta.dirname, '../..')

const sizes = ['src', 'scripts', 'tests'].flatMap(folder => readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
  .filter(file => /\.(ts|vue|mjs|py)$/.test(file))
  .map(file => ({ file: `${folder}/${file}`, lines: readFileSync(join(root, folder, file), 'utf8').split('\n').length - 1 })))

it('no file has more than 400 lines', () => {
  expect(sizes.filter(({ lines }) => lines > 400)).toEqual([])
})

it('the median source file has at most 100 lines', () => {
  const lines = sizes.filter(({ file }) => file.startsWith('src/')).map(size => size.lines).sort((a, b) => a - b)
  expect(lines[Math.floor(lines.length / 2)]).toBeLessThanOrEqual(100)
})
