// Imports point down. The order is this array; a folder may import what its line names and everything below it.
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize, relative, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'

const root = resolve(import.meta.dirname, '../..')

/** From top to bottom; folders of one line are neighbours and may not import each other. */
const mainLayers: readonly (readonly string[])[] = [
  ['index', 'server', 'cli'],
  ['backend'],
  ['electron', 'transport', 'terminal'],
  ['router'],
  ['engine'],
  ['jobs'],
  ['runs', 'audits', 'checks', 'figures', 'tables'],
  ['statistics', 'query'],
  ['methods'],
  ['training', 'metrics'],
  ['models', 'datasets', 'workspace'],
  ['onnx'],
  ['tensor'],
  ['base'],
]
/** Drawn sideways in the architecture: methods use training, optimisers use models' problems; the workspace imports through the dataset formats. */
const sideways = new Set(['workspace→datasets'])

const rendererLayers: readonly (readonly string[])[] = [['main'], ['App'], ['routes'], ['shell', 'features'], ['api', 'ui'], ['lib', 'styles']]
const importPattern = /(?:from|import)\s*\(?\s*['"]([^'"]+)['"]/g

const allFiles = (folder: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter(file => /\.(ts|vue)$/.test(file))
    .map(file => `${folder}/${file.replaceAll('\\', '/')}`)

/** Every import of a file: its line number and what it names (a repository path for relative ones, else the package). */
function importsOf(file: string): { line: number, target: string }[] {
  return readFileSync(join(root, file), 'utf8').split('\n').flatMap((text, index) =>
    /^\s*(\/\/|\*)/.test(text)
      ? []
      : [...text.matchAll(importPattern)].map(([, specifier = '']) => ({
          line: index + 1,
          target: specifier.startsWith('.')
            ? normalize(relative(root, resolve(root, dirname(file), specifier))).replaceAll('\\', '/')
            : specifier.replace(/^@contract\//, 'src/preload/contract/'),
        })))
}

const folderOf = (path: string, base: string): string => (path.slice(base.length).split('/')[0] ?? '').replace(/\.(ts|vue)$/, '')

function violations(base: string, layers: readonly (readonly string[])[]): string[] {
  const level = new Map(layers.flatMap((names, index) => names.map(name => [name, index] as const)))
  return allFiles(base.replace(/\/$/, '')).flatMap((file) => {
    const from = folderOf(file, base)
    const fromLevel = level.get(from)
    if (fromLevel === undefined)
      return [`${file}: folder '${from}' has no place in the layers; give it one in tests/architecture/layers.test.ts.`]
    return importsOf(file).flatMap(({ line, target }) => {
      if (!target.startsWith(base))
        return []
      const to = folderOf(target, base)
      const toLevel = level.get(to)
      const allowed = to === from || sideways.has(`${from}→${to}`) || (toLevel !== undefined && toLevel > fromLevel)
      return allowed ? [] : [`${file}:${line} imports ${to}; ${from} may import ${layers.slice(fromLevel + 1).flat().join(', ')}.`]
    })
  })
}

describe('layers', () => {
  it('main imports point down', () => {
    expect(violations('src/main/', mainLayers)).toEqual([])
  })

  it('renderer imports point down, and no feature imports a feature', () => {
    expect(violations('src/renderer/src/', rendererLayers)).toEqual([])
    const crossing = allFiles('src/renderer/src/features').flatMap(file => importsOf(file)
      .filter(({ target }) => target.startsWith('src/renderer/src/features/') && target.split('/')[4] !== file.split('/')[4])
      .map(({ line, target }) => `${file}:${line} imports ${target}`))
    expect(crossing).toEqual([])
  })

  it('the two worlds meet only in the contract', () => {
    const crossing = ['src/main', 'src/renderer', 'src/preload'].flatMap(base => allFiles(base).flatMap(file => importsOf(file)
      .filter(({ target }) => target.startsWith('src/') && !target.startsWith(`${base}/`) && !target.startsWith('src/preload/contract/'))
      .map(({ line, target }) => `${file}:${line} imports ${target}`)))
    expect(crossing).toEqual([])
  })

  it.each([
    ['electron', /^src\/(main\/(electron\/|index\.ts)|preload\/index\.ts)/],
    ['onnxruntime-node', /^src\/main\/onnx\/session\.ts/],
    ['@duckdb/node-api', /^src\/main\/query\/duckdb\.ts/],
    ['vue', /^src\/renderer\//],
    ['pdfkit', /^src\/main\/figures\/print-pdf\.ts/],
    ['svg-to-pdfkit', /^src\/main\/figures\/print-pdf\.ts/],
    ['@resvg/resvg-js', /^src\/main\/figures\/print-png\.ts/],
    ['sharp', /^src\/main\/(models|datasets)\//],
  ])('package %s is imported only where it belongs', (name, home) => {
    const strays = allFiles('src').filter(file => !home.test(file) && importsOf(file).some(({ target }) => target === name || target.startsWith(`${name}/`)))
    expect(strays).toEqual([])
  })

  it('tensor and base know no file, process or package beside Node\'s own', () => {
    const strays = allFiles('src/main/tensor').flatMap(file => importsOf(file).filter(({ target }) => !target.startsWith('src/')).map(({ target }) => `${file} imports ${target}`))
    expect(strays).toEqual([])
  })

  it('the contract imports zod and @orpc/contract, nothing else', () => {
    const strays = allFiles('src/preload/contract').flatMap(file => importsOf(file)
      .filter(({ target }) => !target.startsWith('src/preload/contract/') && !['zod', '@orpc/contract'].includes(target))
      .map(({ target }) => `${file} imports ${target}`))
    expect(strays).toEqual([])
  })

  it('the backend never reaches onnxruntime: what main imports outside the engine does not lead to onnx/session.ts', () => {
    const seen = new Set<string>()
    const visit = (file: string, path: readonly string[]): string[] => {
      if (file === 'src/main/onnx/session.ts')
        return [[...path, file].join(' → ')]
      if (seen.has(file) || !file.startsWith('src/main/'))
        return []
      seen.add(file)
      const typeOnly = /^\s*import type/
      const lines = readFileSync(join(root, file), 'utf8').split('\n')
      return importsOf(file).filter(({ line, target }) => target.startsWith('src/main/') && !typeOnly.test(lines[line - 1] ?? '')).flatMap(({ target }) => visit(target, [...path, file]))
    }
    expect(['index', 'server', 'cli'].flatMap(entry => visit(`src/main/${entry}.ts`, []))).toEqual([])
  })
})
