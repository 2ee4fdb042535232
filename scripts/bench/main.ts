// npm run bench: every measurement in one run, as a table, or with --json as one object on stdout. --only edit,methods,trace,import,audit,startup chooses.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { measureAudit } from './audit.ts'
import type { AuditReport } from './audit.ts'
import { measureImport } from './import.ts'
import { opt125m, writeRandomBlip2 } from './random-blip-2.ts'
import type { MethodTiming } from './methods.ts'
import { measureStartup } from './startup.ts'
import { measureTrace } from './trace.ts'

const root = resolve(import.meta.dirname, '../..')
const args = process.argv.slice(2)
const only = args[args.indexOf('--only') + 1]?.split(',')
const wanted = (part: string): boolean => !args.includes('--only') || (only ?? []).includes(part)
const say = (text: string): boolean => process.stderr.write(`${text}\n`)

interface Edit { readonly ms: number, readonly wholeMs: number, readonly speedup: number, readonly maxDifference: number, readonly steps: number }
interface EditReport {
  readonly edit: { readonly text: Edit, readonly vision: Edit, readonly record: { readonly ms: number, readonly editMs: number } }
  readonly memory: { readonly peakBytes: number, readonly weightBytes: number, readonly ratio: number }
  readonly open: { readonly ms: number }
  readonly device: string
  readonly parameters: number
}

const report = {
  ...wanted('edit') ? measureEdits() : {},
  ...wanted('methods') ? { methods: measureMethods() } : {},
  ...wanted('trace') ? { trace: await measured('Tracing a sample record, with the corrupted runs and running every cell from the picture on …', measureTrace) } : {},
  ...wanted('import') ? { import: await measured('Importing 10,000 records …', measureImport) } : {},
  ...wanted('audit') ? { audit: await measured('Auditing a dataset of 100,000 probes …', measureAudit) } : {},
  ...wanted('startup') ? { startup: await measured('Starting the server …', measureStartup) } : {},
}
if (args.includes('--json'))
  process.stdout.write(`${JSON.stringify(report)}\n`)
else
  process.stdout.write(`${tableOf(report)}\n`)

async function measured<T>(label: string, measure: () => Promise<T>): Promise<T> {
  say(label)
  return measure()
}

function measureEdits(): EditReport {
  // Two gigabytes that a seed makes again in ten seconds; kept beside the build because every run wants the same.
  const folder = join(root, '.cache/bench', `blip-2-opt-125m-${opt125m.vision.layers}x${opt125m.vision.width}`)
  if (!existsSync(join(folder, 'model.safetensors'))) {
    say('Making a random BLIP-2 of OPT-125M size (once) …')
    mkdirSync(folder, { recursive: true })
    writeRandomBlip2(folder, opt125m)
  }
  say('Editing it: text and vision, with the partition and recomputing everything (minutes) …')
  const { status, stdout } = spawnSync(process.execPath, ['--import', 'tsx', join(root, 'scripts/bench/edit.ts'), folder], { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })
  if (status !== 0)
    throw new Error(`The edits ended with status ${String(status)}: see above.`)
  return JSON.parse(stdout) as EditReport
}

function measureMethods(): MethodTiming[] {
  say('Every method on the sample study, with and without what is computed once (minutes) …')
  const { status, stdout } = spawnSync(process.execPath, ['--import', 'tsx', join(root, 'scripts/bench/methods.ts')], { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })
  if (status !== 0)
    throw new Error(`The methods ended with status ${String(status)}: see above.`)
  return JSON.parse(stdout) as MethodTiming[]
}

/** One row a method and module: what is kept against computing everything anew. */
function methodRows(timings: readonly MethodTiming[]): string[] {
  const seconds = (ms: number): string => (ms / 1000).toPrecision(2)
  const rate = (ms: number): string => (1000 / ms).toPrecision(2)
  const pair = (kept: string, fresh: string, ratio: number): string => `${kept} (${fresh}; ${ratio.toFixed(1)}×)`
  return [
    '| method | module | seconds per edit: kept (anew; ratio) | records per second of a benchmark | training steps per second |',
    '|---|---|---|---|---|',
    ...timings.map(({ method, scope, kept, fresh, training }) => `| ${[
      method,
      scope,
      pair(seconds(kept.editMs), seconds(fresh.editMs), fresh.editMs / kept.editMs),
      pair(rate(kept.recordMs), rate(fresh.recordMs), fresh.recordMs / kept.recordMs),
      training ? pair(training.kept.toPrecision(2), training.fresh.toPrecision(2), training.kept / training.fresh) : '',
    ].join(' | ')} |`),
    '',
  ]
}

/** Half of the probes are decided, by one annotator. */
function auditRows({ probes, coldMs, warmMs, sortMs, decideMs, decideP95Ms, undoMs, readMs, read20Ms }: AuditReport): string[][] {
  const ms = (value: number): string => value >= 1000 ? `${(value / 1000).toFixed(2)} s` : `${value.toPrecision(value < 100 ? 2 : 3)} ms`
  const size = `${probes.toLocaleString('en-GB')} probes`
  return [
    [`audit: open queue at ${size} (cold, warm)`, `${ms(coldMs)}, ${ms(warmMs)}`, '≤ 1.5 s, ≤ 100 ms'],
    [`audit: queue of ${size} in another order (${Object.keys(sortMs).join(', ')})`, Object.values(sortMs).map(ms).join(', '), '≤ 100 ms'],
    [`audit: decide at ${size}, until it is on the disk (p50, p95)`, `${ms(decideMs)}, ${ms(decideP95Ms)}`, '≤ 10 ms'],
    ['audit: undo; read 1 probe; read 20', [undoMs, readMs, read20Ms].map(ms).join('; '), ''],
  ]
}

function tableOf({ edit, methods, trace, memory, open, device, import: imported, audit, startup }: Partial<EditReport> & { methods?: readonly MethodTiming[], trace?: Awaited<ReturnType<typeof measureTrace>>, import?: Awaited<ReturnType<typeof measureImport>>, audit?: AuditReport, startup?: Awaited<ReturnType<typeof measureStartup>> }): string {
  const seconds = (ms: number): string => `${(ms / 1000).toFixed(2)} s`
  const ofEdit = (name: string, goal: string, one: Edit): string[][] => [
    [`${name}, ${one.steps} steps: partition against recomputing everything`, `${one.speedup.toFixed(1)}× (${seconds(one.ms)} against ${seconds(one.wholeMs)})`, goal],
    [`${name}: largest difference of losses and logits`, one.maxDifference.toExponential(1), '≤ 1e-5'],
  ]
  const rows = [
    ['measured', 'value', 'goal'],
    ...edit ? [...ofEdit('last-layer text edit', '≥ 10×', edit.text), ...ofEdit('vision edit (Q-Former)', '≥ 2×', edit.vision), ['edit and all probes of one record, before and after', seconds(edit.record.ms), '']] : [],
    ...memory ? [['peak memory over the size of the weights (fp32)', `${memory.ratio.toFixed(2)} (${(memory.peakBytes / 2 ** 20).toFixed(0)} of ${(memory.weightBytes / 2 ** 20).toFixed(0)} MiB)`, '≤ 1.3']] : [],
    ...open ? [['opening the checkpoint', seconds(open.ms), '']] : [],
    ...trace ? [[`causal trace of a sample record, ${trace.cells} cells × ${trace.samples} noises: what is unchanged kept against every cell from the picture on`, `${(trace.wholeMs / trace.ms).toFixed(1)}× (${seconds(trace.ms)} against ${seconds(trace.wholeMs)})`, ''], ['causal trace: largest difference of probabilities', trace.maxDifference.toExponential(1), '≤ 1e-5']] : [],
    ...imported ? [['import of 10,000 records', `${imported.recordsPerSecond.toFixed(0)} records/s, ${(imported.memoryBytes / 2 ** 20).toFixed(0)} MiB more memory`, '≥ 2,000/s']] : [],
    ...audit ? auditRows(audit) : [],
    ...startup ? [['start-up of the server to its first answer', `${startup.ms.toFixed(0)} ms (${startup.firstMs.toFixed(0)} ms the first time)`, '']] : [],
  ]
  const lines = rows.map(row => `| ${row.join(' | ')} |`)
  return [...methods ? methodRows(methods) : [], ...lines.length > 1 ? [...lines.slice(0, 1), '|---|---|---|', ...lines.slice(1), ''] : [], device === undefined ? '' : `on ${device}, Node ${process.versions.node}`].join('\n')
}
