/**
 * A Hugging Face checkpoint folder: config.json, single or sharded safetensors. Everything is checked before
 * anything is returned, so a checkpoint is never half-opened; nothing but headers and samples is read.
 */

import { open, readdir, readFile } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { z } from 'zod'
import { hasCode } from '../base/errors.ts'
import { sha256, stableJson } from '../base/hash.ts'
import { CheckpointError } from './checkpoint-error.ts'
import { openSafetensors } from './safetensors.ts'
import type { SafetensorsFile, StoredTensor } from './safetensors.ts'

export interface Checkpoint {
  /** Absolute path. */
  readonly folder: string
  /** The folder's own name, for sentences. */
  readonly name: string
  readonly config: Readonly<Record<string, unknown>>
  readonly modelType: string
  readonly tensors: ReadonlyMap<string, StoredTensor>
  /** Sum of the tensors' sizes. */
  readonly sizeBytes: number
  readonly parameterCount: number
  /** Types found, most bytes first: 'F32', 'BF16, F32'. */
  readonly dtype: string
  /** Changes when config, layout, size or (sampled) contents change. */
  readonly fingerprint: string
}

const Config = z.looseObject({ model_type: z.string() })
const Index = z.looseObject({ weight_map: z.record(z.string(), z.string()) })

/** Opens a checkpoint folder. Throws CheckpointError with one sentence for each thing that can be wrong. */
export async function openCheckpoint(path: string): Promise<Checkpoint> {
  const folder = resolve(path)
  const name = basename(folder)
  const names = await listFolder(folder, name)
  const config = Config.safeParse(await readJson(folder, name, 'config.json', names))
  if (!config.success)
    throw new CheckpointError(`config.json of checkpoint '${name}' has no 'model_type'. Is this a Hugging Face model folder?`)
  const files = await Promise.all((await weightFiles(folder, name, names)).map(file => openSafetensors(join(folder, file))))
  const tensors = new Map<string, StoredTensor>()
  for (const tensor of files.flatMap(f => f.tensors)) {
    const other = tensors.get(tensor.name)
    if (other)
      throw new CheckpointError(`Checkpoint '${name}' has tensor '${tensor.name}' twice, in '${other.file}' and '${tensor.file}'. Remove one of the files.`)
    tensors.set(tensor.name, tensor)
  }
  await checkIndex(folder, name, names, tensors)
  const all = [...tensors.values()]
  return {
    folder,
    name,
    config: config.data,
    modelType: config.data.model_type,
    tensors,
    sizeBytes: all.reduce((sum, t) => sum + t.length, 0),
    parameterCount: all.reduce((sum, t) => sum + t.shape.reduce((a, b) => a * b, 1), 0),
    dtype: dtypesOf(all),
    fingerprint: await fingerprintOf(folder, config.data, files),
  }
}

/** A JSON file of the folder, or undefined where it is absent. Throws CheckpointError when it is not JSON. */
export async function readOptionalJson(checkpoint: Pick<Checkpoint, 'folder' | 'name'>, file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(join(checkpoint.folder, file), 'utf8'))
  }
  catch (error) {
    if (hasCode(error, 'ENOENT'))
      return undefined
    throw new CheckpointError(`${file} of checkpoint '${checkpoint.name}' is not valid JSON. Download it again.`)
  }
}

async function listFolder(folder: string, name: string): Promise<string[]> {
  try {
    return await readdir(folder)
  }
  catch (error) {
    throw new CheckpointError(hasCode(error, 'ENOTDIR')
      ? `'${name}' is a file; a model is a folder with config.json and *.safetensors. Choose the folder that holds it.`
      : `There is no folder '${folder}'. Check the path of the model.`)
  }
}

async function readJson(folder: string, name: string, file: string, names: readonly string[]): Promise<unknown> {
  if (!names.includes(file))
    throw new CheckpointError(`Checkpoint '${name}' has no ${file}. Choose the folder that holds config.json and *.safetensors.`)
  return readOptionalJson({ folder, name }, file)
}

const INDEX = 'model.safetensors.index.json'
// Pickle runs code when it is opened; these files are never touched.
const pickles = /\.(bin|pt|pth|ckpt|pkl)$/

async function weightFiles(folder: string, name: string, names: readonly string[]): Promise<string[]> {
  if (names.includes(INDEX)) {
    const index = Index.safeParse(await readOptionalJson({ folder, name }, INDEX))
    if (!index.success)
      throw new CheckpointError(`${INDEX} of checkpoint '${name}' has no 'weight_map'. Download it again.`)
    const files = [...new Set(Object.values(index.data.weight_map))].sort()
    for (const file of files) {
      if (file !== basename(file) || !file.endsWith('.safetensors'))
        throw new CheckpointError(`${INDEX} of checkpoint '${name}' names '${file}', which is no safetensors file of this folder. Download the model again.`)
      if (!names.includes(file))
        throw new CheckpointError(`Checkpoint '${name}' lacks the file '${file}', which its index names. Is the download complete?`)
    }
    return files
  }
  const files = names.filter(file => file.endsWith('.safetensors')).sort()
  if (files.length > 0)
    return files.includes('model.safetensors') ? ['model.safetensors'] : files
  const pickle = names.find(file => pickles.test(file))
  throw new CheckpointError(pickle
    ? `Checkpoint '${name}' holds its weights in '${pickle}', a pickle file, which can run code and is not opened. Get the model as safetensors, or convert it with transformers (save_pretrained).`
    : `Checkpoint '${name}' has no *.safetensors file. Is the download complete?`)
}

async function checkIndex(folder: string, name: string, names: readonly string[], tensors: ReadonlyMap<string, StoredTensor>): Promise<void> {
  if (!names.includes(INDEX))
    return
  const { weight_map: map } = Index.parse(await readOptionalJson({ folder, name }, INDEX))
  for (const [tensor, file] of Object.entries(map)) {
    if (tensors.get(tensor)?.file !== file)
      throw new CheckpointError(`Checkpoint '${name}' has no tensor '${tensor}' in '${file}', where its index places it. Is the download complete?`)
  }
}

function dtypesOf(tensors: readonly StoredTensor[]): string {
  const bytes = new Map<string, number>()
  for (const t of tensors)
    bytes.set(t.dtype, (bytes.get(t.dtype) ?? 0) + t.length)
  return [...bytes].sort((a, b) => b[1] - a[1]).map(([dtype]) => dtype).join(', ')
}

const SAMPLES_PER_FILE = 64
const SAMPLE_BYTES = 4096

/** Hash of config, headers, sizes and evenly spaced samples of the bytes: seconds for any size, yet a retrained model differs. */
async function fingerprintOf(folder: string, config: unknown, files: readonly SafetensorsFile[]): Promise<string> {
  const parts: string[] = [stableJson(config)]
  for (const { file, header, sizeBytes } of files) {
    parts.push(file, header, String(sizeBytes))
    const handle = await open(join(folder, file), 'r')
    try {
      const sample = Buffer.alloc(SAMPLE_BYTES)
      for (let i = 0; i < SAMPLES_PER_FILE; i++) {
        const at = Math.floor(Math.max(0, sizeBytes - SAMPLE_BYTES) * i / (SAMPLES_PER_FILE - 1))
        const { bytesRead } = await handle.read(sample, 0, SAMPLE_BYTES, at)
        parts.push(sha256(sample.subarray(0, bytesRead)))
      }
    }
    finally {
      await handle.close()
    }
  }
  return sha256(parts.join('\n'))
}
