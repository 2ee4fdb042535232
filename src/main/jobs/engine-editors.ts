// Trained editors in the engine: read once, and the same object as long as the file stays the same, so that methods can keep what they made of it.
import { stat } from 'node:fs/promises'
import { readTensorFile } from '../models/safetensors-file.ts'
import type { TensorFile } from '../models/tensor-file.ts'

/** Reads editors; the last few are kept. Rejects with a sentence for a file that is none. */
export function createEditorReader(most = 4): (file: string) => Promise<TensorFile> {
  const known = new Map<string, Promise<TensorFile>>()
  return async (file) => {
    const stamp = await stat(file).then(({ size, mtimeMs, ino }) => `${file} ${size} ${mtimeMs} ${ino}`, () => file)
    const read = known.get(stamp) ?? readTensorFile(file)
    known.delete(stamp)
    known.set(stamp, read)
    read.catch(() => known.delete(stamp))
    const oldest = known.keys().next().value
    if (known.size > most && oldest !== undefined)
      known.delete(oldest)
    return read
  }
}
