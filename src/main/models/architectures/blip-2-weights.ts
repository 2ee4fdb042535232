// Names of BLIP-2's weights: how other releases spelled them, and what each one does.
import type { NameRule } from '../weights.ts'
import type { Architecture, Role } from './architecture.ts'

/** From the names of transformers 4.57 and 5 to older, newer and LAVIS ones (spec §4.4). */
export const blip2NameRules: readonly NameRule[] = [
  // Some releases wrap everything, or the language model, in `model.`.
  [/^(?!model\.)/, 'model.'],
  [/^language_model\.model\./, 'language_model.'],
  [/^language_model\.lm_head\./, 'lm_head.'],
  // A tied head may be the only copy of the table.
  [/^language_model\.model\.decoder\.embed_tokens\.weight$/, 'language_model.lm_head.weight'],
  // OPT before transformers 4.20.
  [/decoder\.final_layer_norm\./, 'decoder.layer_norm.'],
  // BERT's TensorFlow heritage.
  [/LayerNorm\.weight$/, 'LayerNorm.gamma'],
  [/LayerNorm\.bias$/, 'LayerNorm.beta'],
  // LAVIS.
  [/^vision_model\.encoder\.layers\.(\d+)\.self_attn\.projection\./, 'visual_encoder.blocks.$1.attn.proj.'],
  [/^vision_model\.encoder\.layers\.(\d+)\.self_attn\./, 'visual_encoder.blocks.$1.attn.'],
  [/^vision_model\.encoder\.layers\.(\d+)\.layer_norm/, 'visual_encoder.blocks.$1.norm'],
  [/^vision_model\.encoder\.layers\.(\d+)\.mlp\./, 'visual_encoder.blocks.$1.mlp.'],
  [/^vision_model\.embeddings\.class_embedding$/, 'visual_encoder.cls_token'],
  [/^vision_model\.embeddings\.position_embedding$/, 'visual_encoder.pos_embed'],
  [/^vision_model\.embeddings\.patch_embedding\./, 'visual_encoder.patch_embed.proj.'],
  [/^vision_model\.post_layernorm\./, 'ln_vision.'],
  [/^qformer\.layernorm\./, 'Qformer.bert.embeddings.LayerNorm.'],
  [/^qformer\.encoder\.layer\.(\d+)\.(cross)?attention\.attention\./, 'Qformer.bert.encoder.layer.$1.$2attention.self.'],
  [/^qformer\./, 'Qformer.bert.'],
  [/^language_projection\./, 'opt_proj.'],
  [/^language_model\./, 'opt_model.'],
]

/** Parts an edit may choose. Weights of the remaining roles (biases, norms of the towers) are listed, but not offered as a part. */
export const blip2Roles: readonly Role[] = [
  { role: 'language-ffn', label: 'Language model: feed-forward matrices', scope: 'text' },
  { role: 'language-attention', label: 'Language model: attention matrices', scope: 'text' },
  { role: 'q-former', label: 'Q-Former', scope: 'vision' },
  { role: 'query-tokens', label: 'Learned queries', scope: 'vision' },
  { role: 'projection', label: 'Projection into the language model', scope: 'vision' },
  { role: 'vit-ffn', label: 'Vision transformer: feed-forward layers', scope: 'vision' },
  { role: 'vit-attention', label: 'Vision transformer: attention', scope: 'vision' },
]

// The language model's biases keep a role of their own: editing methods change its matrices only (spec §3.2, §3.4).
const table: readonly (readonly [pattern: RegExp, role: string, module: 'text' | 'vision'])[] = [
  [/^language_model\..*layers\.(\d+)\.fc[12]\.weight$/, 'language-ffn', 'text'],
  [/^language_model\..*layers\.(\d+)\.self_attn\..*\.weight$/, 'language-attention', 'text'],
  [/^language_model\..*layers\.(\d+)\.(?:fc[12]|self_attn\..*)\.bias$/, 'language-bias', 'text'],
  [/^language_model\..*layers\.(\d+)\..*norm\./, 'language-norm', 'text'],
  [/^language_model\..*final_layer_norm\./, 'language-norm', 'text'],
  [/^language_projection\./, 'projection', 'vision'],
  [/^query_tokens$/, 'query-tokens', 'vision'],
  [/^qformer\.(?:.*layer\.(\d+)\.)?/, 'q-former', 'vision'],
  [/^vision_model\..*layers\.(\d+)\.mlp\./, 'vit-ffn', 'vision'],
  [/^vision_model\..*layers\.(\d+)\.self_attn\./, 'vit-attention', 'vision'],
  [/^vision_model\.(?:.*layers\.(\d+)\.)?.*norm\d?\./, 'vit-norm', 'vision'],
]

export const blip2RoleOf: Architecture['roleOf'] = (weight) => {
  for (const [pattern, role, module] of table) {
    const match = pattern.exec(weight)
    if (match)
      return { role, module, ...(match[1] === undefined ? {} : { layer: Number(match[1]) }) }
  }
  // Embedding tables: the token table is also the head, and positions belong to no layer.
  return undefined
}
