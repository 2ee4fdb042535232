/** Sessions of the native runtime. The only import of onnxruntime-node; never reached from the backend process. */

import { messageOf } from '../base/errors.ts'
import { bindSizes } from '../tensor/evaluate.ts'
import { showShape } from '../tensor/dims.ts'
import type { Expr } from '../tensor/expr.ts'
import * as ort from 'onnxruntime-node'
import { encode } from './encode.ts'
import type { EncodedGraph } from './encode.ts'
import type { Feeds, TensorValue } from './tensor-value.ts'

export type ProviderId = 'cpu' | 'cuda' | 'dml' | 'coreml' | 'webgpu'

export interface SessionOptions {
  readonly provider?: ProviderId
  /** Folder of the files that weights point into. Needed when the graph has frozen weights. */
  readonly checkpointFolder?: string
  /** Threads inside one operator; 0 or left out = one per core. */
  readonly threads?: number
  /** Names of weights that are fed at every run instead of read from the checkpoint. */
  readonly edited?: ReadonlySet<string>
  /** The graph will run many times in a row: keep its working memory between runs. */
  readonly repeated?: boolean
}

export interface Session {
  readonly inputs: ReadonlyMap<string, Expr>
  readonly outputs: ReadonlyMap<string, Expr>
  readonly provider: ProviderId
  /**
   * Computes all outputs. Every input must be fed; other names in `feeds` are ignored. Outputs named in `into` are
   * written to that memory (which must not be fed to the same run) instead of new memory.
   */
  run: (feeds: Feeds, into?: Feeds) => Promise<Record<string, TensorValue>>
  dispose: () => Promise<void>
}

/** What this build of the runtime can run on, whether or not the hardware is there. */
export function bundledProviders(): ProviderId[] {
  const known: readonly string[] = ['cpu', 'cuda', 'dml', 'coreml', 'webgpu']
  return ort.listSupportedBackends().map(b => b.name).filter((name): name is ProviderId => known.includes(name))
}

/** Full float32 everywhere: CUDA would otherwise multiply in TF32, with 10 bits of mantissa. */
export function providerOptions(provider: ProviderId): ort.InferenceSession.ExecutionProviderConfig {
  return provider === 'cuda' ? { name: 'cuda', use_tf32: '0' } as ort.InferenceSession.ExecutionProviderOption : provider
}

function runtimeOptions(provider: ProviderId, options: SessionOptions): ort.InferenceSession.SessionOptions {
  return {
    executionProviders: provider === 'cpu' ? ['cpu'] : [providerOptions(provider), 'cpu'],
    intraOpNumThreads: options.threads ?? 0,
    interOpNumThreads: 1,
    // An arena per session keeps its peak for ever. Measured on a BLIP-2 of OPT-125M size (1,186 MiB, ten sessions): peak of
    // one text edit 1,787 instead of 1,925 MiB, at the same processor time. Training steps allocate the size of
    // the edited weights many times over, so they keep theirs (97 against 127 ms of processor time a step).
    enableCpuMemArena: options.repeated ?? false,
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
    logSeverityLevel: 3,
    extra: {
      session: {
        // Prepacking copies every matrix into a layout of its own. Without it the CPU provider computes on the mapped file.
        // Measured on OPT-125M's shapes (472 MB of fp32, 2 cores): opening 85 ms instead of 490 ms, private memory 51 MB
        // instead of 528 MB, peak 669 MB instead of 741 MB (and the mapped 540 MB are shared by all sessions of a process,
        // the copies are not); a run takes the same time at 64 rows, about 20 % longer at 1 row and 30 % at 4.
        disable_prepacking: '1',
        // Threads that wait spin by default, which takes the processor from whoever could use it (the window, another run):
        // 245 ms of processor time a run instead of 159 at 64 rows, and twice the wall time on a busy machine.
        intra_op: { allow_spinning: '0' },
        ...(options.checkpointFolder === undefined ? {} : { model_external_initializers_file_folder_path: options.checkpointFolder }),
      },
    },
  }
}

const nativeTensor = ({ dtype, data, shape }: TensorValue): ort.Tensor => new ort.Tensor(dtype as 'float32', data as Float32Array, shape)

/** A session that computes the outputs by their names. Throws one sentence when the runtime refuses the graph. */
export async function openSession(outputs: Readonly<Record<string, Expr>>, options: SessionOptions = {}): Promise<Session> {
  return openEncoded(encode(outputs, options.edited), options)
}

export async function openEncoded(graph: EncodedGraph, options: SessionOptions = {}): Promise<Session> {
  const provider = options.provider ?? 'cpu'
  const native = await ort.InferenceSession.create(graph.bytes, runtimeOptions(provider, options)).catch((error: unknown) => {
    throw new Error(`The runtime could not open a graph of ${graph.nodeCount} nodes on '${provider}': ${messageOf(error)}`)
  })
  const fetches = [...graph.outputs.keys()]

  async function run(feeds: Feeds, into: Feeds = {}): Promise<Record<string, TensorValue>> {
    const fed: Record<string, ort.Tensor> = {}
    for (const [name, x] of graph.inputs) {
      const value = feeds[name]
      if (!value)
        throw new Error(`The graph needs a tensor '${name}' of shape ${showShape(x.shape)} that was not given.`)
      if (value.dtype !== x.dtype)
        throw new Error(`Input '${name}' must be ${x.dtype}, got ${value.dtype}.`)
      fed[name] = nativeTensor(value)
    }
    bindSizes(graph.inputs, name => feeds[name]!.shape)
    const wanted = Object.fromEntries(fetches.map(name => [name, into[name] ? nativeTensor(into[name]) : null]))
    const results = await native.run(fed, wanted).catch((error: unknown) => {
      throw new Error(`The runtime failed on '${provider}': ${messageOf(error)}`)
    })
    return Object.fromEntries(fetches.map((name): [string, TensorValue] => {
      if (into[name])
        return [name, into[name]]
      const { dims, data } = results[name]!
      return [name, { dtype: graph.outputs.get(name)!.dtype, shape: dims, data: data as TensorValue['data'] }]
    }))
  }

  return { inputs: graph.inputs, outputs: graph.outputs, provider, run, dispose: () => native.release() }
}

/** A tensor as a foreign model file declares it; a size of -1 or a name is open. */
export interface FileSignature {
  readonly dtype: string
  readonly shape: readonly (number | string)[]
}

/** A model file that someone else wrote. */
export interface FileSession {
  readonly inputs: ReadonlyMap<string, FileSignature>
  readonly outputs: ReadonlyMap<string, FileSignature>
  /** Computes one output. Other names in `feeds` than the inputs are ignored. */
  run: (feeds: Feeds, output: string) => Promise<{ readonly dtype: string, readonly shape: readonly number[], readonly data: unknown }>
}

/** Opens an .onnx file on cpu. Throws the runtime's sentence when it refuses the file. */
export async function openFile(path: string): Promise<FileSession> {
  const native = await ort.InferenceSession.create(path, runtimeOptions('cpu', {}))
  const signatures = (metadata: readonly ort.InferenceSession.ValueMetadata[]): Map<string, FileSignature> =>
    new Map(metadata.map(value => [value.name, value.isTensor ? { dtype: value.type, shape: value.shape } : { dtype: 'no tensor', shape: [] }]))
  const inputs = signatures(native.inputMetadata)
  return {
    inputs,
    outputs: signatures(native.outputMetadata),
    async run(feeds, output) {
      const fed = Object.fromEntries(Object.entries(feeds).filter(([name]) => inputs.has(name)).map(([name, value]) => [name, nativeTensor(value)]))
      const { [output]: result } = await native.run(fed, [output])
      return { dtype: result!.type, shape: result!.dims, data: result!.data }
    },
  }
}
