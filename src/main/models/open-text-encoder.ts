// Opens sentence encoders from folders. Apart from text-encoder.ts, because this leads to onnxruntime, which only the engine may load.

import { stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { openEncoderFile } from './encoder-file.ts'
import { openSentenceEncoder } from './sentence-encoder.ts'
import { keeping } from './text-encoder.ts'
import type { RawEncoder, TextEncoder } from './text-encoder.ts'

// Encoders of folders by path and contents; edits of one run ask for the same one again and again.
const opened = new Map<string, Promise<TextEncoder>>()
const KEPT_OPEN = 2

/**
 * A sentence encoder from a folder: BERT as sentence-transformers publishes it (config.json, *.safetensors), or model.onnx
 * (also onnx/model.onnx); tokenizer.json beside. Throws CheckpointError with one sentence.
 */
export async function openTextEncoder(folder: string): Promise<TextEncoder> {
  const path = resolve(folder)
  const key = `${path}\n${await stampOf(path)}`
  const encoder = opened.get(key) ?? open(path).then(keeping)
  opened.delete(key)
  opened.set(key, encoder)
  encoder.catch(() => opened.delete(key))
  if (opened.size > KEPT_OPEN)
    opened.delete(opened.keys().next().value!)
  return encoder
}

const weightFiles = ['model.safetensors', 'model.onnx', 'onnx/model.onnx']

async function open(folder: string): Promise<RawEncoder> {
  const [safetensors, ...onnx] = await Promise.all(weightFiles.map(file => isFile(join(folder, file))))
  const graph = onnx.indexOf(true)
  return safetensors || graph < 0 ? openSentenceEncoder(folder) : openEncoderFile(folder, weightFiles[1 + graph]!)
}

const isFile = (path: string): Promise<boolean> => stat(path).then(s => s.isFile(), () => false)

/** Changes when a download is replaced. */
async function stampOf(folder: string): Promise<string> {
  const stamps = await Promise.all([...weightFiles, 'tokenizer.json', 'config.json']
    .map(file => stat(join(folder, file)).then(s => `${s.size} ${s.mtimeMs}`, () => '-')))
  return stamps.join()
}
