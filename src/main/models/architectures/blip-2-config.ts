// config.json of BLIP-2 checkpoints, with the defaults of transformers 4.57 for everything a file may leave out.
import { z } from 'zod'
import type { Checkpoint } from '../checkpoint.ts'
import { CheckpointError } from '../checkpoint-error.ts'
import { activationNames } from './blocks/feed-forward.ts'

const Count = z.int().positive()
const Activation = z.enum(activationNames)
const Tokens = z.union([z.int().nonnegative().transform(id => [id]), z.array(z.int().nonnegative())])

const Vision = z.looseObject({
  hidden_size: Count.default(1408),
  intermediate_size: Count.default(6144),
  num_hidden_layers: Count.default(39),
  num_attention_heads: Count.default(16),
  image_size: Count.default(224),
  patch_size: Count.default(14),
  hidden_act: Activation.default('gelu'),
  layer_norm_eps: z.number().default(1e-6),
  qkv_bias: z.boolean().default(true),
})

const QFormer = z.looseObject({
  hidden_size: Count.default(768),
  intermediate_size: Count.default(3072),
  num_hidden_layers: Count.default(12),
  num_attention_heads: Count.default(12),
  cross_attention_frequency: Count.default(2),
  hidden_act: Activation.default('gelu'),
  layer_norm_eps: z.number().default(1e-12),
  position_embedding_type: z.literal('absolute').default('absolute'),
})

const Text = z.looseObject({
  model_type: z.string().default('opt'),
  vocab_size: Count.default(50272),
  hidden_size: Count.default(768),
  ffn_dim: Count.default(3072),
  num_hidden_layers: Count.default(12),
  num_attention_heads: Count.default(12),
  max_position_embeddings: Count.default(2048),
  word_embed_proj_dim: Count.nullish(),
  activation_function: Activation.default('relu'),
  do_layer_norm_before: z.boolean().default(true),
  enable_bias: z.boolean().default(true),
  layer_norm_elementwise_affine: z.literal(true).default(true),
  _remove_final_layer_norm: z.boolean().default(false),
  eos_token_id: Tokens.nullish(),
  tie_word_embeddings: z.boolean().nullish(),
})

const Config = z.looseObject({
  vision_config: Vision.prefault({}),
  qformer_config: QFormer.prefault({}),
  text_config: Text.prefault({}),
  num_query_tokens: Count.default(32),
  image_token_index: z.int().nonnegative().nullish(),
  tie_word_embeddings: z.boolean().nullish(),
})

const Generation = z.looseObject({ eos_token_id: Tokens.nullish() })

export type Blip2Config = ReturnType<typeof readBlip2Config>

/** Checks the config and fills in what it leaves out. Throws CheckpointError. */
export function readBlip2Config(checkpoint: Pick<Checkpoint, 'name' | 'config'>, generation: unknown) {
  const parsed = Config.safeParse(checkpoint.config)
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!
    throw new CheckpointError(`config.json of checkpoint '${checkpoint.name}' has a bad '${issue.path.join('.')}': ${issue.message}. Compare it with the model's original.`)
  }
  const { text_config: text, vision_config, qformer_config, num_query_tokens, image_token_index, tie_word_embeddings } = parsed.data
  if (text.model_type !== 'opt')
    throw new CheckpointError(`Checkpoint '${checkpoint.name}' has a language model of type '${text.model_type}'; BLIP-2 is known with 'opt'. Choose an OPT-based BLIP-2.`)
  for (const [part, width, heads] of [
    ['vision_config', vision_config.hidden_size, vision_config.num_attention_heads],
    ['qformer_config', qformer_config.hidden_size, qformer_config.num_attention_heads],
    ['text_config', text.hidden_size, text.num_attention_heads],
  ] as const) {
    if (width % heads !== 0)
      throw new CheckpointError(`config.json of checkpoint '${checkpoint.name}' asks for ${heads} heads of a width ${width} in ${part}, which does not divide. Compare it with the model's original.`)
  }
  const generated = Generation.safeParse(generation ?? {})
  return {
    vision_config,
    qformer_config,
    text_config: { ...text, word_embed_proj_dim: text.word_embed_proj_dim ?? text.hidden_size },
    num_query_tokens,
    image_token_index: image_token_index ?? undefined,
    isTied: text.tie_word_embeddings ?? tie_word_embeddings ?? true,
    // transformers takes generation_config.json first; OPT's own default is </s>.
    endTokens: (generated.success ? generated.data.eos_token_id : undefined) ?? text.eos_token_id ?? [2],
  }
}
