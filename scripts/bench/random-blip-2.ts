// Writes a randomly initialised BLIP-2 checkpoint in the Hugging Face layout: fp32, one safetensors file.
import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'

export interface Size {
  readonly vision: { readonly width: number, readonly layers: number, readonly heads: number, readonly inner: number, readonly image: number, readonly patch: number }
  readonly qFormer: { readonly width: number, readonly layers: number, readonly heads: number, readonly inner: number, readonly queries: number }
  readonly text: { readonly width: number, readonly layers: number, readonly heads: number, readonly inner: number, readonly vocabulary: number }
}

/**
 * OPT-125M as the language model behind a BERT-base Q-Former and a ViT-L/14, the smaller of the two vision encoders that
 * BLIP-2 was published with (arXiv 2301.12597 §3.3; the other is ViT-g/14, three times as large).
 */
export const opt125m: Size = {
  vision: { width: 1024, layers: 24, heads: 16, inner: 4096, image: 224, patch: 14 },
  qFormer: { width: 768, layers: 12, heads: 12, inner: 3072, queries: 32 },
  text: { width: 768, layers: 12, heads: 12, inner: 3072, vocabulary: 50272 },
}

/** Name and shape of every tensor, in file order. */
export function tensorsOf({ vision, qFormer, text }: Size): [name: string, shape: number[]][] {
  const all: [string, number[]][] = []
  const linear = (name: string, out: number, inner: number): number => all.push([`${name}.weight`, [out, inner]], [`${name}.bias`, [out]])
  const norm = (name: string, width: number): number => all.push([`${name}.weight`, [width]], [`${name}.bias`, [width]])
  const positions = (vision.image / vision.patch) ** 2 + 1

  all.push(['query_tokens', [1, qFormer.queries, qFormer.width]])
  all.push(['vision_model.embeddings.class_embedding', [1, 1, vision.width]], ['vision_model.embeddings.position_embedding', [1, positions, vision.width]])
  all.push(['vision_model.embeddings.patch_embedding.weight', [vision.width, 3, vision.patch, vision.patch]], ['vision_model.embeddings.patch_embedding.bias', [vision.width]])
  for (let i = 0; i < vision.layers; i++) {
    const layer = `vision_model.encoder.layers.${i}`
    linear(`${layer}.self_attn.qkv`, 3 * vision.width, vision.width)
    linear(`${layer}.self_attn.projection`, vision.width, vision.width)
    norm(`${layer}.layer_norm1`, vision.width)
    linear(`${layer}.mlp.fc1`, vision.inner, vision.width)
    linear(`${layer}.mlp.fc2`, vision.width, vision.inner)
    norm(`${layer}.layer_norm2`, vision.width)
  }
  norm('vision_model.post_layernorm', vision.width)

  norm('qformer.layernorm', qFormer.width)
  for (let i = 0; i < qFormer.layers; i++) {
    const layer = `qformer.encoder.layer.${i}`
    for (const [kind, source] of [['attention', qFormer.width], ...i % 2 === 0 ? [['crossattention', vision.width] as const] : []] as const) {
      linear(`${layer}.${kind}.attention.query`, qFormer.width, qFormer.width)
      linear(`${layer}.${kind}.attention.key`, qFormer.width, source)
      linear(`${layer}.${kind}.attention.value`, qFormer.width, source)
      linear(`${layer}.${kind}.output.dense`, qFormer.width, qFormer.width)
      norm(`${layer}.${kind}.output.LayerNorm`, qFormer.width)
    }
    linear(`${layer}.intermediate_query.dense`, qFormer.inner, qFormer.width)
    linear(`${layer}.output_query.dense`, qFormer.width, qFormer.inner)
    norm(`${layer}.output_query.LayerNorm`, qFormer.width)
  }
  linear('language_projection', text.width, qFormer.width)

  const decoder = 'language_model.model.decoder'
  all.push([`${decoder}.embed_tokens.weight`, [text.vocabulary, text.width]], [`${decoder}.embed_positions.weight`, [2050, text.width]])
  norm(`${decoder}.final_layer_norm`, text.width)
  for (let i = 0; i < text.layers; i++) {
    const layer = `${decoder}.layers.${i}`
    for (const part of ['k_proj', 'v_proj', 'q_proj', 'out_proj'])
      linear(`${layer}.self_attn.${part}`, text.width, text.width)
    norm(`${layer}.self_attn_layer_norm`, text.width)
    linear(`${layer}.fc1`, text.inner, text.width)
    linear(`${layer}.fc2`, text.width, text.inner)
    norm(`${layer}.final_layer_norm`, text.width)
  }
  return all
}

/** Writes the checkpoint; returns its weights' size in bytes. Same seed, same bytes. */
export function writeRandomBlip2(folder: string, size: Size, seed = 1): number {
  mkdirSync(folder, { recursive: true })
  const json = (name: string, value: unknown): void => writeFileSync(join(folder, name), JSON.stringify(value, undefined, 2))
  json('config.json', configOf(size))
  json('preprocessor_config.json', {
    image_processor_type: 'BlipImageProcessor', do_resize: true, size: { height: size.vision.image, width: size.vision.image }, resample: 3,
    do_rescale: true, rescale_factor: 1 / 255, do_normalize: true, do_convert_rgb: true,
    image_mean: [0.48145466, 0.4578275, 0.40821073], image_std: [0.26862954, 0.26130258, 0.27577711],
  })
  json('processor_config.json', { num_query_tokens: size.qFormer.queries, processor_class: 'Blip2Processor' })
  json('tokenizer.json', byteTokenizer(size.text.vocabulary - 1))

  const tensors = tensorsOf(size)
  let offset = 0
  const header: Record<string, unknown> = { __metadata__: { format: 'pt' } }
  for (const [name, shape] of tensors) {
    const bytes = 4 * shape.reduce((a, b) => a * b, 1)
    header[name] = { dtype: 'F32', shape, data_offsets: [offset, offset + bytes] }
    offset += bytes
  }
  let text = JSON.stringify(header)
  text = text.padEnd(Math.ceil(text.length / 8) * 8, ' ')
  const file = openSync(join(folder, 'model.safetensors'), 'w')
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(text.length))
  writeSync(file, length)
  writeSync(file, text)
  const next = uniform(seed)
  for (const [name, shape] of tensors) {
    const values = new Float32Array(shape.reduce((a, b) => a * b, 1))
    // Biases stay 0 and normalisation weights 1, as transformers initialises them; the rest has a standard deviation of 0.02.
    if (/norm[12]?\.weight$/i.test(name))
      values.fill(1)
    else if (!name.endsWith('.bias'))
      for (let i = 0; i < values.length; i++) values[i] = next() * 0.02 * Math.sqrt(12)
    writeSync(file, new Uint8Array(values.buffer))
  }
  closeSync(file)
  return offset
}

/** xorshift32 as numbers in [-0.5, 0.5): 300 million of them in about a second. */
function uniform(seed: number): () => number {
  let state = seed | 0 || 1
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 4294967296 - 0.5
  }
}

function configOf({ vision, qFormer, text }: Size): unknown {
  return {
    architectures: ['Blip2ForConditionalGeneration'],
    model_type: 'blip-2',
    image_token_index: text.vocabulary - 1,
    num_query_tokens: qFormer.queries,
    use_decoder_only_language_model: true,
    vision_config: {
      model_type: 'blip_2_vision_model', hidden_size: vision.width, intermediate_size: vision.inner, num_hidden_layers: vision.layers,
      num_attention_heads: vision.heads, image_size: vision.image, patch_size: vision.patch, hidden_act: 'gelu', layer_norm_eps: 1e-6, qkv_bias: true,
    },
    qformer_config: {
      model_type: 'blip_2_qformer', hidden_size: qFormer.width, intermediate_size: qFormer.inner, num_hidden_layers: qFormer.layers,
      num_attention_heads: qFormer.heads, cross_attention_frequency: 2, encoder_hidden_size: vision.width, hidden_act: 'gelu', layer_norm_eps: 1e-12,
    },
    text_config: {
      model_type: 'opt', hidden_size: text.width, ffn_dim: text.inner, num_hidden_layers: text.layers, num_attention_heads: text.heads,
      vocab_size: text.vocabulary, max_position_embeddings: 2048, word_embed_proj_dim: text.width, do_layer_norm_before: true,
      activation_function: 'relu', bos_token_id: 2, eos_token_id: 2, pad_token_id: 1, tie_word_embeddings: true, enable_bias: true, layer_norm_elementwise_affine: true,
    },
  }
}

/** A byte-level tokenizer without merges: every byte is a token. Enough to ask questions of a random model. */
function byteTokenizer(imageToken: number): unknown {
  const printable = [...range(33, 127), ...range(161, 173), ...range(174, 256)]
  const hidden = range(0, 256).filter(byte => !printable.includes(byte))
  const letters = new Map([...printable.map(byte => [byte, byte] as const), ...hidden.map((byte, i) => [byte, 256 + i] as const)])
  const special = ['<s>', '<pad>', '</s>', '<unk>']
  const vocab: Record<string, number> = Object.fromEntries([...special, ...range(0, 256).map(byte => String.fromCodePoint(letters.get(byte) ?? 0))].map((token, id) => [token, id]))
  vocab['<image>'] = imageToken
  const added = [...special.map((content, id) => ({ id, content })), { id: imageToken, content: '<image>' }]
  return {
    version: '1.0', truncation: null, padding: null, normalizer: null,
    added_tokens: added.map(token => ({ ...token, single_word: false, lstrip: false, rstrip: false, normalized: false, special: true })),
    pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true },
    post_processor: {
      type: 'TemplateProcessing',
      single: [{ SpecialToken: { id: '</s>', type_id: 0 } }, { Sequence: { id: 'A', type_id: 0 } }],
      pair: [{ SpecialToken: { id: '</s>', type_id: 0 } }, { Sequence: { id: 'A', type_id: 0 } }, { Sequence: { id: 'B', type_id: 0 } }],
      special_tokens: { '</s>': { id: '</s>', ids: [2], tokens: ['</s>'] } },
    },
    decoder: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: true },
    model: { type: 'BPE', dropout: null, unk_token: null, continuing_subword_prefix: '', end_of_word_suffix: '', fuse_unk: false, byte_fallback: false, vocab, merges: [] },
  }
}

const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i)
