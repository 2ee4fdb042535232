// A text encoder as an .onnx file that someone exported (optimum, sentence-transformers), with tokenizer.json beside it.

import { stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { messageOf } from '../base/errors.ts'
import { openFile } from '../onnx/session.ts'
import type { FileSession } from '../onnx/session.ts'
import { int64 } from '../onnx/tensor-value.ts'
import { CheckpointError } from './checkpoint-error.ts'
import { cut, meanRow, readLongest, readPooling } from './pooling.ts'
import type { Pooling } from './pooling.ts'
import type { RawEncoder } from './text-encoder.ts'
import { openTextIds } from './tokenizer.ts'

// BERT's table of positions ends here where the folder does not say; longer texts would make the file's own lookup fail.
const LONGEST = 512

/** Opens `file` of the folder. Throws CheckpointError with one sentence. */
export async function openEncoderFile(folder: string, file: string): Promise<RawEncoder> {
  const place = { folder, name: basename(folder) }
  const { encode } = await openTextIds(place)
  const longest = Math.min(LONGEST, await readLongest(place))
  const pooling = await readPooling(place)
  const session = await openFile(join(folder, file)).catch((error: unknown) => {
    throw new CheckpointError(`The runtime cannot open '${file}' of text encoder '${place.name}': ${messageOf(error)}. Download it again.`)
  })
  const { output, width } = outputOf(session, file, place.name)
  const { size, mtimeMs } = await stat(join(folder, file))

  async function embedOne(text: string): Promise<Float32Array> {
    const ids = cut(encode(text), longest)
    const row = (value: number): number[] => ids.map(() => value)
    const result = await session.run({
      input_ids: int64(ids, [1, ids.length]),
      attention_mask: int64(row(1), [1, ids.length]),
      token_type_ids: int64(row(0), [1, ids.length]),
    }, output)
    if (!(result.data instanceof Float32Array) || result.shape.at(-1) !== width || result.data.length % width !== 0 || result.data.length === 0)
      throw new CheckpointError(`'${file}' of text encoder '${place.name}' gave ${result.dtype} [${result.shape.join(', ')}] as '${output}', not rows of ${width} numbers. Export it again.`)
    return poolRows(result.data, width, pooling)
  }
  return {
    id: `onnx ${place.name} ${size} ${mtimeMs} ${pooling} ${longest}`,
    width,
    async embed(texts) {
      const found: Float32Array[] = []
      for (const text of texts)
        found.push(await embedOne(text))
      return found
    },
  }
}

/** [1, tokens, width], or [1, width] of a file that pools for itself. */
const poolRows = (data: Float32Array, width: number, pooling: Pooling): Float32Array =>
  pooling === 'mean' ? meanRow(data, data.length / width, width) : data.slice(0, width)

const knownInputs = ['input_ids', 'attention_mask', 'token_type_ids']

/** Pooled sentences where the file offers them, otherwise the hidden state of every token. */
function outputOf({ inputs, outputs }: Pick<FileSession, 'inputs' | 'outputs'>, file: string, name: string): { output: string, width: number } {
  const stranger = [...inputs].find(([input, { dtype }]) => !knownInputs.includes(input) || dtype !== 'int64')
  if (stranger || !inputs.has('input_ids'))
    throw new CheckpointError(`'${file}' of text encoder '${name}' ${stranger ? `reads '${stranger[0]}' (${stranger[1].dtype})` : 'does not read \'input_ids\''}; a text encoder reads ${knownInputs.join(', ')} as int64. Is it the right file?`)
  const usable = [...outputs].filter(([, { dtype, shape }]) => dtype === 'float32' && typeof shape.at(-1) === 'number' && Number(shape.at(-1)) > 0)
  const found = usable.find(([output, { shape }]) => output === 'sentence_embedding' && shape.length === 2)
    ?? usable.find(([output, { shape }]) => output === 'last_hidden_state' && shape.length === 3)
    ?? usable.find(([, { shape }]) => shape.length === 3)
  if (!found)
    throw new CheckpointError(`'${file}' of text encoder '${name}' has no output of known width for each token or sentence: ${[...outputs.keys()].join(', ')}. Export it as a feature-extraction model.`)
  return { output: found[0], width: Number(found[1].shape.at(-1)) }
}
