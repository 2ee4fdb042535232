// npm run sizes: lines of tracked source per folder, with median and largest file.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { dirname } from 'node:path'

const files = execFileSync('git', ['ls-files', 'src', 'tests', 'scripts'], { encoding: 'utf8' })
  .split('\n').filter(file => /\.(ts|vue|mjs|css|py)$/.test(file))
const folders = Map.groupBy ? Map.groupBy(files, folderOf) : files.reduce((map, file) => map.set(folderOf(file), [...map.get(folderOf(file)) ?? [], file]), new Map())
process.stdout.write(`${'folder'.padEnd(34)} ${'files'.padStart(6)} ${'lines'.padStart(7)} ${'median'.padStart(7)} ${'largest'.padStart(8)}\n`)
for (const [folder, members] of [...folders].sort(([a], [b]) => a.localeCompare(b)))
  process.stdout.write(`${row(folder, members)}\n`)
process.stdout.write(`${row('all', files)}\n`)

function folderOf(file) {
  return dirname(file).split('/').slice(0, 3).join('/')
}

function row(name, members) {
  const sizes = members.map(file => readFileSync(file, 'utf8').split('\n').length - 1).sort((a, b) => a - b)
  const sum = sizes.reduce((a, b) => a + b, 0)
  return `${name.padEnd(34)} ${String(sizes.length).padStart(6)} ${String(sum).padStart(7)} ${String(sizes[sizes.length >> 1]).padStart(7)} ${String(sizes.at(-1)).padStart(8)}`
}
