// A BERT sentence encoder as sentence-transformers publishes it: config.json, *.safetensors, tokenizer.json, 1_Pooling/config.json.

import { z } from 'zod'
import { createRuntime } from '../onnx/runtime.ts'
import { floatsOf, int64 } from '../onnx/tensor-value.ts'
import { input } from '../tensor/expr.ts'
import type { Expr } from '../tensor/expr.ts'
import { reshape, slice } from '../tensor/ops/movement.ts'
import { reduceMean } from '../tensor/ops/reduction.ts'
import { bertEncoder } from './architectures/blocks/bert.ts'
import type { BertConfig } from './architectures/blocks/bert.ts'
import { activationNames } from './architectures/blocks/feed-forward.ts'
import { openCheckpoint } from './checkpoint.ts'
import type { Checkpoint } from './checkpoint.ts'
import { CheckpointError } from './checkpoint-error.ts'
import { cut, readLongest, readPooling } from './pooling.ts'
import type { Pooling } from './pooling.ts'
import type { RawEncoder } from './text-encoder.ts'
import { openTextIds } from './tokenizer.ts'
import { createWeights } from './weights.ts'
import type { NameRule } from './weights.ts'

const Count = z.int().positive().max(1e7)
// Defaults of transformers' BertConfig.
const Bert = z.looseObject({
  model_type: z.literal('bert'),
  vocab_size: Count.default(30522),
  hidden_size: Count.default(768),
  intermediate_size: Count.default(3072),
  num_hidden_layers: Count.max(1000).default(12),
  num_attention_heads: Count.default(12),
  max_position_embeddings: Count.default(512),
  type_vocab_size: Count.default(2),
  hidden_act: z.enum(activationNames).default('gelu'),
  layer_norm_eps: z.number().positive().default(1e-12),
  position_embedding_type: z.literal('absolute').default('absolute'),
})

/** Files name the encoder itself or a model around it, and gamma and beta before 2019. */
const nameRules: readonly NameRule[] = [
  [/^(?!bert\.)/, 'bert.'],
  [/LayerNorm\.weight$/, 'LayerNorm.gamma'],
  [/LayerNorm\.bias$/, 'LayerNorm.beta'],
]

/** Opens the folder. Throws CheckpointError with one sentence. */
export async function openSentenceEncoder(folder: string): Promise<RawEncoder> {
  const checkpoint = await openCheckpoint(folder)
  const config = readConfig(checkpoint)
  const pooling = await readPooling(checkpoint)
  const { encode, size } = await openTextIds(checkpoint)
  if (size > config.vocab_size)
    throw new CheckpointError(`The tokenizer of text encoder '${checkpoint.name}' has ${size} tokens, but its embedding table has ${config.vocab_size} rows. Do tokenizer.json and the weights belong together?`)
  const longest = Math.min(config.max_position_embeddings, await readLongest(checkpoint))
  const { root } = createWeights(checkpoint, 'bert', nameRules)
  const outputs = { pooled: pooled(bertEncoder(config, root, input('ids', 'int64', ['tokens'])), pooling) }
  const runtime = createRuntime({ checkpointFolder: checkpoint.folder, keep: 1 })
  return {
    id: `sentence ${checkpoint.fingerprint} ${pooling} ${longest}`,
    width: config.hidden_size,
    async embed(texts) {
      const found: Float32Array[] = []
      for (const text of texts)
        found.push(floatsOf((await runtime.run(outputs, { ids: int64(cut(encode(text), longest)) })).pooled!))
      return found
    },
  }
}

/** [tokens, width] → [width] */
const pooled = (hidden: Expr, pooling: Pooling): Expr =>
  pooling === 'mean' ? reduceMean(hidden, 0) : reshape(slice(hidden, 0, 0, 1), [hidden.shape[1]!])

function readConfig({ name, config }: Checkpoint): BertConfig {
  if (config.model_type !== 'bert')
    throw new CheckpointError(`Text encoder '${name}' is a '${String(config.model_type)}' model; known are 'bert' in safetensors, and any encoder as model.onnx. Choose one of these.`)
  const parsed = Bert.safeParse(config)
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!
    throw new CheckpointError(`config.json of text encoder '${name}' has a bad '${issue.path.join('.')}': ${issue.message}. Compare it with the model's original.`)
  }
  if (parsed.data.hidden_size % parsed.data.num_attention_heads !== 0)
    throw new CheckpointError(`config.json of text encoder '${name}' asks for ${parsed.data.num_attention_heads} heads of a width ${parsed.data.hidden_size}, which does not divide. Compare it with the model's original.`)
  return parsed.data
}
