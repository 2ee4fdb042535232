// Trains the editors that the sample study ships, by the product's own command, in a study of its own, and copies them into resources/.
//   node scripts/sample-study/train-editors.mjs [mend-text ke-both …] [--keep FOLDER] [-- further flags of `mmedit runs start`]
// Left out: all seven. A training that was interrupted goes on when the same --keep folder is given again.
import { execFileSync, spawn } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '../..')
const target = join(root, 'resources/sample-study/editors')
const all = ['mend', 'ke'].flatMap(method => ['text', 'vision', 'both'].map(scope => `${method}-${scope}`)).concat('serac-text')

const words = process.argv.slice(2)
const flags = words.includes('--') ? words.splice(words.indexOf('--')).slice(1) : []
const keep = words.includes('--keep') ? words.splice(words.indexOf('--keep'), 2)[1] : undefined
const unknown = words.filter(name => !all.includes(name))
if (unknown.length > 0) {
  console.error(`There is no editor '${unknown.join('\', \'')}'. Known: ${all.join(', ')}.`)
  process.exit(2)
}

const home = keep === undefined ? mkdtempSync(join(tmpdir(), 'mmedit-editors-')) : resolve(keep)
mkdirSync(home, { recursive: true })
mkdirSync(target, { recursive: true })
const mmedit = ['scripts/mmedit.mjs', 'runs']
const env = { ...process.env, MMEDIT_HOME: home }
const ask = (...args) => JSON.parse(execFileSync(process.execPath, [...mmedit, ...args, '--json'], { cwd: root, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }))

/** Progress goes to this terminal; @returns the report. */
function wait(args) {
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, [...mmedit, ...args, '--json'], { cwd: root, env, stdio: ['ignore', 'pipe', 'inherit'] })
    let text = ''
    child.stdout.on('data', chunk => text += chunk)
    child.once('close', code => code === 0 ? done(JSON.parse(text)) : fail(new Error(`A training ended with exit code ${code}; --keep ${home} goes on with it.`)))
  })
}

for (const name of words.length > 0 ? words : all) {
  const [method, scope] = name.split('-')
  const begun = ask('list').find(run => run.plan.kind === 'train' && run.plan.method.id === method && run.plan.scope === scope && ['paused', 'failed'].includes(run.status))
  const report = await wait(begun
    ? ['resume', begun.id]
    : ['start', '--kind', 'train', '--method', method, '--scope', scope, '--dataset', 'e-vqa-train', '--also-from', 'e-ic-train', ...flags])
  copyFileSync(join(home, 'sample-study/editors', `${report.editor}.safetensors`), join(target, `${name}.safetensors`))
  console.error(`${name}: ${report.records} steps, ${(report.cost.seconds / 60).toFixed(1)} min → resources/sample-study/editors/${name}.safetensors`)
}
if (keep === undefined)
  rmSync(home, { recursive: true, force: true })
