// What a checkout may hold: no registry hosts, no machine paths, nothing heavy, no registry entry whose id is not its file's name.
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, it } from 'vitest'

const root = resolve(import.meta.dirname, '../..')
const tracked = execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8' }).split('\0').filter(Boolean)

it('the lock file names no registry', () => {
  expect(readFileSync(join(root, 'package-lock.json'), 'utf8')).not.toMatch(/"resolved": "https?:/)
})

it('the lock file holds the packages of every platform, or `npm ci` fails', () => {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as { packages: Record<string, { optionalDependencies?: Record<string, string> }> }
  const names = Object.keys(packages)
  const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter(name => !names.some(one => one === `node_modules/${name}` || one.endsWith(`/node_modules/${name}`))).map(name => `${path} → ${name}`))
  expect(missing).toEqual([])
})

it('no tracked file is over 20 MB', () => {
  expect(tracked.filter(file => (statSync(join(root, file), { throwIfNoEntry: false })?.size ?? 0) > 20e6)).toEqual([])
})

it.each(['methods', 'metrics', 'figures', 'tables', 'datasets/formats', 'models/architectures'])('%s: one entry a file, its id is the file\'s name', async (folder) => {
  const index = readFileSync(join(root, 'src/main', folder, 'index.ts'), 'utf8')
  const entries = [...index.matchAll(/import \{ (\w+) \} from '\.\/([\w-]+)\.ts'/g)].filter(([, , file = '']) => !/^(method|metric|figure|table|format|architecture)$/.test(file))
  expect(entries.length).toBeGreaterThan(0)
  for (const [, , file = ''] of entries) {
    expect(readdirSync(join(root, 'src/main', folder))).toContain(`${file}.ts`)
    expect(readFileSync(join(root, 'src/main', folder, `${file}.ts`), 'utf8')).toMatch(new RegExp(`id: '${file}'`))
  }
})
