import { describe, expect, it } from 'vitest'
import { blip2NameRules, blip2RoleOf } from '../../../src/main/models/architectures/blip-2-weights.ts'
import { spellings, widen } from '../../../src/main/models/weights.ts'

describe('names of older, newer and LAVIS files are found', () => {
  it.each([
    ['vision_model.encoder.layers.3.self_attn.qkv.weight', 'visual_encoder.blocks.3.attn.qkv.weight'],
    ['vision_model.encoder.layers.3.self_attn.projection.bias', 'visual_encoder.blocks.3.attn.proj.bias'],
    ['vision_model.encoder.layers.3.self_attn.q_bias', 'visual_encoder.blocks.3.attn.q_bias'],
    ['vision_model.encoder.layers.3.layer_norm2.weight', 'visual_encoder.blocks.3.norm2.weight'],
    ['vision_model.encoder.layers.3.mlp.fc1.weight', 'visual_encoder.blocks.3.mlp.fc1.weight'],
    ['vision_model.embeddings.position_embedding', 'visual_encoder.pos_embed'],
    ['vision_model.embeddings.patch_embedding.weight', 'visual_encoder.patch_embed.proj.weight'],
    ['vision_model.post_layernorm.weight', 'ln_vision.weight'],
    ['qformer.layernorm.weight', 'Qformer.bert.embeddings.LayerNorm.weight'],
    ['qformer.encoder.layer.2.attention.attention.query.weight', 'Qformer.bert.encoder.layer.2.attention.self.query.weight'],
    ['qformer.encoder.layer.2.crossattention.attention.key.bias', 'Qformer.bert.encoder.layer.2.crossattention.self.key.bias'],
    ['qformer.encoder.layer.2.output_query.LayerNorm.bias', 'Qformer.bert.encoder.layer.2.output_query.LayerNorm.beta'],
    ['language_projection.weight', 'opt_proj.weight'],
    ['language_model.model.decoder.layers.1.fc1.weight', 'opt_model.model.decoder.layers.1.fc1.weight'],
    ['language_model.model.decoder.layers.1.fc1.weight', 'model.language_model.decoder.layers.1.fc1.weight'],
    ['language_model.model.decoder.final_layer_norm.weight', 'language_model.model.decoder.layer_norm.weight'],
    ['language_model.model.decoder.embed_tokens.weight', 'language_model.lm_head.weight'],
    ['language_model.lm_head.weight', 'lm_head.weight'],
    ['query_tokens', 'model.query_tokens'],
  ])('%s as %s', (current, other) => {
    expect(spellings(current, blip2NameRules)).toContain(other)
    expect(spellings(current, blip2NameRules)[0]).toBe(current)
  })
})

describe('roles follow what a weight does', () => {
  it.each([
    ['language_model.model.decoder.layers.31.fc2.weight', { role: 'language-ffn', module: 'text', layer: 31 }],
    ['language_model.model.decoder.layers.31.fc2.bias', { role: 'language-bias', module: 'text', layer: 31 }],
    ['language_model.model.decoder.layers.2.self_attn.out_proj.weight', { role: 'language-attention', module: 'text', layer: 2 }],
    ['language_model.model.decoder.layers.2.final_layer_norm.weight', { role: 'language-norm', module: 'text', layer: 2 }],
    ['language_model.model.decoder.final_layer_norm.bias', { role: 'language-norm', module: 'text' }],
    ['qformer.encoder.layer.4.crossattention.output.LayerNorm.weight', { role: 'q-former', module: 'vision', layer: 4 }],
    ['qformer.layernorm.bias', { role: 'q-former', module: 'vision' }],
    ['query_tokens', { role: 'query-tokens', module: 'vision' }],
    ['language_projection.bias', { role: 'projection', module: 'vision' }],
    ['vision_model.encoder.layers.7.mlp.fc1.bias', { role: 'vit-ffn', module: 'vision', layer: 7 }],
    ['vision_model.encoder.layers.7.self_attn.q_bias', { role: 'vit-attention', module: 'vision', layer: 7 }],
    ['vision_model.encoder.layers.7.layer_norm1.weight', { role: 'vit-norm', module: 'vision', layer: 7 }],
    ['vision_model.post_layernorm.weight', { role: 'vit-norm', module: 'vision' }],
    ['language_model.model.decoder.embed_tokens.weight', undefined],
    ['vision_model.embeddings.position_embedding', undefined],
  ])('%s', (name, role) => {
    expect(blip2RoleOf(name)).toEqual(role)
  })
})

describe('half precision', () => {
  const halves = (...bits: number[]): Uint8Array<ArrayBuffer> => new Uint8Array(Uint16Array.from(bits).buffer)
  it('is widened exactly', () => {
    expect([...widen(halves(0x3C00, 0xC000, 0x0001, 0x7BFF, 0x3555), 'float16')]).toEqual([1, -2, 2 ** -24, 65504, 0.333251953125])
    expect([...widen(halves(0x7C00, 0xFC00, 0x7E00, 0x8000), 'float16')]).toEqual([Infinity, -Infinity, Number.NaN, -0])
    expect([...widen(halves(0x3F80, 0xC000, 0x0080), 'bfloat16')]).toEqual([1, -2, 2 ** -126])
  })
})
