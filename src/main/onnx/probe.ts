/**
 * Runs the self-test on a provider in a process of its own: a driver that is missing or broken may end its process
 * (Dawn aborts, CUDA libraries fail to load), and must not end ours.
 */

import { spawn } from 'node:child_process'
import { providerOptions } from './session.ts'
import type { ProviderId } from './session.ts'
import type { SelfTest } from './self-test.ts'
import type { Feeds } from './tensor-value.ts'
import { runtimeModule } from './runtime-module.ts'

export interface ProbeResult {
  /** Best of three runs of the timing feeds; estimated from the small ones on a device too slow for that. */
  readonly elapsedMs: number
  readonly results: Readonly<Record<string, Float32Array>>
}

/** What the child runs: stdin holds the test as JSON, the last line of stdout the result. Plain JavaScript, as it is not compiled. */
const script = `
const chunks = []
for await (const chunk of process.stdin) chunks.push(chunk)
const { module, provider, model, feeds, timingFeeds, factor, fetches } = JSON.parse(Buffer.concat(chunks))
const bytes = text => { const b = Buffer.from(text, 'base64'); return b.buffer.slice(b.byteOffset, b.byteOffset + b.length) }
const { createRequire } = await import('node:module')
const ort = createRequire(module)(module)
const session = await ort.InferenceSession.create(new Uint8Array(bytes(model)), { executionProviders: [provider], logSeverityLevel: 4 })
const tensors = all => Object.fromEntries(all.map(f => [f.name, new ort.Tensor(f.dtype, f.dtype === 'int64' ? new BigInt64Array(bytes(f.data)) : new Float32Array(bytes(f.data)), f.shape)]))
const best = async (fed, runs) => {
  await session.run(fed, fetches) // the first run compiles
  let elapsedMs = Infinity
  for (let i = 0; i < runs; i++) {
    const start = performance.now()
    await session.run(fed, fetches)
    elapsedMs = Math.min(elapsedMs, performance.now() - start)
  }
  return elapsedMs
}
const results = await session.run(tensors(feeds), fetches)
const small = await best(tensors(feeds), 2)
const elapsedMs = small > 100 ? small * factor : await best(tensors(timingFeeds), 3)
const text = array => Buffer.from(array.buffer, array.byteOffset, array.byteLength).toString('base64')
process.stdout.write('\\n' + JSON.stringify({ elapsedMs, results: fetches.map(name => text(results[name].data)) }) + '\\n', () => process.exit(0))
`

const asText = (feeds: Feeds): object[] => Object.entries(feeds).map(([name, { dtype, shape, data }]) => ({ name, dtype, shape, data: base64(data) }))

const base64 = (data: ArrayBufferView): string => Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64')

/** Rejects with a sentence when the provider cannot be opened, dies, or takes longer than `limitMs`. */
export async function probe(provider: ProviderId, { graph, feeds, timingFeeds, factor }: SelfTest, limitMs = 30_000): Promise<ProbeResult> {
  const fetches = [...graph.outputs.keys()]
  const output = await runChild(provider, JSON.stringify({
    module: runtimeModule(),
    provider: providerOptions(provider),
    model: base64(graph.bytes),
    feeds: asText(feeds),
    timingFeeds: asText(timingFeeds),
    factor,
    fetches,
  }), limitMs)
  const { elapsedMs, results } = JSON.parse(output) as { elapsedMs: number, results: string[] }
  return { elapsedMs, results: Object.fromEntries(fetches.map((name, i) => [name, floats(results[i]!)])) }
}

function floats(text: string): Float32Array {
  const bytes = Buffer.from(text, 'base64')
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length))
}

function runChild(provider: ProviderId, request: string, limitMs: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--input-type=module', '--eval', script], { stdio: ['pipe', 'pipe', 'pipe'], env: { ...process.env, ELECTRON_RUN_AS_NODE: '1', NODE_OPTIONS: '' } })
    const out: Buffer[] = []
    const errors: Buffer[] = []
    const timer = setTimeout(() => child.kill('SIGKILL'), limitMs)
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => errors.push(chunk))
    // A child that dies at once closes its stdin under us; the exit below says so.
    child.stdin.on('error', () => undefined)
    child.on('error', reject)
    child.on('close', (code, signal) => {
      clearTimeout(timer)
      if (code === 0) {
        resolve(Buffer.concat(out).toString().trim().split('\n').at(-1) ?? '')
        return
      }
      reject(new Error(signal === 'SIGKILL' ? `did not finish its self-test in ${limitMs / 1000} s` : lastError(Buffer.concat(errors).toString()) ?? `ended its process with ${signal ?? `code ${code}`}`))
    })
    child.stdin.end(request)
  })
}

/** The message of the error Node printed, without the runtime's source location. */
function lastError(text: string): string | undefined {
  const message = text.match(/^(?:\w*Error): (.+)$/m)?.[1]
  return message?.replace(/^\/\S+:\d+ .*? was false\. /, '').replace(/^.*?\[ONNXRuntimeError\] : \d+ : \w+ : /, '')
}
